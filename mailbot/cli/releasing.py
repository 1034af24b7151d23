"""queue, show, raw, approve, edit, resolve: what waits for a yes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

import typer

from mailbot.actions.copying import tell_password
from mailbot.actions.finding import Refused, message_named, release_named, request_named
from mailbot.actions.looking import Whole, queue, whole
from mailbot.actions.passwords import give_password
from mailbot.actions.releasing import approve, edit, needs_password, resolve
from mailbot.cli.frame import (
    USAGE,
    By,
    Json,
    Ref,
    acting,
    cell,
    command,
    fail,
    looking,
    opened,
    print_json,
    print_rows,
    say,
    tell,
)
from mailbot.core.canonical import action_from_json
from mailbot.core.roles import Right
from mailbot.core.values import Notify, RegisterDirective, RowsErase, RowUpdate, Suppress
from mailbot.daemon import now
from mailbot.steps.house import House
from mailbot.store.rows import ReleaseRow

_COLUMNS = ("ref", "release", "asks", "state", "person", "proof", "due", "legal_end", "hash", "reason")

_HASH = re.compile(r"[0-9a-f]{64}")  # a SHA-256


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("queue")(queue_command)
    app.command()(show)
    app.command()(raw)
    app.command("approve")(approve_command)
    app.command("edit")(edit_command)
    app.command("resolve")(resolve_command)
    app.command("password")(password_command)


@command
def queue_command(as_json: Json = False) -> None:  # noqa: FBT002
    """List what waits: releases for a yes, requests for staff or for the person, messages nobody could read."""
    with opened() as house:
        looking(house)
        rows = [asdict(row) for row in queue(house)]
    shown = [{**row, "hash": row["hash"][:12] if row["hash"] else None} for row in rows]
    print_rows(rows if as_json else shown, _COLUMNS, as_json=as_json, empty="nothing waits")


@command
def show(ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002
    """Show one request whole: what was asked, who asks, what would change and leave, until when."""
    with opened() as house:
        looking(house)
        if ref.startswith("m"):
            print_json(asdict(message_named(house, ref)))
            return
        request = (release_named(house, ref) if "/" in ref else (request_named(house, ref),))[0]
        found = whole(house, request)
    if as_json:
        print_json(_printable(found))
    else:
        say(*_lines(found))


def _printable(found: Whole) -> dict[str, Any]:
    """A request as one JSON object."""
    request = asdict(found.request)
    request["fields"] = json.loads(found.request.fields)
    return {
        **request,
        "ref": found.request.reference,
        "state": found.state,
        "asks": [{**asdict(ask), "evidence": json.loads(ask.evidence)} for ask in found.asks],
        "releases": [_release_json(found, release) for release in found.releases],
        "messages": [
            {
                "id": f"m{m.id}",
                "state": m.state,
                "subject": m.subject,
                "arrived": m.arrived,
                "aligned": m.aligned,
                "authenticity": m.authenticity,
            }
            for m in found.messages
        ],
        "notes": list(found.notes),
    }


def _release_json(found: Whole, release: ReleaseRow) -> dict[str, Any]:
    reply = found.replies.get(release.id)
    return {
        **asdict(release),
        "asks": json.loads(release.asks),
        "actions": json.loads(release.actions),
        "letter": json.loads(release.letter) if release.letter else None,
        "reply": asdict(reply) if reply else None,
    }


def _lines(found: Whole) -> list[str]:
    """A request for people."""
    request = found.request
    lines = [
        f"{request.reference}  {found.state}  due {request.due} (legal end {request.legal_end})",
        f"  from {cell(request.sender or 'unknown')}: {cell(request.person_name or request.found)}",
        f"  proof {request.proof}, aligned {request.aligned}",
    ]
    lines += [f"  why: {request.reason}"] if request.reason else []
    for ask in found.asks:
        told = ", ".join(f"“{e['text']}” ({e['rule']})" for e in json.loads(ask.evidence)) or "-"
        part = "".join(f", {word}" for word in (ask.scope, ask.wanted if ask.wanted != "now" else None) if word)
        lines.append(f"  ask {ask.kind}: {ask.status} {ask.outcome} (confidence {ask.confidence:.2f}{part}) {told}")
    for message in found.messages:
        lines.append(f"  message m{message.id} of {message.arrived[:16]}: {cell(message.subject or '(no subject)')}")
        lines.append(
            f"    sender: aligned {message.aligned or 'unknown'}: {message.authenticity or 'not looked at yet'}"
        )
    for release in found.releases:
        lines += _release_lines(found, release)
    return [*lines, *(f"  note {note['at'][:16]} {note['author']}: {note['body']}" for note in found.notes)]


def _release_lines(found: Whole, release: ReleaseRow) -> list[str]:
    reply = found.replies.get(release.id)
    sent = f", mail {reply.status} {reply.because}".rstrip() if reply else ""
    lines = [f"  release {found.request.reference}/{release.n} {release.purpose}: {release.status}{sent}"]
    lines += [f"    needs a look: {release.reason}"] if release.reason else []
    lines += [f"    {line}" for line in action_lines(release)]
    if release.status in {"planned", "blocked"} and release.letter:
        letter = json.loads(release.letter)
        lines += [f"    to {release.recipient}", f"    subject: {letter['subject']}"]
        lines += [f"    | {line}" for line in letter["text"].splitlines()]
        lines += [f"    file {file['name']} ({file['size']} bytes)" for file in letter["files"]]
        lines += [f"    hash {release.hash}"]
    return lines


def action_lines(release: ReleaseRow) -> list[str]:
    """What a release would change, old to new."""
    lines = []
    for value in json.loads(release.actions):
        action = action_from_json(json.dumps(value))
        if isinstance(action, RowUpdate):
            lines += [f"change {action.table}.{c.column}: {c.old!r} → {c.new!r}" for c in action.cells]
        elif isinstance(action, RowsErase):
            lines.append(_erased(action))
        elif isinstance(action, Notify):
            lines += [f"tell {action.recipient} <{action.address}> (GDPR art. 19): {action.subject}"]
            lines += [f"| {line}" for line in action.text.splitlines()]
        elif isinstance(action, Suppress):
            lines.append(f"no promotional mail to {action.address} any more")
        elif isinstance(action, RegisterDirective):
            lines.append(f"directive {action.number}: {action.action}")
    return lines


def _erased(action: RowsErase) -> str:
    """What an erasure does to rows of one table."""
    named = [f"{key}={value!r}" for *keys, _ in action.rows[:5] for key, value in zip(action.key, keys, strict=True)]
    which = f"{len(action.rows)} of {action.table} ({', '.join(named)}{', …' if len(action.rows) > len(named) else ''})"
    if not action.writes:
        return f"delete {which}"
    written = ", ".join(f"{column} → {value!r}" for column, value in action.writes)
    return f"overwrite {which}: {', '.join([written, *(f'{column} (never read)' for column, _ in action.blind)])}"


@command
def raw(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="A message such as m12, a request, or the SHA-256 of a kept file.")
    ],
) -> None:
    """Print the raw bytes of a received mail, as they came; on a terminal without what could steer it."""
    with opened() as house:
        looking(house)
        if _HASH.fullmatch(identity) and house.store.blobs.known([identity]):
            _print_raw(house.store.blobs.get(identity))
            return
        message = message_named(house, identity) if identity.startswith("m") else None
        if message is None:
            row = request_named(house, identity)
            message = house.store.messages.of_request(row.id)[0]
        if message.sha256 is None:
            fail(f"m{message.id} was too large to fetch: it lies in the mailbox")
        _print_raw(house.store.messages.raw([message])[message.id])


def _print_raw(content: bytes) -> None:
    if sys.stdout.isatty():
        say(content.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))
    else:
        sys.stdout.buffer.write(content)


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
    if shown is not None and not _HASH.fullmatch(shown):
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
    say(*_lines(whole(house, request)))
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
