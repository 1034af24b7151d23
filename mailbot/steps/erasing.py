"""Erasure and restriction proposed from the client database, and what an erasure leaves to do in our own store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.core.answer import OpenAsk
from mailbot.core.erasing.propose import Waiting, copy_first, propose_erasure, propose_restriction
from mailbot.core.keyed import value_digest
from mailbot.core.moments import iso, moment
from mailbot.core.proposals import Proposal
from mailbot.core.status import ASK_OVER, RELEASE_OVER
from mailbot.core.values import Action, Kind, Person, PersonRef, RowChange, RowsErase
from mailbot.steps.house import House
from mailbot.steps.recipients import notices
from mailbot.steps.references import refs_from_json, refs_to_json
from mailbot.store.rows import ReleaseRow, RequestRow

_COPIES = frozenset({Kind.ACCESS, Kind.PORTABILITY})


def erasure(
    house: House, request: RequestRow, persons: Sequence[Person], ask: OpenAsk, now: datetime
) -> Proposal | Waiting | str:
    """What erasing the person would do; or what it waits for; or why staff answer. Raises Away."""
    if waits := _copy(house, request, ask, now):
        return waits
    today = house.local_day(now)
    plans = [house.clients.plan_erase(person.ref, today, request.language) for person in persons]
    told = [
        notice
        for person, plan in zip(persons, plans, strict=True)
        for notice in notices(house, person, Kind.ERASURE, plan.changes, request.reference)
    ]
    emails = [email for person in persons for email in person.emails]
    return propose_erasure(plans, emails, tuple(dict.fromkeys(told)), house.settings.elsewhere)


def _copy(house: House, request: RequestRow, ask: OpenAsk, now: datetime) -> Waiting | str | None:
    """Whether a copy comes first, asked in this request or in another one of the same person."""
    mine = house.store.requests.of_person(request.person) if request.person else [request]
    asks = house.store.requests.asks(one.id for one in mine)
    asked = any(a.kind in _COPIES and a.status not in ASK_OVER for rows in asks.values() for a in rows)
    releases = house.store.releases.of_requests(one.id for one in mine)
    copies = {row.id for rows in releases.values() for row in rows if _is_copy(row)}
    sent = [
        moment(r.sent_at) for r in house.store.outbox.of_releases(copies).values() if r.status == "sent" and r.sent_at
    ]
    return copy_first(asked, sent, ask.when, house.settings.bounce_days, now)


def _is_copy(row: ReleaseRow) -> bool:
    """Whether a copy of data went with the answer: a refusal, or "nothing is held", carries none that may come back."""
    return bool(_COPIES & set(json.loads(row.asks)) and row.letter and json.loads(row.letter)["files"])


def restriction(house: House, request: RequestRow, persons: Sequence[Person]) -> Proposal | str:
    """The person's records frozen, as the data map writes it. Raises Away."""
    if not all(person.ref.kind in house.settings.restricts for person in persons):
        return "the data map names no change `restrict`: freeze the record in your own software"
    updates = [update for person in persons for update in house.clients.plan_set(person, "restrict")]
    told = [
        notice
        for person in persons
        for notice in notices(
            house, person, Kind.RESTRICTION, [u for u in updates if u.person == person.ref], request.reference
        )
    ]
    return propose_restriction(updates, tuple(dict.fromkeys(told)))


def still_planned(house: House, actions: Iterable[Action], now: datetime) -> bool:
    """Whether the erasures of a release would be planned today as they were. Raises Away.

    What a directive erases in part is not planned again: its rows are compared when they are written.
    """
    wiped = [change for change in actions if isinstance(change, RowsErase) and change.operation == "erase"]
    today = house.local_day(now)
    again: list[RowsErase] = []
    for ref in dict.fromkeys(change.person for change in wiped):
        again += house.clients.plan_erase(ref, today, "en").changes
    return [replace(change, as_of=today) for change in wiped] == again


# --- what an erasure leaves to do here --------------------------------------------------------------------------------


def known_by(house: House, person: Person) -> set[str]:
    """Keyed digests of what a person is known by: they tell him from one who gets his key later."""
    texts = [*person.emails, *person.phones, person.name]
    return {value_digest(house.key, " ".join(text.casefold().split())) for text in texts if text.strip()}


def announce(house: House, row: ReleaseRow, changes: Iterable[RowChange]) -> None:
    """Keep who is about to be erased while he can be told, inside the intent's transaction. Raises Away."""
    reference = house.store.requests.get(row.request_id).reference
    for ref in _wiped(changes):
        if person := house.clients.person(ref):
            house.store.erasures.announce(refs_to_json([ref]), known_by(house, person), reference)


def erased(house: House, changes: Iterable[RowChange], now: datetime) -> list[dict[str, object]]:
    """Enter who was erased and forget his exports, inside the outcome's transaction; what the journal says of it."""
    told: list[dict[str, object]] = []
    for ref in _wiped(changes):
        house.store.erasures.done(refs_to_json([ref]), iso(now))
        told.append({"register": "erasures", "exports_purged": forget_exports(house, ref)})
    return told


def _wiped(changes: Iterable[RowChange]) -> list[PersonRef]:
    return list(dict.fromkeys(c.person for c in changes if isinstance(c, RowsErase) and c.operation == "erase"))


def requests_of(house: House, person: str) -> list[RequestRow]:
    """The requests of one person, also those of several records that his is one of. `person`: refs_to_json() of it."""
    found = house.store.requests.naming(person[1:-1])
    return [one for one in found if person in {refs_to_json([ref]) for ref in refs_from_json(one.person)}]


def forget_exports(house: House, ref: PersonRef) -> int:
    """Purge the files of every release on this person that left or never will; how many."""
    rows: list[ReleaseRow] = []
    for request in requests_of(house, refs_to_json([ref])):
        rows += house.store.releases.of_requests([request.id])[request.id]
    over = [row for row in rows if row.status in RELEASE_OVER]
    replies = house.store.outbox.of_releases(row.id for row in over)
    unfiled = {row.id for row in over if house.settings.file_copies and row.id in replies and not replies[row.id].filed}
    return house.store.purging.files([row for row in over if row.id not in unfiled])
