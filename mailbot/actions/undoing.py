"""Take back what was approved: while it waits nothing was changed; afterwards the old values are put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailbot.actions.changing import changing, take_back
from mailbot.actions.finding import Refused, must_act, release_named
from mailbot.actions.releasing import approve
from mailbot.core.keyed import address_digest
from mailbot.core.plan import Planned
from mailbot.core.status import ReleaseState
from mailbot.core.values import RowUpdate, Suppress
from mailbot.steps.house import House
from mailbot.steps.perform import actions_of
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import ReleaseRow, RequestRow

_REVERSIBLE = frozenset({"unsubscribe", "restrict"})


def undo(house: House, named: str, by: str, now: datetime) -> str:
    """Undo `REF/N`; what it would have answered is proposed anew. `REF/N` undone. Raises Refused.

    [deadlines] undo_minutes is how long an approval waits; of what was done only stops and freezes are put back.
    """
    request, release = release_named(house, named, ReleaseState.APPROVED)
    if release.status != ReleaseState.APPROVED:
        return _put_back(house, request, release, by, now)
    with changing(house):
        entries = take_back(house, request, [release], by, now)
        details = {"release": release.n, "hash": release.hash}
        house.store.journal.append(now, [*entries, Entry("release.undone", request.reference, by, details)])
    return f"{request.reference}/{release.n}"


def _put_back(house: House, request: RequestRow, release: ReleaseRow, by: str, now: datetime) -> str:
    """Write the old values again, in silence: a freeze and a stop of newsletters after a notice of death."""
    must_act(house)
    name = f"{request.reference}/{release.n}"
    actions = actions_of(release)
    updates = [action for action in actions if isinstance(action, RowUpdate)]
    stops = [action for action in actions if isinstance(action, Suppress)]
    if release.status not in {ReleaseState.PERFORMED, ReleaseState.REPLIED, ReleaseState.CLOSED}:
        raise Refused(f"{name} is {release.status}: there is nothing to undo")
    if len(updates) + len(stops) < len(actions) or not actions or {u.operation for u in updates} - _REVERSIBLE:
        raise Refused(f"{name}: only stops and freezes can be put back; correct the rest in your software")
    back = Planned("undoing", (), actions=tuple(map(_reversed, updates)))
    with changing(house):
        digests = [address_digest(house.key, stop.address) for stop in stops]
        lifted = sum(house.store.suppressions.remove(digest) for digest in digests)
        if updates:
            n = house.store.releases.next_n(request.id)
            write_release(house, request, back, n, now)
            approve(house, f"{request.reference}/{n}", by, None, now)
        details = {"release": release.n, "rows": len(updates), "suppressions": lifted}
        house.store.journal.append(now, [Entry("release.put_back", request.reference, by, details)])
    return name


def _reversed(update: RowUpdate) -> RowUpdate:
    cells = tuple(replace(cell, old=cell.new, new=cell.old) for cell in update.cells)
    return replace(update, operation="undo", cells=cells)
