"""Enter what did not come as a readable mail, and find out who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from mailbot.actions import correcting, registering
from mailbot.actions.finding import Refused
from mailbot.actions.registering import CHANNELS, Registration
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit
from mailbot.core.reading.words import fold_text
from mailbot.core.roles import Right
from mailbot.core.values import File, Identifiers, Kind, Match, Person
from mailbot.steps.house import House

SCAN = 20_000_000  # bytes of a scanned letter
FOUND = 20  # persons listed


def form(visit: Visit) -> Response:
    """The empty form, or that of a message that became no request."""
    return _form(visit, {"channel": visit.asked("m") or "letter", "kinds": (), "person": visit.asked("person")})


def _form(visit: Visit, given: Mapping[str, Any], said: str = "") -> Response:
    blank = {"channel": "letter", "kinds": (), "person": "", "received": "", "note": "", "language": "", "post": ""}
    house = visit.desk.house
    return visit.show(
        "register.html",
        200 if not said else 422,
        given=blank | dict(given),
        said=said,
        channels=CHANNELS,
        kinds=list(Kind),
        languages=sorted(house.wording.languages),
        today=house.local_day(visit.now).isoformat(),
        **counted(visit),
    )


def enter(visit: Visit) -> Response:
    """Register it, by the action that the command line calls; what is wrong is told beside what was typed."""
    given = {name: visit.typed(name).strip() for name in ("channel", "person", "received", "note", "language", "post")}
    kinds = [Kind(kind) for kind in visit.ticked("kind") if kind in set(Kind)]
    try:
        told = Registration(
            channel=given["channel"],
            kinds=kinds,
            received=_day(visit, given["received"]),
            person=given["person"] or None,
            language=given["language"] or None,
            note=given["note"],
            file=scan(visit),
            post=given["post"],
        )
        ref = registering.register(visit.desk.house, told, visit.by, visit.now)
    except Refused as fault:
        return _form(visit, given | {"kinds": kinds}, visit.words.plainly(str(fault)))
    visit.tell(visit.words("did.register", ref=ref))
    return visit.go(f"/r/{ref}")


def _day(visit: Visit, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(visit.words("error.day")) from None


def scan(visit: Visit) -> File | None:
    """The file that came with a form, or None. Raises Refused for one that is too large."""
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = file.file.read(SCAN + 1)
    if len(content) > SCAN:
        raise Refused(visit.words("error.413"))
    name = "".join(sign for sign in file.filename if sign.isprintable())[-120:]
    return File(name, file.content_type or "application/octet-stream", content)


# --- who is it? -------------------------------------------------------------------------------------------------------


def persons(visit: Visit) -> Response:
    """Persons on file by name, address, telephone or customer number; for a request (`for`), or to register."""
    text = visit.asked("who")[:200]
    found = find(visit.desk.house, text) if text else []
    if text:
        visit.looked("persons", visit.asked("for") or None)
    return visit.show("persons.html", who=text, found=found, ref=visit.asked("for")[:20], **counted(visit))


def find(house: House, text: str) -> list[Match]:
    """Whom these words may mean, the likeliest first. Raises Away."""
    known = Identifiers(
        emails=(text,) if "@" in text else (),
        phones=(text,) if sum(sign.isdigit() for sign in text) > 5 else (),  # noqa: PLR2004 -- shorter is no number
        names=(text,) if "@" not in text else (),
        customers=(text,) if any(sign.isdigit() for sign in text) else (),
    )
    matches = list(house.clients.find(known)) or _called(house, text)
    with suppress(Refused):  # it is no key such as contact:12
        matches += [Match(correcting.person_named(house, text), ("key",))]
    return matches[:FOUND]


def _called(house: House, text: str) -> list[Match]:
    """Persons in whose name or company each of these words begins one: as people look for somebody."""
    wanted = fold_text(text).split()

    def fits(person: Person) -> bool:
        words = fold_text(f"{person.name} {person.company or ''}").split()
        return all(any(word.startswith(one) for word in words) for one in wanted)

    def by_company(person: Person) -> bool:
        return not fits(replace(person, company=None))

    found = sorted(house.clients.those(fits), key=by_company) if wanted else ()
    return [Match(person, ("name",)) for person in found]


PAGES = (
    Page("/register", form, Right.PREPARE),
    Page("/register", enter, Right.PREPARE, post=True, form_limit=SCAN + 1_000_000),
    Page("/persons", persons, Right.READ),
)
