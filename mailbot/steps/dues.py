"""Everything that runs against a legal clock, with its dates: living asks, and messages that only staff can judge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailbot.core.deadline import last_safe_day
from mailbot.core.letters.digest import Due
from mailbot.core.moments import moment
from mailbot.core.status import ASK_OVER, request_state
from mailbot.steps.house import House
from mailbot.store.rows import AskRow, MessageRow, RequestRow


def dues(house: House) -> list[Due]:
    """All of it, earliest due first: proving, stuck, bounced and paused asks as well as those that wait for a yes."""
    return sorted([*_asks(house), *_messages(house)], key=lambda one: (one.due, one.about))


def _asks(house: House) -> Iterator[Due]:
    requests = {request.id: request for request in house.store.requests.open()}
    asks = house.store.requests.asks(requests)
    releases = house.store.releases.of_requests(requests)
    replies = house.store.outbox.of_releases(row.id for rows in releases.values() for row in rows)
    pauses = house.store.pauses.of_requests(requests)
    for key, request in requests.items():
        sent = [replies[row.id].status for row in releases[key] if row.id in replies]
        states = [ask.status for ask in asks[key]]
        state = request_state(states, [row.status for row in releases[key]], sent, preparing=bool(request.preparing))
        standing = {pause.kind: pause.began for pause in pauses[key] if pause.open}
        for ask in asks[key]:
            if ask.status not in ASK_OVER:
                yield _due(house, request, ask, str(state), standing.get(ask.kind))


def _due(house: House, request: RequestRow, ask: AskRow, state: str, paused: str | None) -> Due:
    due, legal_end = date.fromisoformat(ask.due), date.fromisoformat(ask.legal_end)
    since = date.fromisoformat(paused) if paused else None
    return Due(f"{request.reference} {ask.kind}", due, legal_end, _safe(house, due), state, paused_since=since)


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
