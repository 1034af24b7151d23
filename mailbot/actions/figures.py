"""Figures: what there is, by state, and what somebody must look at. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.moments import iso, moment
from mailbot.core.status import ASK_OVER, ReleaseState
from mailbot.core.values import Kind
from mailbot.steps.house import House

PARTS = ("mailbox", "clients", "smtp")
"""Outside parts whose absence the daemon keeps as a fact `health:<part>`."""
PASS_AGE = timedelta(minutes=15)
"""How old the last good look into the mailbox may be."""


def figures(house: House, now: datetime) -> dict[str, Any]:
    """Counts by state, the last reconciliation with the mailbox, what is open, overdue and away, the journal's head."""
    store = house.store
    return {
        "mode": house.settings.mode,
        "messages": store.messages.counts(),
        "asks": store.requests.counts(),
        "releases": store.releases.counts(),
        "replies": store.outbox.counts(),
        "mailbox": store.facts.get("mailbox:last_pass"),
        "open": len(store.requests.open()),
        "overdue": len(list(overdue(house, now))),
        "away": dict(away(house)),
        "journal": str(store.journal.head()),
    }


def away(house: House) -> Iterator[tuple[str, str]]:
    """Each outside part that did not answer when last asked, and why."""
    for part in PARTS:
        fact = house.store.facts.get(f"health:{part}") or {}
        if fact.get("away"):
            yield part, fact["away"]


def overdue(house: House, now: datetime) -> Iterator[tuple[str, str]]:
    """What should have been answered before today: (request and ask, or message; the day that it was due)."""
    today = house.local_day(now).isoformat()
    requests = {request.id: request for request in house.store.requests.open()}
    for request_id, asks in house.store.requests.asks(requests).items():
        for ask in asks:
            if ask.status not in ASK_OVER and ask.due < today:
                yield f"{requests[request_id].reference} {ask.kind}", ask.due
    for message in house.store.messages.waiting_for_staff():
        if message.due is not None and message.due < today:
            yield f"m{message.id} {message.state}", message.due


def troubles(house: House, queue_time: timedelta, now: datetime) -> list[dict[str, str]]:
    """All that somebody must look at, each as {"what", "text"}; empty if all is well.

    `queue_time`: how long an acknowledgement or an unsubscribing may wait for a human.
    """
    found = [*_unseen(house, now)]
    found += [("away", f"{part} is away: {why}") for part, why in away(house)]
    found += [("overdue", f"{what} was due on {day}") for what, day in overdue(house, now)]
    found += [
        ("queue", f"{what} waits for a yes since {since}") for what, since in _kept_waiting(house, queue_time, now)
    ]
    found += _stuck(house)
    return [{"what": what, "text": text} for what, text in found]


def _unseen(house: House, now: datetime) -> Iterable[tuple[str, str]]:
    passed = house.store.facts.get("mailbox:last_pass")
    if passed is None:
        yield "mailbox", "the mailbox was never read: is `mailbot run` running?"
    elif moment(passed["at"]) < now - PASS_AGE:
        yield "mailbox", f"the mailbox was last read at {passed['at'][:19]}: is `mailbot run` running?"


def _kept_waiting(house: House, queue_time: timedelta, now: datetime) -> Iterator[tuple[str, str]]:
    """Releases that should leave at once and wait for a human too long."""
    late = [
        row for row in house.store.releases.in_state(ReleaseState.PLANNED) if row.planned_at < iso(now - queue_time)
    ]
    urgent = [row for row in late if row.purpose == "first" or Kind.UNSUBSCRIBE in json.loads(row.asks)]
    requests = house.store.requests.many(row.request_id for row in urgent)
    for row in urgent:
        yield f"{requests[row.request_id].reference}/{row.n}", row.planned_at[:16]


def _stuck(house: House) -> Iterator[tuple[str, str]]:
    """Mails of ours that failed or of which nobody knows whether they left, and changes that the database refused."""
    replies = [reply for state in ("failed", "uncertain") for reply in house.store.outbox.in_state(state)]
    releases = house.store.releases.many(reply.release_id for reply in replies)
    blocked = house.store.releases.in_state(ReleaseState.BLOCKED)
    requests = house.store.requests.many(row.request_id for row in (*releases.values(), *blocked))
    for reply in replies:
        row = releases[reply.release_id]
        if row.status not in {ReleaseState.UNDONE, ReleaseState.STALE}:
            yield "reply", f"the mail of {requests[row.request_id].reference}/{row.n} is {reply.status}"
    for row in blocked:
        yield "release", f"{requests[row.request_id].reference}/{row.n} is blocked"
