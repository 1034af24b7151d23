"""Everything that runs against a legal clock, with its dates: living asks, and messages that only staff can judge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailbot.core.deadline import last_safe_day
from mailbot.core.letters.digest import Due
from mailbot.core.moments import moment
from mailbot.steps.house import House
from mailbot.store.rows import MessageRow


def dues(house: House) -> list[Due]:
    """All of it, earliest due first: proving, stuck, bounced and paused asks as well as those that wait for a yes."""
    return sorted([*_asks(house), *_messages(house)], key=lambda one: (one.due, one.about))


def _asks(house: House) -> Iterator[Due]:
    for row in house.store.queue.living():
        due, legal_end = date.fromisoformat(row["due"]), date.fromisoformat(row["legal_end"])
        since = date.fromisoformat(row["paused"]) if row["paused"] else None
        about = f"{row['reference']} {row['kind']}"
        yield Due(about, due, legal_end, _safe(house, due), row["state"], paused_since=since)


def _messages(house: House) -> Iterator[Due]:
    for row in house.store.messages.waiting_for_staff():
        due, legal_end = _dates(house, row)
        yield Due(f"m{row.id}", due, legal_end, _safe(house, due), row.state, message=True)


def _dates(house: House, row: MessageRow) -> tuple[date, date]:
    """Its own dates; an answer in a request has none of its own and counts from its arrival."""
    if row.due and row.legal_end:
        return date.fromisoformat(row.due), date.fromisoformat(row.legal_end)
    return house.clock(moment(row.arrived))


def _safe(house: House, due: date) -> date:
    return last_safe_day(due, house.settings.country, house.settings.undo_delay)
