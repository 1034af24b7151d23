"""What somebody must look at now: parts that are away, mails that are stuck, what waits too long. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.letters.digest import Trouble
from mailbot.core.moments import iso, moment
from mailbot.core.status import ReleaseState
from mailbot.core.values import Kind
from mailbot.steps.house import House

PARTS = ("mailbox", "clients", "smtp", "store", "receiving", "releasing", "telling")
"""Outside parts, the store and the daemon's two loops, whose absence is kept as a fact `health:<part>`."""
PASS_AGE = timedelta(minutes=15)
"""How old the last good look into the mailbox may be."""
NOTICE_AGE = timedelta(days=8)
"""How long a mail to our own people that failed is told of."""


def troubles(house: House, now: datetime, queue_time: timedelta) -> list[Trouble]:
    """All of it but due dates; `queue_time`: how long an acknowledgement or unsubscribing may wait for a human."""
    return [
        *([Trouble("restored")] if house.settings.held else []),
        *_unseen(house, now),
        *(Trouble("away", part, why) for part, why in away(house)),
        *_kept_waiting(house, queue_time, now),
        *_stuck(house),
        *_unheard(house, now),
    ]


def away(house: House) -> Iterator[tuple[str, str]]:
    """Each outside part that did not answer when last asked, and why."""
    for part in PARTS:
        fact = house.store.facts.get(f"health:{part}") or {}
        if fact.get("away"):
            yield part, fact["away"]


def _unseen(house: House, now: datetime) -> Iterator[Trouble]:
    passed = house.store.facts.get("mailbox:last_pass")
    if passed is None:
        yield Trouble("unread")
    elif abs(moment(passed["at"]) - now) > PASS_AGE:  # ahead of now: the clock was set back
        yield Trouble("stale", detail=passed["at"][:19])


def _kept_waiting(house: House, queue_time: timedelta, now: datetime) -> Iterator[Trouble]:
    """Releases that should leave at once and wait for a human too long."""
    for row in house.store.queue.kept(iso(now - queue_time)):
        if row["purpose"] == "first" or Kind.UNSUBSCRIBE in json.loads(row["asks"]):
            yield Trouble("queue", f"{row['reference']}/{row['n']}", row["planned_at"][:16])


def _stuck(house: House) -> Iterator[Trouble]:
    """Mails of ours that failed or of which nobody knows whether they left, and changes that the database refused."""
    replies = [reply for state in ("failed", "uncertain") for reply in house.store.outbox.in_state(state)]
    releases = house.store.releases.many(reply.release_id for reply in replies)
    blocked = house.store.releases.in_state(ReleaseState.BLOCKED)
    requests = house.store.requests.many(row.request_id for row in (*releases.values(), *blocked))
    for reply in replies:
        row = releases[reply.release_id]
        if row.status not in {ReleaseState.UNDONE, ReleaseState.STALE}:
            yield Trouble("reply", f"{requests[row.request_id].reference}/{row.n}", reply.status)
    for row in blocked:
        yield Trouble("release", f"{requests[row.request_id].reference}/{row.n}")


def _unheard(house: House, now: datetime) -> Iterator[Trouble]:
    """Alarms, digests and heads that did not reach our own people."""
    late = iso(now - house.settings.watch.away_time)
    for row in house.store.notices.unsent(late, iso(now - NOTICE_AGE)):
        yield Trouble("notice", row.about, row.status)
