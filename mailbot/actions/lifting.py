"""Lift a restriction: the person is told first, then the record is thawed (GDPR art. 18(3))."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.changing import changing
from mailbot.actions.finding import Refused, request_named
from mailbot.actions.informing import tell_at_once
from mailbot.core.letters.draft import Section
from mailbot.core.plan import Planned
from mailbot.core.status import ReleaseState
from mailbot.core.values import Cell, Kind, RowUpdate
from mailbot.steps.house import House
from mailbot.steps.perform import actions_of
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow

_DONE = frozenset({ReleaseState.PERFORMED, ReleaseState.REPLIED, ReleaseState.CLOSED})
_DROPPED = frozenset({ReleaseState.UNDONE, ReleaseState.STALE})


def lift(house: House, named: str, reason: str, by: str, now: datetime) -> str:
    """Tell the person that and why the restriction ends, and plan its end; `REF/N` to release once he was told.

    Raises Refused.
    """
    request = request_named(house, named)
    if not reason.strip():
        raise Refused("lifting a restriction needs its reason, which the person is told: --reason")
    thawed = _thawing(house, request)
    planned = Planned("lift", (Kind.RESTRICTION,), actions=thawed, reason="release it once the person was told")
    with changing(house):
        tell_at_once(house, request, Section(Kind.RESTRICTION, "lifted", {"reasons": reason}), "lifting", by, now)
        n = house.store.releases.next_n(request.id)
        row = write_release(house, request, planned, n, now)
        house.store.requests.update(request.id, closed_at=None)
        details = {"release": n, "purpose": "lift", "hash": row["hash"]}
        house.store.journal.append(now, [Entry("release.planned", request.reference, by, details)])
    return f"{request.reference}/{n}"


def _thawing(house: House, request: RequestRow) -> tuple[RowUpdate, ...]:
    """What froze the record, the other way round. Raises Refused."""
    rows = house.store.releases.of_requests([request.id])[request.id]
    if any(row.purpose == "lift" and row.status not in _DROPPED for row in rows):
        raise Refused(f"{request.reference}: nothing is left to lift: `mailbot show {request.reference}`")
    frozen = [action for row in rows if row.status in _DONE for action in actions_of(row)]
    found = tuple(
        RowUpdate("lift", a.person, a.table, a.key, tuple(Cell(c.column, c.new, c.old, c.title) for c in a.cells))
        for a in frozen
        if isinstance(a, RowUpdate) and a.operation == "restrict"
    )
    if not found:
        raise Refused(f"{request.reference}: nothing of it was restricted here")
    return found
