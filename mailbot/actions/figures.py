"""Figures: what there is, by state, and what somebody must look at. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from mailbot.core.letters.digest import Trouble
from mailbot.core.moments import moment
from mailbot.core.yearly import Asked, Year, years
from mailbot.steps import troubles as looks
from mailbot.steps.dues import dues
from mailbot.steps.house import House
from mailbot.steps.troubles import away
from mailbot.store.database import Row


def figures(house: House, now: datetime) -> dict[str, Any]:
    """Counts by state, the last reconciliation with the mailbox, what is open, overdue and away, the journal's head."""
    store = house.store
    return {
        "mode": house.settings.mode,
        "messages": store.messages.counts(),
        "asks": store.requests.counts(),
        "releases": store.releases.counts(),
        "replies": store.outbox.counts(),
        "mailbox": _reconciled(store.facts.get("mailbox:last_pass")),
        "open": store.requests.count_open(),
        "overdue": len(list(overdue(house, now))),
        "away": dict(away(house)),
        "journal": str(store.journal.head()),
    }


def _reconciled(passed: dict[str, Any] | None) -> dict[str, Any] | None:
    """The last look at the mailbox, and whether every mail in it is accounted for here."""
    if passed is None:
        return None
    return {**passed, "accounted": all(folder["server"] == folder["known"] for folder in passed["folders"])}


def by_year(house: House, now: datetime) -> list[Year]:
    """The figures for the register, latest year first."""
    return years((_asked(house, row) for row in house.store.requests.answers()), house.local_day(now))


def _asked(house: House, row: Row) -> Asked:
    answered = house.local_day(moment(row["answered"])) if row["answered"] else None
    return Asked(
        **{name: row[name] for name in ("reference", "kind", "status", "ground")},
        arrived=house.local_day(moment(row["arrived"])),
        legal_end=date.fromisoformat(row["legal_end"]),
        answered=answered,
    )


def overdue(house: House, now: datetime) -> Iterator[tuple[str, str]]:
    """What should have been answered before today: (request and ask, or message; the day that it was due)."""
    today = house.local_day(now)
    for one in dues(house):
        if one.due < today and not one.paused_since:
            yield f"{one.about} {one.state}" if one.message else one.about, one.due.isoformat()


def troubles(house: House, queue_time: timedelta, now: datetime, language: str = "en") -> list[dict[str, str]]:
    """All that somebody must look at, each as {"what", "text"}; empty if all is well.

    `queue_time`: how long an acknowledgement or an unsubscribing may wait for a human. `language`: en or fr.
    """
    found = [*looks.troubles(house, now, queue_time)]
    found += [Trouble("overdue", what, day) for what, day in overdue(house, now)]
    return [{"what": one.kind, "text": one.told(house.staff[language])} for one in found]
