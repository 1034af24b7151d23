"""Moments as text: what is later sorts later, on every database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.moments import iso, moment

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 -- hypothesis adds the zone


@given(MOMENTS)
def test_a_moment_reads_back_as_the_same_moment(at: datetime) -> None:
    assert moment(iso(at)) == at


@given(MOMENTS, MOMENTS)
def test_the_order_of_the_texts_is_the_order_of_the_moments(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (one < other)
    assert len(iso(one)) == 32


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        iso(datetime(2026, 4, 5))  # noqa: DTZ001 -- this is what is refused
