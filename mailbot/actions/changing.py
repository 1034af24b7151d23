"""What the actions that change a request share: its living asks, the releases that wait, one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from mailbot.actions.finding import Refused
from mailbot.core.moments import iso
from mailbot.core.status import ASK_OVER, ReleaseState
from mailbot.core.values import Aligned
from mailbot.steps.house import House
from mailbot.steps.references import posted
from mailbot.store.journal import Entry
from mailbot.store.requests import Conflict
from mailbot.store.rows import AskRow, ReleaseRow, RequestRow

_TAKEN_BACK_BY = {ReleaseState.PLANNED: "drop", ReleaseState.BLOCKED: "drop", ReleaseState.APPROVED: "undo"}
"""The states in which nothing was changed or sent yet, and the event that ends a release there."""


_ON_THEIR_WAY = frozenset({ReleaseState.PERFORMING, ReleaseState.PERFORMED, ReleaseState.REPLIED})


@contextmanager
def changing(house: House) -> Iterator[None]:
    """One transaction; raises Refused, with nothing written, if somebody else was faster."""
    try:
        with house.store.transaction():
            yield
    except Conflict as fault:
        raise Refused(str(fault)) from fault


def living(house: House, request: RequestRow) -> dict[str, AskRow]:
    """The asks that are not over, by kind; raises Refused if there is none."""
    asks = {ask.kind: ask for ask in house.store.requests.asks([request.id])[request.id] if ask.status not in ASK_OVER}
    if not asks:
        raise Refused(f"{request.reference}: nothing of it is open any more; `mailbot show {request.reference}`")
    return asks


def waiting(house: House, request: RequestRow, kinds: Iterable[str] | None = None) -> list[ReleaseRow]:
    """The releases that can still be taken back, or of these those that answer one of `kinds`."""
    rows = house.store.releases.of_requests([request.id])[request.id]
    wanted = None if kinds is None else set(kinds)
    return [row for row in rows if row.status in _TAKEN_BACK_BY and (wanted is None or wanted & asks_of(row))]


def leaving(house: House, request: RequestRow) -> set[str]:
    """The kinds whose answer is on its way already: what was changed or sent cannot be decided anew."""
    rows = house.store.releases.of_requests([request.id])[request.id]
    return {kind for row in rows if row.status in _ON_THEIR_WAY for kind in asks_of(row)}


def asks_of(release: ReleaseRow) -> set[str]:
    """The kinds that a release answers."""
    return set(json.loads(release.asks))


def take_back(house: House, request: RequestRow, rows: Sequence[ReleaseRow], by: str, now: datetime) -> list[Entry]:
    """End releases that wait, inside the caller's transaction; the entries to journal.

    What they would have answered is open again and proposed anew by the next pass; a question that never left is ended.
    """
    kinds: set[str] = set()
    for row in rows:
        house.store.releases.move([row.id], _TAKEN_BACK_BY[ReleaseState(row.status)])
        house.store.outbox.drop(row.id)
        kinds |= asks_of(row)
    unasked = [
        row.id for row in house.store.challenges.of_request(request.id) if row.release_id in {r.id for r in rows}
    ]
    for challenge in unasked:
        house.store.challenges.end(challenge, "taken back", iso(now))
    if unasked:
        kinds |= {ask.kind for ask in house.store.requests.asks([request.id])[request.id] if ask.status == "proving"}
    if house.store.requests.move(request.id, kinds, "replan"):
        house.store.requests.update(request.id, preparing=1)
    return [Entry("release.taken_back", request.reference, by, {"release": row.n, "hash": row.hash}) for row in rows]


def end_questions(house: House, request: RequestRow, how: str, now: datetime) -> None:
    """Close the open questions of a request, inside the caller's transaction: no answer to them counts any more."""
    for challenge in house.store.challenges.of_request(request.id):
        if challenge.ended_at is None:
            house.store.challenges.end(challenge.id, how, iso(now))


def writable(request: RequestRow) -> str:
    """Where a human may write to: the address on file, else a stranger's own unless it was forged. Raises Refused."""
    recipient = posted(request) or request.address or (request.sender if request.aligned != Aligned.NO else None)
    if recipient is None:
        what = "its sender failed the check" if request.sender else "no address is known"
        raise Refused(
            f"{request.reference}: {what}, nobody can be written to; `mailbot attribute {request.reference} --person …`"
        )
    return recipient
