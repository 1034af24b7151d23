"""After a death: what heirs, executors and notaries obtain, by a named human who saw their papers (law 78-17)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting, writable
from mailbot.actions.correcting import person_named
from mailbot.actions.finding import Refused, request_named
from mailbot.core.letters.draft import Section
from mailbot.core.plan import Planned
from mailbot.core.values import Action, Kind, Person
from mailbot.steps.house import House
from mailbot.steps.opening import stilled
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow


@dataclass(frozen=True, slots=True)
class Estate:
    """What a named human decides for one deceased person."""

    person: str  # such as contact:12
    reason: str  # which papers were seen: death, quality of the writer
    erase: bool = False  # the heirs ask to close and erase (art. 85-II 2°)
    text: str = ""  # told to the writer as written: information useful to the estate (art. 85-II 1°)


def settle_estate(house: House, named: str, estate: Estate, by: str, now: datetime) -> str:
    """Plan the answer to heirs: mails stopped, record frozen, data erased where asked or directed; `REF/N` of it.

    A directive in force comes before what heirs ask: one to erase is carried out, one to keep forbids erasing, and what
    it says of communicating stays with the human who writes `text`. Raises Refused, Away.
    """
    request = request_named(house, named)
    if Kind.HEIR not in living(house, request) or Kind.HEIR in leaving(house, request):
        raise Refused(f"{request.reference}: nothing that follows a death is open there")
    if not estate.reason.strip():
        raise Refused("say which papers were seen (death, quality of the writer): --reason")
    person = person_named(house, estate.person)
    directive = house.store.directives.in_force(str(person.ref))
    actions, done = _decided(house, person, estate, directive, request.language, now)
    number = directive.number if directive else None
    facts = {"done": done, "directive": number, "text": estate.text.strip() or None}
    planned = Planned(
        purpose="answer",
        asks=(Kind.HEIR,),
        actions=actions,
        sections=(Section(Kind.HEIR, "granted", facts),),
        recipient=writable(request),
        reason=f"directive {number}: it comes first" if number else "no directive: limits of art. 85-II",
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
    house: House, person: Person, estate: Estate, directive: DirectiveRow | None, language: str, now: datetime
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """What is changed, and what the letter says of it."""
    wishes = json.loads(directive.wishes) if directive else []
    if directive and estate.erase and "erase" not in wishes:
        raise Refused(f"directive {directive.number} does not say to erase ({', '.join(wishes)}): it comes first")
    if not estate.erase and "erase" not in wishes:
        kept = ("kept",) if "keep" in wishes else ()
        return stilled(house, person), ("newsletters", "frozen", *kept)
    if directive and json.loads(directive.scope):
        raise Refused(f"directive {directive.number} is about a part of the data: erase that part in your software")
    plan = house.clients.plan_erase(person.ref, house.local_day(now), language)
    if plan.undecided:
        raise Refused(f"erasing cannot be planned: {'; '.join(plan.undecided)}")
    suppressed = [action for action in stilled(house, person) if not hasattr(action, "cells")]
    return (*plan.changes, *suppressed), ("newsletters", "erased")
