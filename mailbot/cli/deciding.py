"""What people decide (refuse, withdraw, dismiss, merge, …) and correct (reclassify, verify, attribute, …)."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions import correcting, deciding, ending, informing
from mailbot.actions.finding import Refused
from mailbot.actions.registering import Registration
from mailbot.actions.registering import register as enter
from mailbot.actions.searching import look as search
from mailbot.actions.striking import strike as strike_part
from mailbot.cli.frame import By, Json, acting, command, opened, tell
from mailbot.core.roles import Right
from mailbot.core.values import File, Kind
from mailbot.daemon import now

Request = Annotated[str, typer.Argument(metavar="REF", help="A reference such as 2026-00042.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")]


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    for one in (
        refuse,
        inform,
        withdraw,
        dismiss,
        merge,
        note,
        reclassify,
        verify,
        attribute,
        register,
        strike,
        look,
    ):
        app.command()(one)


# --- decide -----------------------------------------------------------------------------------------------------------


@command
def refuse(
    ref: Request,
    kind: Annotated[Kind, typer.Option("--ask", metavar="KIND", help="The ask to refuse.")],
    ground: Annotated[str, typer.Option("--ground", metavar="G", help="A ground that rules/policy.toml names for it.")],
    because: Annotated[str, typer.Option(metavar="TEXT", help="The facts of the case, told as you write them.")] = "",
    granted: Annotated[
        str, typer.Option(metavar="TEXT", help="What is done all the same, told as you write it: granted in part.")
    ] = "",
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Plan the refusal of one ask, or of a part of it: the letter names ground, law, facts, and where to complain.

    It waits like any release: look at it with `show`, change it with `edit`, release it with `approve`.
    """
    with opened() as house:
        told = deciding.Refusal(kind, ground, because, granted)
        named = deciding.refuse(house, ref, told, acting(house, by), now())
    tell(
        {"ref": ref, "release": int(named.partition("/")[2])},
        f"{named} planned; look at it, then approve it",
        as_json=as_json,
    )


@command
def inform(
    ref: Request,
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help=f"What to tell: one of {', '.join(informing.OUTCOMES)}.")
    ],
    text: Annotated[
        str, typer.Option(metavar="TEXT", help="What is special about the case, where there is room.")
    ] = "",
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Plan a letter that tells how a request stands; `nothing_held` and `objection_granted` also answer it."""
    with opened() as house:
        named = informing.inform(house, ref, outcome, text, acting(house, by), now())
    tell(
        {"ref": ref, "release": int(named.partition("/")[2])},
        f"{named} planned; look at it, then approve it",
        as_json=as_json,
    )


@command
def withdraw(ref: Request, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """End a request that the person takes back; what was planned for it is dropped."""
    with opened() as house:
        kinds = ending.withdraw(house, ref, acting(house, by, Right.RELEASE), now())
    tell({"ref": ref, "ended": kinds}, f"{ref}: {', '.join(kinds)} withdrawn", as_json=as_json)


@command
def dismiss(
    ref: Annotated[str, typer.Argument(metavar="REF|ID", help="A request, or a message such as m12 from `queue`.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say that this is no request, or that a message needs nobody."""
    right = Right.PREPARE if ref.startswith("m") else Right.RELEASE
    with opened() as house:
        kinds = ending.dismiss(house, ref, acting(house, by, right), now())
    tell({"ref": ref, "ended": kinds}, f"{ref} dismissed", as_json=as_json)


@command
def merge(
    gone: Annotated[str, typer.Argument(metavar="REF", help="The request that ends.")],
    kept: Annotated[str, typer.Argument(metavar="REF", help="The request that goes on with its messages and asks.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make one of two requests that are the same; each ask keeps the earlier of its two clocks."""
    with opened() as house:
        kinds = ending.merge(house, gone, kept, acting(house, by), now())
    tell({"ref": kept, "merged": gone, "asks": kinds}, f"{gone} goes on as {kept}", as_json=as_json)


@command
def note(
    ref: Request,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What colleagues should know; nobody outside reads it.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Keep a note with a request; `show` prints it."""
    with opened() as house:
        deciding.note(house, ref, text, acting(house, by), now())
    tell({"ref": ref}, f"{ref}: note kept", as_json=as_json)


# --- correct ----------------------------------------------------------------------------------------------------------


@command
def reclassify(
    ref: Request,
    kinds: Annotated[list[Kind], typer.Argument(metavar="KIND…", help=f"All that it asks: {', '.join(Kind)}.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say what a request really asks, where it was read wrongly; its answers are proposed anew."""
    with opened() as house:
        added, ended = correcting.reclassify(house, ref, kinds, acting(house, by), now())
    line = "; ".join(f"{word} {', '.join(found)}" for word, found in (("added", added), ("ended", ended)) if found)
    tell({"ref": ref, "added": added, "ended": ended}, f"{ref}: {line}", as_json=as_json)


@command
def verify(ref: Request, reason: Reason, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Say that you checked otherwise who asks (a call back, a visit): the request goes on without the person's yes."""
    with opened() as house:
        kinds = correcting.verify(house, ref, reason, acting(house, by, Right.RELEASE), now())
    tell(
        {"ref": ref, "proof": "verified", "asks": kinds},
        f"{ref}: verified; answers come with the next pass",
        as_json=as_json,
    )


@command
def attribute(
    ref: Request,
    person: Annotated[
        str, typer.Option("--person", metavar="P", help="The person's key in the client database: contact:12.")
    ],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say which person on file asks. Answers go to the address stored there, never to one that the mail gives."""
    with opened() as house:
        found = correcting.attribute(house, ref, person, acting(house, by), now())
    where = "answers go to the address on file" if found.emails else "no address is on file: answer by post"
    tell(
        {"ref": ref, "person": str(found.ref), "name": found.name},
        f"{ref} is of {found.name}; {where}",
        as_json=as_json,
    )


@command
def register(  # noqa: PLR0913, PLR0917 -- a form has as many fields as it has
    channel: Annotated[
        str, typer.Argument(metavar="letter|phone|counter|ID", help="How it came; or a message such as m12.")
    ],
    kinds: Annotated[
        list[Kind], typer.Option("--ask", metavar="KIND", help="What is asked; several times if need be.")
    ],
    received: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="The day of receipt; today if left out."),
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="P", help="Who asks: contact:12.")] = None,
    language: Annotated[str | None, typer.Option(metavar="LANG", help="The language to answer in: fr, en.")] = None,
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="What was said, for colleagues.")] = "",
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="The scanned letter, to be kept.")] = None,
    post: Annotated[
        str, typer.Option(metavar="LINES", help="Answer by post to this address; its lines, by line feeds or ' / '.")
    ] = "",
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Enter a request that came by letter, phone or at the counter, or a message that mailbot could not read.

    Its clock runs from the day of receipt, as for a mail (GDPR art. 12(3)).
    """
    day = received.date() if received else None
    address = "\n".join(line.strip() for line in post.replace(" / ", "\n").splitlines())
    told = Registration(channel, kinds, day, person, language, text, _file(file) if file else None, address)
    with opened() as house:
        ref = enter(house, told, acting(house, by), now())
        due = house.store.requests.by_reference(ref)
    tell(
        {"ref": ref, "due": due.due if due else None},
        f"{ref} registered, due {due.due if due else '?'}",
        as_json=as_json,
    )


def _file(path: Path) -> File:
    try:
        return File(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
    except OSError as fault:
        raise Refused(f"{path}: cannot be read ({fault.strerror})") from None


@command
def strike(
    ref: Annotated[str, typer.Argument(metavar="REF|ID", help="A request with one message, or a message such as m12.")],
    part: Annotated[
        int, typer.Argument(metavar="PART", help="The number of the attached file; a wrong one lists them.")
    ],
    reason: Reason,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Strike an attached file (an identity paper, bank details) from the mail as it is kept here; for good."""
    with opened() as house:
        gone = strike_part(house, ref, part, reason, acting(house, by), now())
    row = {"ref": ref, "part": part, "bytes": gone.size, "sha256": gone.sha256}
    tell(row, f"{ref}: part {part} struck ({gone.size} bytes); delete the file in the mailbox too", as_json=as_json)


@command
def look(
    ref: Request,
    place: Annotated[int, typer.Argument(metavar="N", help="Which place of the map's [[elsewhere]], from 1.")],
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="What was found there; it goes with the copy.")
    ] = None,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say that you looked for the person's data outside the database; without --file there is nothing."""
    found = _file(file) if file else None
    with opened() as house:
        title = search(house, ref, place, found, acting(house, by), now())
    what = f"{found.name} goes with the copy, which is planned again" if found else "nothing there"
    tell({"ref": ref, "place": title, "found": found is not None}, f"{ref}: {title}: {what}", as_json=as_json)
