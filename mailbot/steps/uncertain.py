"""Uncertain sends: looked for where the provider files what it took; otherwise a human says what became of them."""

from __future__ import annotations

from datetime import datetime

from mailbot.core.moments import iso
from mailbot.interfaces import MailSource
from mailbot.steps.house import House
from mailbot.steps.send import settle
from mailbot.store.journal import Entry
from mailbot.store.outbox import Tried


def look_up_uncertain(house: House, source: MailSource, now: datetime) -> int:
    """Settle uncertain replies that the provider's Sent folder holds; how many. Raises Away, Misconfigured.

    A mail that is not there proves nothing (the copy may come late): it stays uncertain, never sent again unasked.
    """
    folder = house.settings.proof_folder
    if house.shadow or not folder:
        return 0
    rows = [row for row in house.store.outbox.in_state("uncertain") if source.find_message_id(folder, row.message_id)]
    if not rows:
        return 0
    releases = house.store.releases.many(row.release_id for row in rows)
    requests = house.store.requests.many(release.request_id for release in releases.values())
    with house.store.transaction():
        house.store.outbox.record(Tried(row, "sent", {"sent_at": iso(now), "because": "found in Sent"}) for row in rows)
        settle(house, list(releases), now)
        named = [(requests[releases[row.release_id].request_id].reference, {"raw": row.raw_sha256}) for row in rows]
        entries = [Entry("reply.found", name, details=told) for name, told in named]
        house.store.journal.append(now, entries)
    return len(rows)
