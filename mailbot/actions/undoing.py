"""Take back an approval while it waits out its delay: nothing was changed and nothing left."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.changing import changing, take_back
from mailbot.actions.finding import release_named
from mailbot.core.status import ReleaseState
from mailbot.steps.house import House
from mailbot.store.journal import Entry


def undo(house: House, named: str, by: str, now: datetime) -> str:
    """Undo the approval of `REF/N`; what it would have answered is proposed anew. `REF/N` undone. Raises Refused.

    [deadlines] undo_minutes is how long it waits; once it is being performed it is too late.
    """
    request, release = release_named(house, named, ReleaseState.APPROVED)
    with changing(house):
        entries = take_back(house, request, [release], by, now)
        details = {"release": release.n, "hash": release.hash}
        house.store.journal.append(now, [*entries, Entry("release.undone", request.reference, by, details)])
    return f"{request.reference}/{release.n}"
