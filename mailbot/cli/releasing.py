"""approve, edit, resolve, password: what is released."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from mailbot.actions.copying import tell_password
from mailbot.actions.editing import edit
from mailbot.actions.finding import Refused, release_named
from mailbot.actions.looking import whole
from mailbot.actions.passwords import give_password
from mailbot.actions.releasing import approve, needs_password, resolve
from mailbot.cli.frame import (
    USAGE,
    By,
    Json,
    Ref,
    acting,
    command,
    fail,
    opened,
    print_json,
    say,
    tell,
)
from mailbot.cli.looking import SHA256, lines_of
from mailbot.core.roles import Right
from mailbot.daemon import now
from mailbot.steps.house import House


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("approve")(approve_command)
    app.command("edit")(edit_command)
    app.command("resolve")(resolve_command)
    app.command("password")(password_command)


PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="A second person's password: the first line of standard input.")
]


@command
def approve_command(
    ref: Ref,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="On a terminal: show it, do not ask.")] = False,  # noqa: FBT002
    shown: Annotated[
        str | None, typer.Option("--hash", metavar="H", help="The hash that you looked at; it is the yes.")
    ] = None,
    password_stdin: PasswordStdin = False,  # noqa: FBT002
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Release a planned release: what was shown is what leaves. A second pair of eyes gives its password."""
    _must_be_a_yes(shown)
    with opened() as house:
        who = acting(house, by, Right.RELEASE)
        if shown is None:
            shown = _ask(house, ref, sure=yes)
        if second := needs_password(house, ref, who):
            give_password(house, who, _password(who, password_stdin=password_stdin))
        done = approve(house, ref, who, shown, now(), authenticated=second)
    if as_json:
        print_json({"ref": done.reference, "release": done.n, "complete": done.complete})
    elif done.complete:
        say(f"{done.reference}/{done.n} released; it leaves with the next pass of `mailbot run`")
    else:
        say(f"{done.reference}/{done.n} seen by {who}; a second person must release it too")


def _must_be_a_yes(shown: str | None) -> None:
    """Somebody must have looked: a hash, or a terminal to ask on; else wrong usage."""
    if shown is None and not sys.stdin.isatty():
        why = "no terminal to ask on: give the hash that you looked at (--hash, from `mailbot queue --json`)"
        fail(why, code=USAGE)
    if shown is not None and not SHA256.fullmatch(shown):
        fail("--hash: 64 hex digits are allowed, as `mailbot queue --json` and `show` print them", code=USAGE)


def _password(who: str, *, password_stdin: bool) -> str:
    if password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        fail(f"{who} is the second pair of eyes: give the password of {who} with --password-stdin", code=USAGE)
    return str(typer.prompt(f"Password of {who}", hide_input=True, err=True))


def _ask(house: House, ref: str, *, sure: bool) -> str | None:
    """Show what would be released and ask; the hash of what was shown."""
    request, release = release_named(house, ref)
    say(*lines_of(whole(house, request)))
    if not sure:
        typer.confirm(f"Release {request.reference}/{release.n}?", abort=True)
    return release.hash


@command
def edit_command(
    ref: Ref,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="The new text; - for standard input. Else $EDITOR.")
    ] = None,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Put other words into a planned release, or write the answer that a human must write."""
    with opened() as house:
        who = acting(house, by)
        request, release = release_named(house, ref)
        text = _text(file, json.loads(release.letter)["text"] if release.letter else "")
        row = edit(house, ref, text, who, now())
    if as_json:
        print_json({"ref": request.reference, "release": row.n, "hash": row.hash})
    else:
        say(f"{request.reference}/{row.n} has its new text; hash {row.hash}")


def _text(file: Path | None, before: str) -> str:
    if file is None:
        if not sys.stdin.isatty():
            fail("no terminal to edit on: give the text with --file", code=USAGE)
        return _in_editor(before)
    return read_text(file)


def read_text(file: Path) -> str:
    """The text of a file, or of standard input for `-`. Raises Refused."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(f"{file}: cannot be read as UTF-8 text ({type(fault).__name__})") from None


def _in_editor(before: str) -> str:
    """The text as $VISUAL or $EDITOR left it; the file between is readable by its owner only, and gone afterwards."""
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(before)
        file.flush()
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        if subprocess.run([*shlex.split(editor), file.name], check=False).returncode:
            raise Refused(f"{editor} ended with an error: nothing was changed")
        return Path(file.name).read_text(encoding="utf-8")


@command
def password_command(ref: Ref, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Print the password of an encrypted copy, and the phone numbers on file: it is told there, and never by mail."""
    with opened() as house:
        told = tell_password(house, ref, acting(house, by), now())
    line = f"{told.reference}: {told.password}, to be told on the phone to {' or '.join(told.phones)}"
    tell({"ref": told.reference, "password": told.password, "phones": list(told.phones)}, line, as_json=as_json)


@command
def resolve_command(
    ref: Ref,
    how: Annotated[str, typer.Argument(metavar="sent|resend", help="What became of the uncertain or failed mail.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say what became of a mail whose sending nobody can be sure of: it was sent, or send it again."""
    if how not in {"sent", "resend"}:
        fail(f"{how}: sent or resend is allowed", code=USAGE)
    with opened() as house:
        resolve(house, ref, how, acting(house, by, Right.RELEASE), now())
    tell({"ref": ref, "mail": how}, f"{ref}: {how}", as_json=as_json)
