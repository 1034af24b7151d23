"""The legal clock counts calendar months from the local day of arrival and ends on working days."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.deadline import due, extended, last_safe_day, legal_end, paused, working_day

PARIS = ZoneInfo("Europe/Paris")

WORKED = [
    # arrived, due, legal end
    ("2026-03-05", "2026-04-05", "2026-04-07"),  # Easter Sunday, then its Monday
    ("2026-07-15", "2026-08-15", "2026-08-17"),  # a Saturday and a holiday
    ("2026-08-31", "2026-09-30", "2026-09-30"),
    ("2026-10-11", "2026-11-11", "2026-11-12"),
    ("2026-11-25", "2026-12-25", "2026-12-28"),
    ("2026-12-31", "2027-01-31", "2027-02-01"),
    ("2027-01-29", "2027-02-28", "2027-03-01"),
    ("2027-01-30", "2027-02-28", "2027-03-01"),
    ("2027-01-31", "2027-02-28", "2027-03-01"),
    ("2027-04-01", "2027-05-01", "2027-05-03"),
    ("2027-04-06", "2027-05-06", "2027-05-07"),  # Ascension Day
    ("2028-01-31", "2028-02-29", "2028-02-29"),
    ("2026-01-31", "2026-02-28", "2026-03-02"),
]


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+01:00")


@pytest.mark.parametrize(("arrived", "end", "rolled"), WORKED)
def test_a_month_ends_on_the_same_number_and_its_legal_end_is_a_working_day(
    arrived: str, end: str, rolled: str
) -> None:
    assert due(noon(arrived), PARIS) == date.fromisoformat(end)
    assert legal_end(date.fromisoformat(end), "FR") == date.fromisoformat(rolled)


def test_the_day_of_arrival_is_the_day_where_the_company_sits() -> None:
    last_minute = datetime(2026, 1, 31, 22, 59, tzinfo=UTC)
    assert due(last_minute, PARIS) == date(2026, 2, 28)
    assert due(last_minute + timedelta(minutes=1), PARIS) == date(2026, 3, 1)
    assert due(last_minute + timedelta(minutes=1), ZoneInfo("America/Guadeloupe")) == date(2026, 2, 28)


def test_an_extension_counts_three_months_from_the_arrival_itself() -> None:
    assert extended(noon("2026-03-05"), PARIS) == date(2026, 6, 5)
    assert extended(noon("2026-11-30"), PARIS) == date(2027, 2, 28)


def test_days_run_before_a_pause_stay_consumed() -> None:
    assert paused(date(2026, 4, 5), 10) == date(2026, 4, 15)


def test_a_pause_never_shortens_the_time() -> None:
    with pytest.raises(ValueError, match="from 0"):
        paused(date(2026, 4, 5), -1)


def test_an_arrival_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 3, 5, 12, 0), PARIS)  # noqa: DTZ001


def test_an_unknown_country_is_named_as_the_problem() -> None:
    with pytest.raises(ValueError, match="ISO 3166"):
        legal_end(date(2026, 4, 6), "ZZ")


def test_holidays_are_those_of_the_country() -> None:
    assert legal_end(date(2026, 7, 14), "FR") == date(2026, 7, 15)
    assert legal_end(date(2026, 7, 14), "BE") == date(2026, 7, 14)


def naive_months_later(day: date, months: int) -> date:
    """Walk day by day into the wanted month, and stop at the same number or at its last day."""
    target = (day.year * 12 + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    walk = day
    while (walk.year, walk.month) != target:
        walk += timedelta(days=1)
    while walk.day < min(day.day, monthrange(*target)[1]):
        walk += timedelta(days=1)
    return walk


def easter(year: int) -> date:
    """Gauss and Butcher's computation."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    el = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def french_holidays(year: int) -> set[date]:
    """Code du travail art. L3133-1."""
    fixed = {
        date(year, month, day) for month, day in [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    }
    return fixed | {easter(year) + timedelta(days=days) for days in (1, 39, 50)}


@given(st.dates(date(2018, 5, 25), date(2049, 12, 31)))
def test_months_and_legal_ends_agree_with_a_walk_day_by_day(day: date) -> None:
    arrived = datetime(day.year, day.month, day.day, 12, 0, tzinfo=PARIS)
    assert due(arrived, PARIS) == naive_months_later(day, 1)
    assert extended(arrived, PARIS) == naive_months_later(day, 3)
    walk = day
    while walk.strftime("%w") in "60" or walk in french_holidays(walk.year):
        walk += timedelta(days=1)
    assert legal_end(day, "FR") == walk


@given(st.dates(date(2018, 5, 25), date(2049, 12, 31)), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60))))
def test_pauses_agree_with_a_clock_that_counts_only_running_days(day: date, pauses: list[tuple[int, int]]) -> None:
    arrived = datetime(day.year, day.month, day.day, 12, 0, tzinfo=PARIS)
    end = due(arrived, PARIS)
    left, walk = (end - day).days, day
    for running, standing in pauses:
        if running > left:
            break
        end = paused(end, standing)
        walk += timedelta(days=running + standing)
        left -= running
    assert walk + timedelta(days=left) == end
    rolled = end
    while rolled.strftime("%w") in "60" or rolled in french_holidays(rolled.year):
        rolled += timedelta(days=1)
    assert legal_end(end, "FR") == rolled, "rolled once, from the unrolled end"


def test_the_last_safe_day_is_a_working_day_before_the_last_one() -> None:
    assert last_safe_day(date(2026, 11, 25), "FR", timedelta()) == date(2026, 11, 24)
    assert last_safe_day(date(2026, 4, 7), "FR", timedelta()) == date(2026, 4, 3)  # before Easter Monday and Sunday
    assert last_safe_day(date(2026, 11, 25), "FR", timedelta(minutes=30)) == date(2026, 11, 23)


@given(st.dates(date(2018, 5, 25), date(2049, 12, 31)), st.integers(0, 3000))
def test_the_last_safe_day_leaves_its_delay_and_a_day_for_what_servers_put_off(day: date, minutes: int) -> None:
    safe = last_safe_day(day, "FR", timedelta(minutes=minutes))
    assert safe + timedelta(days=1, minutes=minutes) <= day
    assert working_day(safe, "FR")
