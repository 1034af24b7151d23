"""A reply put off is tried again ever more slowly, and given up after five days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.retry import next_try

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)

MINUTES = [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 240), (10, 240), (36, 240)]


@pytest.mark.parametrize(("attempts", "minutes"), MINUTES)
def test_the_pause_doubles_from_a_minute_to_four_hours(attempts: int, minutes: int) -> None:
    assert next_try(attempts, NOW, 0.5) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(("spread", "seconds"), [(0, 45), (0.5, 60), (1, 75)])
def test_the_spread_moves_the_pause_by_a_quarter(spread: float, seconds: int) -> None:
    assert next_try(1, NOW, spread) == NOW + timedelta(seconds=seconds)


def test_it_is_given_up_after_five_days() -> None:
    now, attempts = NOW, 1
    while later := next_try(attempts, now, 0.5):
        now, attempts = later, attempts + 1
    assert timedelta(days=4, hours=20) < now - NOW <= timedelta(days=5)
    assert next_try(attempts + 1000, NOW, 0.5) is None


@pytest.mark.parametrize(("attempts", "spread"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_numbers_out_of_range_are_refused(attempts: int, spread: float) -> None:
    with pytest.raises(ValueError, match="allowed"):
        next_try(attempts, NOW, spread)
