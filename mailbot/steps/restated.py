"""Whether the words of a directive were shown to the person who confirmed it."""

from __future__ import annotations

from mailbot.core.values import Aligned
from mailbot.steps.house import House
from mailbot.store.rows import RequestRow


def was_restated(house: House, request: RequestRow) -> bool:
    """Whether the question that was confirmed restated the directive: at once, or in a question of its own."""
    if request.aligned == Aligned.YES:
        return True
    purposes = {row.id: row.purpose for row in house.store.releases.of_requests([request.id])[request.id]}
    confirmed = [row for row in house.store.challenges.of_request(request.id) if row.ended == "confirmed"]
    return any(purposes.get(row.release_id) == "question" for row in confirmed)
