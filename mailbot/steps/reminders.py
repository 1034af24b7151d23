"""A person reminds us of a request, or sent it twice: he is told once that it runs from his first mail."""

from __future__ import annotations

from datetime import datetime

from mailbot.core.letters.draft import Section
from mailbot.core.moments import moment
from mailbot.core.plan import Planned
from mailbot.core.thread import may_be_caused
from mailbot.core.values import Aligned, Nature
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow

PURPOSE = "reminder"


def remind(house: House, one: Identified, now: datetime) -> list[Entry]:
    """Raise the open request that a message reminds of, inside the caller's transaction; the journal entries.

    GDPR art. 12(3): chasing an unanswered request is no new one. It is answered once: whatever reminds again without an
    end is not answered by machine.
    """
    request = one.conversation.request
    if request is None or request.closed_at or one.seen.reading.nature is not Nature.PERSON:
        return []
    entries = []
    if "reminder" in one.seen.reading.signals:
        house.store.requests.update(request.id, reason="the person reminds us of it")
        entries = [Entry("request.reminded", request.reference, by="person")]
    elif not _sent_twice(one, request):
        return []
    if not _answered(house, one, request):
        return entries
    n = house.store.releases.next_n(request.id)
    by_policy = house.stricter(request.mode) == "live"
    told = Planned(PURPOSE, (), sections=(Section(None, "reminder"),), recipient=request.address, by_policy=by_policy)
    row = write_release(house, request, told, n, now)
    event = "release.approved" if row["status"] == "approved" else "release.planned"
    details = {"release": n, "purpose": PURPOSE, "hash": row["hash"], "asks": []}
    return [*entries, Entry(event, request.reference, by=row["approved_by"] or "mailbot", details=details)]


def _sent_twice(one: Identified, request: RequestRow) -> bool:
    """Whether it came again before anything was said to the first: an echo of a letter of ours comes after it."""
    return one.conversation.repeated and not may_be_caused(one.seen.arrived, moment(request.created_at))


def _answered(house: House, one: Identified, request: RequestRow) -> bool:
    """Whether a machine answers: to the address on file, authenticated, once a request, within the day's cap."""
    before = house.store.releases.of_requests([request.id])[request.id]
    return (
        request.address is not None
        and one.seen.reading.may_answer.machine
        and _authenticated(one)
        and one.sent_today < house.policy.caps.per_correspondent
        and not any(release.purpose == PURPOSE for release in before)
    )


def _authenticated(one: Identified) -> bool:
    """Whether the sender is; a mail that was sent twice proves no less than the first, unless its check failed."""
    aligned = one.seen.authenticity.aligned
    return aligned is Aligned.YES or (one.conversation.repeated and aligned is not Aligned.NO)
