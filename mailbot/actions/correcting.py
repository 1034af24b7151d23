"""Correct what the machine read or found: the kinds asked, how sure we are who asks, and who it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mailbot.actions.changing import changing, end_questions, leaving, living, take_back, waiting
from mailbot.actions.finding import Refused, request_named
from mailbot.core.address import normalise
from mailbot.core.identify import Known
from mailbot.core.moments import iso, moment
from mailbot.core.status import ASK_OVER
from mailbot.core.values import Aligned, Kind, Person, PersonRef, Proof
from mailbot.steps.clock import resume
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json, refs_to_json
from mailbot.store.database import Row
from mailbot.store.journal import Entry
from mailbot.store.rows import AskRow, RequestRow

_RESTORED_BY = {"dismissed": "restored", "withdrawn": "restored", "done": "reopened", "partly": "reopened"}
"""How an ask that is over is asked after all; one refused is opened by the person's own answer only."""


def reclassify(house: House, named: str, kinds: Iterable[Kind], by: str, now: datetime) -> tuple[list[str], list[str]]:
    """Say what a request really asks; the kinds (added, ended). Proposals are made anew. Raises Refused."""
    request = request_named(house, named)
    wanted = set(kinds)
    if not wanted:
        raise Refused(f"{request.reference}: name what it asks; nothing at all: `mailbot dismiss {request.reference}`")
    asks = {ask.kind: ask for ask in house.store.requests.asks([request.id])[request.id]}
    alive = {Kind(kind) for kind, ask in asks.items() if ask.status not in ASK_OVER}
    added, ended = sorted(wanted - alive), sorted(alive - wanted)
    if not added and not ended:
        raise Refused(f"{request.reference} asks just that already")
    if on_its_way := sorted(leaving(house, request) & {*added, *ended}):
        raise Refused(f"{request.reference}: the answer to {', '.join(on_its_way)} is on its way already")
    with changing(house):
        entries = take_back(house, request, waiting(house, request), by, now)
        house.store.requests.move(request.id, ended, "dismissed", outcome="reclassified")
        for kind in added:
            _add(house, request, kind, asks.get(kind))
        house.store.requests.update(request.id, preparing=1, closed_at=None, reason="")
        if request.message_id is not None:  # what was read wrongly is an example to measure the reading by
            house.store.care.label([request.message_id], sorted(map(str, wanted)), by, iso(now))
        details = {"added": added, "ended": ended}
        house.store.journal.append(now, [*entries, Entry("request.reclassified", request.reference, by, details)])
    return list(map(str, added)), list(map(str, ended))


def _add(house: House, request: RequestRow, kind: Kind, before: AskRow | None) -> None:
    """One ask more, with the clock of its request; raises Refused if it is over for good."""
    if before is None:
        house.store.requests.add_ask(staff_ask(house, request.id, kind, moment(request.arrived)))
        return
    event = _RESTORED_BY.get(before.status)
    if event is None:
        raise Refused(f"{request.reference}: {kind} is {before.status} there: `mailbot register` opens a new request")
    house.store.requests.move(request.id, [kind], event, outcome="", confidence=1.0, automatic=1)


def staff_ask(house: House, request_id: int, kind: Kind, arrived: datetime) -> Row:
    """The row of an ask that a human read: sure, without evidence of its own."""
    due, legal_end = house.clock(arrived)
    return {
        "request_id": request_id,
        "kind": str(kind),
        "status": "open",
        "confidence": 1.0,
        "automatic": 1,
        "scope": None,
        "wanted": "now",
        "evidence": "[]",
        "due": due.isoformat(),
        "legal_end": legal_end.isoformat(),
    }


# --- who asks ---------------------------------------------------------------------------------------------------------


def verify(house: House, named: str, reason: str, by: str, now: datetime) -> list[str]:
    """Staff checked otherwise who asks (call back, counter, papers); the kinds that go on. Raises Refused.

    The reason is kept as a note; the journal holds no personal data. What waits for the person waits no longer.
    """
    request = request_named(house, named)
    if not reason.strip():
        raise Refused("say how it was checked: --reason")
    if request.found not in {"known", "attributed"}:
        how = f"mailbot attribute {request.reference} --person …"
        raise Refused(f"{request.reference}: no one person on file is found; say first who it is: `{how}`")
    asks = living(house, request)
    with changing(house):
        moved = house.store.requests.move(request.id, asks, "verified")
        by_hand = [row for row in waiting(house, request) if row.purpose == "by_hand"]
        entries = [*resume(house, request.id, house.local_day(now)), *take_back(house, request, by_hand, by, now)]
        end_questions(house, request, "verified", now)
        house.store.requests.update(request.id, proof=str(Proof.VERIFIED), preparing=1, reason="")
        house.store.requests.note(request.id, by, f"verified: {reason.strip()}", now)
        details = {"asks": moved, "before": request.proof}
        house.store.journal.append(now, [*entries, Entry("proof.verified", request.reference, by, details)])
    return moved


def attribute(house: House, named: str, person: str, by: str, now: datetime) -> Person:
    """Say which person on file asks, such as `contact:12`; answers go to his stored address. Raises Refused, Away.

    The proof of another person starts anew: being named by staff proves nothing about who wrote. A clock that stood
    because he was not known runs on.
    """
    request = request_named(house, named)
    living(house, request)
    found = person_named(house, person)
    same = refs_from_json(request.person) == (found.ref,)
    with changing(house):
        entries = take_back(house, request, waiting(house, request), by, now)
        entries += resume(house, request.id, house.local_day(now))  # it is known who asks
        if not same:
            end_questions(house, request, "attributed", now)
            house.store.requests.move(request.id, map(str, Kind), "replan")
        columns = attributed(found, request.sender, request.aligned)
        columns |= {"proof": request.proof} if same else {}
        house.store.requests.update(request.id, **columns, preparing=1, reason="")
        details = {"person": str(found.ref), "before": [str(ref) for ref in refs_from_json(request.person)]}
        house.store.journal.append(now, [*entries, Entry("request.attributed", request.reference, by, details)])
    return found


def attributed(person: Person, sender: str | None, aligned: str) -> Row:
    """The columns of a request whose person staff named."""
    mine = next((email for email in person.emails if sender and normalise(email) == sender), None)
    proof = Proof.NONE if mine is None else Proof.AUTHENTICATED if aligned == Aligned.YES else Proof.CLAIMED
    stored = mine or next(iter(person.emails), None)
    return {
        "found": "attributed",
        "person": refs_to_json([person.ref]),
        "person_name": person.name,
        "company": person.company,
        "address": stored.strip() if stored else None,
        "proof": str(proof),
    }


def person_named(house: House, text: str) -> Person:
    """The person of `contact:12` (several key columns joined by commas). Raises Refused, Away."""
    kind, _, key = text.strip().partition(":")
    columns = house.settings.person_keys.get(kind)
    if columns is None:
        allowed = ", ".join(f"{name}:…" for name in sorted(house.settings.person_keys))
        raise Refused(f"{text}: no such kind of person; allowed are {allowed}")
    values = key.split(",")
    person = house.clients.person(PersonRef(kind, tuple(zip(columns, values, strict=False))))
    if person is None or len(values) != len(columns):
        raise Refused(f"{text}: no such person in the client database")
    return person


def unknown() -> Row:
    """The columns of a request whose person is not on file, or not known yet."""
    nobody = {"person": None, "person_name": None, "company": None, "address": None}
    return {"found": str(Known.UNKNOWN), **nobody, "proof": str(Proof.NONE)}
