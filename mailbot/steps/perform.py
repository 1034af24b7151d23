"""Perform: what approved releases change, in the client database and in our registers.

(1) intent in the store, (2) one transaction in the client database, (3) outcome in the store. Postcondition holds =
done; precondition holds = do; neither = plan again. So a kill anywhere ends the same. Releases that only update rows
share these three; if one of them cannot be carried out, each goes for itself. The outcomes of one group and the intents
of the next share a commit.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from mailbot.core.canonical import action_from_json
from mailbot.core.keyed import address_digest
from mailbot.core.moments import iso
from mailbot.core.values import (
    Action,
    Notify,
    Outcome,
    Performed,
    RegisterDirective,
    RowChange,
    RowsErase,
    RowUpdate,
    Suppress,
)
from mailbot.steps.erasing import announce, erased
from mailbot.steps.house import House
from mailbot.steps.recipients import tell_recipient
from mailbot.store.journal import Entry
from mailbot.store.rows import ReleaseRow
from mailbot.store.sealing import sealed

LEASE = timedelta(minutes=10)
"""How long the worker that announced a change may still be at it."""

TOGETHER = 50
"""Releases that may share a transaction of the client database: it is locked for some 10 ms."""


def actions_of(release: ReleaseRow) -> tuple[Action, ...]:
    """The actions that a stored release binds."""
    return _actions(release.actions)


@lru_cache(maxsize=512)
def _actions(text: str) -> tuple[Action, ...]:
    """Values that never change, asked for at each step of a release: read once for a call of perform()."""
    return tuple(action_from_json(json.dumps(value)) for value in json.loads(text))


def perform(house: House, now: datetime, most: int = 200) -> int:
    """Carry out approved releases whose undo delay is over; how many. Raises Away if the client database is away."""
    if house.shadow:
        return 0
    _resume(house, now)
    with house.store.claim():
        rows = house.store.releases.approved(iso(now), most)
        plain = [row for row in rows if not _changes(actions_of(row))]
        _finish_plain(house, plain, now)
    _perform_each(house, [row for row in rows if _changes(actions_of(row))], now)
    return len(rows)


def perform_these(house: House, ids: Sequence[int], now: datetime) -> None:
    """Carry out approved releases that are known to have been carried out before the store was restored."""
    rows = [row for row in house.store.releases.many(ids).values() if row.status == "approved"]
    _resume(house, now)
    _finish_plain(house, [row for row in rows if not _changes(actions_of(row))], now)
    _perform_each(house, [row for row in rows if _changes(actions_of(row))], now)


def _changes(actions: Sequence[Action]) -> list[RowChange]:
    return [action for action in actions if isinstance(action, RowUpdate | RowsErase)]


def _finish_plain(house: House, rows: Sequence[ReleaseRow], now: datetime) -> None:
    """Releases that change nothing outside our own registers: one transaction for all of them."""
    if not rows:
        return
    with house.store.transaction():
        house.store.releases.move([row.id for row in rows], "perform", "performed")
        requests = house.store.requests.many(row.request_id for row in rows)
        entries = []
        for row in rows:
            done = _registers(house, row, now)
            if done:
                details = {"release": row.n, "changes": done}
                entries.append(Entry("release.performed", requests[row.request_id].reference, details=details))
        house.store.journal.append(now, entries)


def _resume(house: House, now: datetime) -> None:
    """Releases that a crash left between intent and outcome: looked at again, done once."""
    for row in house.store.releases.abandoned(iso(now)):
        done = list(zip([row], _carried_out(house, [row]), strict=True))
        with house.store.transaction():
            _conclude(house, done, now)


def _perform_each(house: House, rows: Sequence[ReleaseRow], now: datetime) -> None:
    """Group after group: the outcomes of one are committed with the intents of the next."""
    done: list[tuple[ReleaseRow, Outcome]] = []
    try:
        for group in _groups(rows):
            with house.store.transaction():
                _conclude(house, done, now)
                _intend(house, group, now)
            done = []
            done = list(zip(group, _carried_out(house, group), strict=True))
    finally:
        if done:
            with house.store.transaction():
                _conclude(house, done, now)


def _groups(rows: Sequence[ReleaseRow]) -> Iterator[list[ReleaseRow]]:
    """Neighbours that only update rows together; what erases goes alone."""
    for erases, same in itertools.groupby(rows, key=lambda row: not _updates(row)):
        some = list(same)
        size = 1 if erases else TOGETHER
        yield from (some[start : start + size] for start in range(0, len(some), size))


def _updates(row: ReleaseRow) -> list[RowUpdate]:
    """The changes of a release that does nothing but update rows; none where it erases."""
    changes = _changes(actions_of(row))
    updates = [change for change in changes if isinstance(change, RowUpdate)]
    return updates if len(updates) == len(changes) else []


def _intend(house: House, rows: Sequence[ReleaseRow], now: datetime) -> None:
    house.store.releases.move([row.id for row in rows], "perform", perform_after=iso(now + LEASE))
    requests = house.store.requests.many(row.request_id for row in rows)
    for row in rows:
        announce(house, row, _changes(actions_of(row)))
    named = [(requests[row.request_id].reference, {"release": row.n, "hash": row.hash}) for row in rows]
    house.store.journal.append(now, [Entry("release.performing", name, details=told) for name, told in named])


def _carried_out(house: House, rows: Sequence[ReleaseRow]) -> Sequence[Outcome]:
    """What came of each in the client database."""
    if len(rows) > 1:
        return house.clients.perform_each([_updates(row) for row in rows])
    changes = [_changes(actions_of(row)) for row in rows]
    return [house.clients.perform(some) if some else Outcome(Performed.DONE) for some in changes]


def _conclude(house: House, done: Sequence[tuple[ReleaseRow, Outcome]], now: datetime) -> None:
    """Write what came of each, inside the caller's transaction."""
    well = [(row, outcome) for row, outcome in done if outcome.performed in {Performed.DONE, Performed.ALREADY}]
    house.store.releases.move([row.id for row, _ in well], "performed")
    requests = house.store.requests.many(row.request_id for row, _ in well)
    entries = []
    for row, outcome in well:
        written = _changes(actions_of(row))
        changes = [*told_of(written), *erased(house, written, now), *_registers(house, row, now)]
        details = {"release": row.n, "changes": changes, "outcome": str(outcome.performed)}
        entries.append(Entry("release.performed", requests[row.request_id].reference, details=details))
    house.store.journal.append(now, entries)
    for row, outcome in done:
        if outcome.performed is Performed.CHANGED:
            _plan_again(house, row, now, outcome.because)
        elif outcome.performed is Performed.REFUSED:
            _block(house, row, now, outcome.because)


def _block(house: House, row: ReleaseRow, now: datetime, because: str) -> None:
    """The client database refused: staff look."""
    house.store.releases.move([row.id], "blocked", reason=because)
    details = {"release": row.n, "because": because}
    reference = house.store.requests.get(row.request_id).reference
    house.store.journal.append(now, [Entry("release.blocked", reference, details=details)])


def told_of(changes: Sequence[RowChange]) -> list[dict[str, object]]:
    """What the journal says of changes: table, rows and columns, no value."""
    return [
        {"table": one.table, "operation": one.operation, "columns": [cell.column for cell in one.cells]}
        if isinstance(one, RowUpdate)
        else {
            "table": one.table,
            "operation": one.operation,
            "rows": len(one.rows),
            "columns": [name for name, _ in (*one.writes, *one.blind)],  # none: the rows were deleted
        }
        for one in changes
    ]


def _registers(house: House, row: ReleaseRow, now: datetime) -> list[dict[str, object]]:
    """Carry out what concerns our own registers, inside the caller's transaction; what the journal says of it."""
    told: list[dict[str, object]] = []
    for action in actions_of(row):
        if isinstance(action, Suppress):
            house.store.suppressions.add([address_digest(house.key, action.address)], action.why, iso(now))
            told.append({"register": "suppressions"})
        elif isinstance(action, RegisterDirective):
            house.store.directives.register(action, sealed(house.key, action.text), row.request_id, iso(now))
            told.append({"register": "directives", "number": action.number, "action": action.action})
        elif isinstance(action, Notify):
            told.append(tell_recipient(house, row, action, now))
    return told


def _plan_again(house: House, row: ReleaseRow, now: datetime, because: str) -> None:
    """What the release rested on has changed: it is stale, its asks are proposed anew; the reply never leaves."""
    house.store.releases.move([row.id], "outdated", reason=because)
    outdated(house, row, now, because)


def outdated(house: House, row: ReleaseRow, now: datetime, because: str) -> None:
    """Let the asks of a stale release be planned anew, inside the caller's transaction."""
    request = house.store.requests.get(row.request_id)
    kinds = json.loads(row.asks)
    house.store.outbox.drop(row.id)
    house.store.requests.move(request.id, kinds, "replan")
    house.store.requests.update(request.id, preparing=1, reason=f"planned again: {because}")
    details = {"release": row.n, "because": because}
    house.store.journal.append(now, [Entry("release.stale", request.reference, details=details)])
