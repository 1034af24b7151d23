"""print, posted, receipt, heirs, bequeath, directive, undo: answers on paper, and what follows a death."""

from __future__ import annotations

import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions import bequeathing, posting, undoing
from mailbot.actions import heirs as estates
from mailbot.actions.finding import Refused
from mailbot.actions.unsealing import unseal
from mailbot.cli.frame import By, Json, acting, command, looking, opened, say, tell
from mailbot.core.roles import Right
from mailbot.core.values import File
from mailbot.daemon import now

Release = Annotated[str, typer.Argument(metavar="REF[/N]", help="A release such as 2026-00042/2.")]
Folder = Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the files go; here by default.")]


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("print")(print_command)
    for one in (posted, receipt, heirs, bequeath, directive, undo):
        app.command()(one)


def _written(folder: Path, files: tuple[File, ...]) -> list[str]:
    """Write files that do not exist yet; their paths. Raises Refused."""
    paths = [folder / file.name for file in files]
    try:
        for path, file in zip(paths, files, strict=True):
            with path.open("xb") as target:
                target.write(file.content)
    except OSError as fault:
        raise Refused(f"{folder}: cannot be written ({fault.strerror})") from None
    return [str(path) for path in paths]


@command
def print_command(ref: Release, folder: Folder = Path(), as_json: Json = False) -> None:  # noqa: FBT002
    """Write a released answer by post as PDF, with what is enclosed, ready to print."""
    with opened() as house:
        looking(house)
        paths = _written(folder, posting.pages(house, ref))
    tell({"ref": ref, "files": paths}, f"{', '.join(paths)}; once posted: `mailbot posted {ref}`", as_json=as_json)


@command
def posted(
    ref: Release,
    on: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="The day; today if left out.")
    ] = None,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say that a printed answer was posted or handed over."""
    with opened() as house:
        named = posting.was_posted(house, ref, on.date() if on else None, acting(house, by, Right.RELEASE), now())
    tell({"ref": named}, f"{named} is answered", as_json=as_json)


@command
def receipt(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A request that came by letter, phone or at the counter.")],
    folder: Folder = Path(),
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Write the dated receipt of a request made on the spot, to sign and hand over (decree 2019-536 art. 77)."""
    with opened() as house:
        paths = _written(folder, (posting.receipt_of(house, ref, acting(house, by), now()),))
    tell({"ref": ref, "files": paths}, f"{paths[0]}: sign it and hand it over", as_json=as_json)


@command
def heirs(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A request that follows a death.")],
    person: Annotated[str, typer.Option(metavar="P", help="Who died: contact:12.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Which papers were seen; it is kept.")],
    erase: Annotated[bool, typer.Option("--erase", help="Close and erase, as the heirs ask.")] = False,  # noqa: FBT002
    text: Annotated[str, typer.Option(metavar="TEXT", help="Told as you write it: what the estate needs.")] = "",
    nobody: Annotated[  # noqa: FBT002
        bool, typer.Option("--nobody", help="There is nobody to communicate to, as a directive wants.")
    ] = False,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Plan the answer to heirs, an executor or a notary whose papers you saw; directives of the deceased come first."""
    with opened() as house:
        estate = estates.Estate(person, reason, erase, text, nobody)
        named = estates.settle_estate(house, ref, estate, acting(house, by, Right.RELEASE), now())
    told = {"ref": ref, "release": int(named.partition("/")[2])}
    tell(told, f"{named} planned; look at it, then approve it", as_json=as_json)


@command
def bequeath(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A request that follows a death.")],
    person: Annotated[str, typer.Option(metavar="P", help="Who died: contact:12.")],
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="A mail address, or the lines of a postal one, by ' / '.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Which papers were seen, who the recipient is; kept.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Plan the copy that a directive of the deceased gives to somebody: the holdings that it names, and no others."""
    with opened() as house:
        wanted = bequeathing.Bequest(person, to, reason)
        named = bequeathing.bequeath(house, ref, wanted, acting(house, by, Right.RELEASE), now())
    told = {"ref": ref, "release": int(named.partition("/")[2])}
    tell(told, f"{named} planned; look at it, then approve it", as_json=as_json)


@command
def directive(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as D-2026-0007.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Open one directive of the register: its text is sealed, and who opened it is journalled."""
    with opened() as house:
        who = acting(house, by, Right.READ) if by else getpass.getuser()
        looking(house)
        row, text = unseal(house, number, who, now())
    told = {"number": number, "status": row.status, "wishes": json.loads(row.wishes), "executor": row.executor}
    if as_json:
        tell({**told, "scope": json.loads(row.scope), "text": text}, "", as_json=True)
        return
    say(f"{number}: {row.status}, registered {row.registered_at[:10]}", *(f"> {line}" for line in text.splitlines()))


@command
def undo(ref: Release, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Take back an approval that still waits, or put back what was stopped and frozen after a notice of death."""
    with opened() as house:
        named = undoing.undo(house, ref, acting(house, by, Right.RELEASE), now())
    tell({"ref": named}, f"{named} is undone", as_json=as_json)
