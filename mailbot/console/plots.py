"""Figures as SVG: where each bar and dot stands. Drawn by templates/console/statistics.html, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.actions.measuring import Month
from mailbot.core.values import Kind

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 52, 24, 12
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a stacked bar."""

    x: float
    y: float
    width: float
    height: float
    kind: int  # its place among the kinds: its colour
    told: str
    count: int


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure."""

    bars: tuple[Bar, ...]
    dots: tuple[tuple[float, float, str], ...]  # x, y, value as told
    ticks: tuple[tuple[float, str], ...]  # y, label
    labels: tuple[tuple[float, str], ...]  # x, month
    limit: float | None = None  # y of the limit


def asked(months: Sequence[Month]) -> Plot:
    """What was asked, stacked by kind."""
    top = _round(max((month.asked for month in months), default=0))
    bars: list[Bar] = []
    for number, month in enumerate(months):
        base = 0
        for place, kind in enumerate(Kind):
            count = month.kinds.get(kind, 0)
            if count:
                y = _y(base + count, top)
                bars.append(
                    Bar(_x(number, len(months)) + 3, y, _step(len(months)) - 6, _y(base, top) - y, place, kind, count)
                )
                base += count
    return Plot(tuple(bars), (), _ticks(top), _labels(months))


def days(months: Sequence[Month], limit: int = 30) -> Plot:
    """Days to the answer: a bar to the median, a dot where nine of ten were answered, a line at the limit."""
    top = _round(max([limit + 5, *(month.late_tenth or 0 for month in months)]))
    bars, dots = [], []
    for number, month in enumerate(months):
        x = _x(number, len(months))
        if month.median is not None and month.late_tenth is not None:
            y = _y(month.median, top)
            bars.append(Bar(x + 3, y, _step(len(months)) - 6, _y(0, top) - y, 0, "", round(month.median)))
            dots.append((x + _step(len(months)) / 2, _y(month.late_tenth, top), str(month.late_tenth)))
    return Plot(tuple(bars), tuple(dots), _ticks(top), _labels(months), _y(limit, top))


def shares(months: Sequence[Month], values: Sequence[float | None]) -> Plot:
    """One share a month, from 0 to 100 %."""
    bars = [
        Bar(
            _x(number, len(months)) + 3,
            _y(share, 1),
            _step(len(months)) - 6,
            _y(0, 1) - _y(share, 1),
            1,
            "",
            round(share * 100),
        )
        for number, share in enumerate(values)
        if share is not None
    ]
    ticks = tuple((_y(part / 100, 1), f"{part} %") for part in (0, 50, 100))
    return Plot(tuple(bars), (), ticks, _labels(months))


def _step(count: int) -> float:
    return (WIDTH - LEFT) / count


def _x(number: int, count: int) -> float:
    return round(LEFT + number * _step(count), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 1)


def _round(value: float) -> int:
    """The next round number (1, 2, 5, 10, 20, 50 and so on) at or above."""
    ten = 1
    while ten * _STEPS[-1] < value:
        ten *= 10
    return next(step * ten for step in _STEPS if step * ten >= value)


def _ticks(top: int) -> tuple[tuple[float, str], ...]:
    marks = sorted({0, top // 2, top} if top % 2 == 0 else {0, top})
    return tuple((_y(mark, top), str(mark)) for mark in marks)


def _labels(months: Sequence[Month]) -> tuple[tuple[float, str], ...]:
    half = _step(len(months)) / 2
    return tuple((round(_x(number, len(months)) + half, 1), month.month) for number, month in enumerate(months))
