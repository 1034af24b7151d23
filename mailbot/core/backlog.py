"""Will it be done in time: the backlog laid out over the working days to come, at the pace of the last weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.core.deadline import working_day

PACE_DAYS = 28
"""How far back the pace is looked at: four whole weeks, so that each weekday counts alike."""
HORIZON = 3660  # days: beyond it no forecast says anything


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the backlog will go if everything stays as it is."""

    open: int  # that wait for an answer now
    pace: float  # answered a working day
    last: date | None  # when the last of them is answered; None: never, at this pace
    late: int  # how many are answered after their due date, or are late already


def forecast(dues: Sequence[date], answered: int, today: date, country: str) -> Forecast:
    """The forecast for open asks due on `dues`, where `answered` were answered in the PACE_DAYS before `today`.

    Earliest due first, from today on. ValueError for a country whose holidays are not known.
    """
    back = [today - timedelta(days=number) for number in range(1, PACE_DAYS + 1)]
    pace = answered / max(sum(working_day(day, country) for day in back), 1)
    if not pace or not dues:
        return Forecast(len(dues), pace, None, len(dues) if not pace else 0)
    late = 0
    days = _answered(pace, today, country)
    day = today
    for due, day in zip(sorted(dues), days, strict=False):
        late += day > due
    return Forecast(len(dues), pace, day, late)


def _answered(pace: float, today: date, country: str) -> Iterator[date]:
    """The working day on which each next one is answered."""
    room, day = 0.0, today
    for _ in range(HORIZON):
        if working_day(day, country):
            room += pace
            while room >= 1:
                room -= 1
                yield day
        day += timedelta(days=1)
    while True:
        yield day
