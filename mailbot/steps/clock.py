"""The clock of asks that a stated doubt stopped: it runs on from the day on which the person's answer arrived."""

from __future__ import annotations

from datetime import date
from typing import Any

from mailbot.core import deadline
from mailbot.core.status import ASK_OVER
from mailbot.steps.house import House
from mailbot.store.journal import Entry


def resume(house: House, request_id: int, day: date) -> list[Entry]:
    """End the open pauses of a request on `day`, inside the caller's transaction; the entry to journal, if any.

    New end = old unrolled end + days paused, then rolled (decree 2019-536 art. 77; Regulation 1182/71 art. 3(4)).
    """
    pauses = [pause for pause in house.store.pauses.of_requests([request_id])[request_id] if pause.open]
    asks = {ask.kind: ask for ask in house.store.requests.asks([request_id])[request_id]}
    told: dict[str, Any] = {}
    for pause in pauses:
        days = max((day - date.fromisoformat(pause.began)).days, 0)
        if not house.store.pauses.end(pause, day.isoformat(), days) or pause.kind not in asks:
            continue
        before = asks[pause.kind].due
        due, legal_end = ends(house, deadline.paused(date.fromisoformat(before), days))
        house.store.requests.update_asks(request_id, [pause.kind], due=due, legal_end=legal_end)
        told[pause.kind] = {"days": days, "before": before, "due": due, "legal_end": legal_end}
    if not told:
        return []
    show_earliest(house, request_id)
    reference = house.store.requests.get(request_id).reference
    return [Entry("clock.resumed", reference, details={"on": day.isoformat(), "asks": told})]


def ends(house: House, due: date) -> tuple[str, str]:
    """(due, legal end) of an unrolled end, as they are stored."""
    return due.isoformat(), deadline.legal_end(due, house.settings.country).isoformat()


def paused_days(house: House, request_id: int, kind: str) -> int:
    """How many days the clock of this ask has stood, all its pauses that are over."""
    pauses = house.store.pauses.of_requests([request_id])[request_id]
    return sum(pause.days for pause in pauses if pause.kind == kind and not pause.open)


def show_earliest(house: House, request_id: int) -> None:
    """A request shows the dates of the most urgent of its living asks."""
    asks = [ask for ask in house.store.requests.asks([request_id])[request_id] if ask.status not in ASK_OVER]
    if asks:
        first = min(asks, key=lambda ask: ask.due)
        house.store.requests.update(request_id, due=first.due, legal_end=first.legal_end)
