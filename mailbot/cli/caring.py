"""prove, answer, amend, assign, examples: what the console's buttons do beside deciding, for the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions import amending, answering, asking, assigning
from mailbot.cli.deciding import Request
from mailbot.cli.frame import By, Json, acting, command, looking, opened, print_json, tell
from mailbot.cli.releasing import read_text
from mailbot.core.parse import parse
from mailbot.core.values import Change, Kind
from mailbot.daemon import now


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    for one in (prove, answer, amend, assign, examples):
        app.command()(one)


@command
def prove(ref: Request, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Plan a question to the address on file, whose yes confirms who asks; look at it, then approve it."""
    with opened() as house:
        named = asking.ask_proof(house, ref, acting(house, by), now())
    _planned(ref, named, as_json=as_json)


@command
def answer(
    ref: Request,
    kinds: Annotated[list[Kind], typer.Option("--ask", metavar="KIND", help="What is answered; repeatable.")],
    file: Annotated[Path, typer.Option("--file", "-f", help="The text; - for standard input.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Plan an answer in your own words instead of what was proposed; look at it, then approve it."""
    with opened() as house:
        named = answering.answer(house, ref, kinds, read_text(file), acting(house, by), now())
    _planned(ref, named, as_json=as_json)


@command
def amend(
    ref: Request,
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD=VALUE…]", help=f"Fields: {', '.join(amending.FIELDS)}.")
    ] = None,
    wishes: Annotated[
        list[str] | None,
        typer.Option("--wish", metavar="WISH[=HOLDING]", help="Of a directive: erase, keep, communicate; repeatable."),
    ] = None,
    executor: Annotated[str, typer.Option(metavar="NAME", help="Of a directive: who carries it out.")] = "",
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say what a correction really asks to change, or what a directive wishes: all of it."""
    if wishes:
        _wishes(ref, wishes, executor.strip() or None, by, as_json=as_json)
        return
    pairs = [text.partition("=") for text in changes or ()]
    wanted = [Change(field.strip(), None, value.strip()) for field, _, value in pairs]
    with opened() as house:
        amending.amend(house, ref, wanted, acting(house, by), now())
    tell({"ref": ref, "fields": [one.field for one in wanted]}, f"{ref}: corrected", as_json=as_json)


def _wishes(ref: str, wishes: list[str], executor: str | None, by: str | None, *, as_json: bool) -> None:
    """What a directive wishes, of all holdings or of those named; the person is asked again."""
    wished: dict[str, list[str]] = {}
    for text in wishes:
        wish, _, title = text.partition("=")
        wished.setdefault(wish.strip(), []).extend([title.strip()] if title.strip() else [])
    with opened() as house:
        scope = amending.amend_directive(house, ref, wished, executor, acting(house, by), now())
    told = {"ref": ref, "wishes": sorted(wished), "scope": list(scope)}
    tell(told, f"{ref}: the person is asked to confirm it as it now stands", as_json=as_json)


@command
def assign(
    ref: Request,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Who deals with it; nobody in particular if left out.")
    ] = "",
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say who deals with a request: a mark for colleagues."""
    with opened() as house:
        assigning.assign(house, ref, name, acting(house, by), now())
    tell({"ref": ref, "to": name or None}, f"{ref}: {name or 'nobody in particular'}", as_json=as_json)


@command
def examples() -> None:
    """Print the readings that staff corrected as labelled mails, one JSON object a line: a corpus for `evaluate`.

    A mail whose time is over is no example any more.
    """
    with opened() as house:
        looking(house)
        for row in house.store.care.examples():
            mail = parse(house.store.blobs.get(row["sha256"]))
            sender = {"from_name": mail.sender.name, "from_address": mail.sender.address} if mail.sender else {}
            said = {"subject": mail.subject, "body": mail.text, "asks": json.loads(row["labels"])}
            print_json({"id": f"m{row['message_id']}", **sender, **said})


def _planned(ref: str, named: str, *, as_json: bool) -> None:
    number = int(named.partition("/")[2])
    tell({"ref": ref, "release": number}, f"{named} planned; look at it, then approve it", as_json=as_json)
