"""Measure: what was asked month by month, how long answers took against the limit, how well mails were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.steps.house import House

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """One month of arrivals."""

    month: str  # YYYY-MM
    kinds: Mapping[str, int]
    median: float | None  # days from arrival to the end of the request, of those that are answered
    late_tenth: int | None  # days after which nine of ten were answered
    in_time: float | None  # share answered by the legal end
    answered: int
    read: int  # requests that came by mail
    corrected: int  # whose reading staff corrected

    @property
    def asked(self) -> int:
        """All asks of the month."""
        return sum(self.kinds.values())


def months(house: House, now: datetime, count: int = MONTHS) -> list[Month]:
    """The last `count` months, this one too, oldest first."""
    names = _names(house.local_day(now), count)
    measures, since = house.store.measures, names[0]
    kinds: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in measures.asked(since):
        kinds.setdefault(row["month"], {})[row["kind"]] = int(row["n"])
    read = {row["month"]: (int(row["n"]), int(row["corrected"])) for row in measures.read(since)}
    spans = _spans(measures.answered(since))
    return [_month(name, kinds[name], spans.get(name, Counter()), *read.get(name, (0, 0))) for name in names]


def _names(today: date, count: int) -> list[str]:
    last = today.year * 12 + today.month - 1
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(last - count + 1, last + 1)]


def _spans(rows: Sequence[Mapping[str, str]]) -> dict[str, Counter[tuple[int, bool]]]:
    """For each month of arrival: (days until it was answered, whether in time) and how often."""
    found: dict[str, Counter[tuple[int, bool]]] = {}
    for row in rows:
        days = (date.fromisoformat(row["closed"]) - date.fromisoformat(row["arrived"])).days
        span = (max(days, 0), row["closed"] <= row["legal_end"])
        found.setdefault(row["arrived"][:7], Counter())[span] += int(row["n"])
    return found


def _month(name: str, kinds: Mapping[str, int], spans: Counter[tuple[int, bool]], read: int, corrected: int) -> Month:
    days = sorted(days for (days, _), n in spans.items() for _ in range(n))
    in_time = sum(n for (_, good), n in spans.items() if good)
    return Month(
        month=name,
        kinds=kinds,
        median=_median(days),
        late_tenth=days[min(len(days) - 1, len(days) * 9 // 10)] if days else None,
        in_time=in_time / len(days) if days else None,
        answered=len(days),
        read=read,
        corrected=corrected,
    )


def _median(days: Sequence[int]) -> float | None:
    if not days:
        return None
    middle = len(days) // 2
    return float(days[middle]) if len(days) % 2 else (days[middle - 1] + days[middle]) / 2
