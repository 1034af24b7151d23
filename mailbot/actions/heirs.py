"""After a death: what heirs, executors and notaries obtain, by a named human who saw their papers (law 78-17)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.actions.bequeathing import COMMUNICATION, will_of
from mailbot.actions.changing import changing, leaving, living, take_back, waiting, writable
from mailbot.actions.correcting import person_named
from mailbot.actions.finding import Refused, request_named
from mailbot.core.letters.draft import Section
from mailbot.core.mapping.mapshape import in_language
from mailbot.core.moments import moment
from mailbot.core.plan import Planned
from mailbot.core.status import ReleaseState
from mailbot.core.values import Action, Kind, Person, RowUpdate, Scalar
from mailbot.steps.house import House
from mailbot.steps.opening import stilled
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow, RequestRow


@dataclass(frozen=True, slots=True)
class Estate:
    """What a named human decides for one deceased person."""

    person: str  # such as contact:12
    reason: str  # which papers were seen: death, quality of the writer
    erase: bool = False  # the heirs ask to close and erase (art. 85-II 2°)
    text: str = ""  # told to the writer as written: information useful to the estate (art. 85-II 1°)
    nobody: bool = False  # there is nobody to communicate to as the directive says; `reason` says why


def settle_estate(house: House, named: str, estate: Estate, by: str, now: datetime) -> str:
    """Plan the answer to heirs: mails stopped, record frozen, data erased where asked or directed; `REF/N` of it.

    A directive in force comes before what heirs ask, holding by holding: what it has erased goes, what it keeps stays,
    and what it gives to somebody left before (bequeathing.py). Raises Refused, Away.
    """
    request = request_named(house, named)
    if Kind.HEIR not in living(house, request) or Kind.HEIR in leaving(house, request):
        raise Refused(f"{request.reference}: nothing that follows a death is open there")
    if not estate.reason.strip():
        raise Refused("say which papers were seen (death, quality of the writer): --reason")
    person = person_named(house, estate.person)
    directive = house.store.directives.in_force(str(person.ref))
    actions, done = _decided(house, person, estate, directive, request, now)
    number = directive.number if directive else None
    facts = {"done": done, "directive": number, "text": estate.text.strip() or None}
    planned = Planned(
        purpose="answer",
        asks=(Kind.HEIR,),
        actions=actions,
        sections=(Section(Kind.HEIR, "granted", facts),),
        recipient=writable(request),
        reason=f"directive {number} comes first: read it before anything is told to heirs"
        if number
        else "no directive: limits of art. 85-II",
    )
    with changing(house):
        n = house.store.releases.next_n(request.id)
        entries = take_back(house, request, waiting(house, request, [Kind.HEIR]), by, now)
        house.store.requests.move(request.id, [Kind.HEIR], "planned")
        house.store.requests.note(request.id, by, f"papers seen: {estate.reason.strip()}", now)
        row = write_release(house, request, planned, n, now)
        details = {"release": n, "person": str(person.ref), "directive": number, "done": done, "hash": row["hash"]}
        house.store.journal.append(now, [*entries, Entry("estate.decided", request.reference, by, details)])
    return f"{request.reference}/{n}"


def _decided(
    house: House, person: Person, estate: Estate, directive: DirectiveRow | None, request: RequestRow, now: datetime
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """What is changed, and what the letter says of it. Raises Refused."""
    wishes = json.loads(directive.wishes) if directive else []
    if directive and estate.erase and "erase" not in wishes:
        raise Refused(f"directive {directive.number} does not say to erase ({', '.join(wishes)}): it comes first")
    if directive and "communicate" in wishes:
        _must_be_handed_over(house, request, directive, estate, now)
    if not estate.erase and "erase" not in wishes:
        kept = ("kept",) if "keep" in wishes else ()
        return stilled(house, person), ("newsletters", "frozen", *kept)
    part = _part(house, person, directive, request.language)
    plan = house.clients.plan_erase(person.ref, house.local_day(now), request.language, part)
    if plan.undecided:
        raise Refused(f"erasing cannot be planned: {'; '.join(plan.undecided)}")
    if part is not None:  # what stays is frozen, in rows that the erasure does not write
        rows = {(change.table, row[:-1]) for change in plan.changes for row in change.rows}
        frozen = [one for one in stilled(house, person) if not isinstance(one, RowUpdate) or _row(one) not in rows]
        return (*plan.changes, *frozen), ("newsletters", "frozen", "part")
    suppressed = [action for action in stilled(house, person) if not isinstance(action, RowUpdate)]
    return (*plan.changes, *suppressed), ("newsletters", "erased")


def _row(update: RowUpdate) -> tuple[str, tuple[Scalar, ...]]:
    return update.table, tuple(value for _, value in update.key)


def _part(house: House, person: Person, directive: DirectiveRow | None, language: str) -> tuple[str, ...] | None:
    """The titles of the holdings that a directive has erased; None where it is all of them, or where there is none."""
    if directive is None:
        return None
    every = house.settings.holdings.get(person.ref.kind, ())
    part = will_of(directive).of("erase", every)
    return None if len(part) == len(every) else tuple(in_language(one, language) for one in part)


def _must_be_handed_over(
    house: House, request: RequestRow, directive: DirectiveRow, estate: Estate, now: datetime
) -> None:
    """What a directive gives to somebody leaves before anything is erased, and cannot come back. Raises Refused."""
    if estate.nobody:
        return
    rows = [row for row in house.store.releases.of_requests([request.id])[request.id] if row.purpose == COMMUNICATION]
    gone = [row for row in rows if row.status == ReleaseState.CLOSED]
    if not gone:
        how = f"mailbot bequeath {request.reference} --person {estate.person} --to …"
        raise Refused(f"directive {directive.number} says to communicate: first `{how}`; if nobody is found: --nobody")
    replies = house.store.outbox.of_releases(row.id for row in gone).values()
    last = max((moment(reply.sent_at) for reply in replies if reply.sent_at), default=None)
    until = last + timedelta(days=house.settings.bounce_days) if last else now
    if "erase" in json.loads(directive.wishes) and until > now:
        raise Refused(f"what was communicated may still come back: erase from {until:%Y-%m-%d} on")
