"""The forecast lays the backlog over working days, the earliest due first."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.backlog import PACE_DAYS, forecast

MONDAY = date(2026, 3, 2)  # no holiday in France four weeks around it: 20 working days a four weeks


def test_at_one_a_day_five_asks_take_a_working_week() -> None:
    found = forecast([MONDAY + timedelta(days=30)] * 5, 20, MONDAY, "FR")
    assert (found.open, found.pace, found.last, found.late) == (5, 1.0, MONDAY + timedelta(days=4), 0)


def test_nobody_answers_on_a_weekend() -> None:
    assert forecast([MONDAY] * 6, 20, MONDAY, "FR").last == MONDAY + timedelta(days=7)


def test_what_is_due_before_its_turn_is_counted_as_late() -> None:
    dues = [MONDAY + timedelta(days=number) for number in (-3, 0, 1, 1, 9)]
    assert forecast(dues, 20, MONDAY, "FR").late == 4  # the overdue one, and the three that it pushed back


def test_without_an_answer_in_four_weeks_there_is_no_last_day() -> None:
    found = forecast([MONDAY], 0, MONDAY, "FR")
    assert (found.last, found.late) == (None, 1)


def test_an_empty_backlog_is_never_late() -> None:
    assert forecast([], 7, MONDAY, "FR").late == 0


@given(st.lists(st.integers(-40, 90), max_size=60), st.integers(1, 400))
def test_a_faster_pace_never_makes_anything_later(offsets: list[int], answered: int) -> None:
    dues = [MONDAY + timedelta(days=number) for number in offsets]
    slow, fast = forecast(dues, answered, MONDAY, "FR"), forecast(dues, answered + 20, MONDAY, "FR")
    assert fast.late <= slow.late
    assert (fast.last or MONDAY) <= (slow.last or MONDAY)
    assert slow.late >= sum(due < MONDAY for due in dues)
    assert PACE_DAYS % 7 == 0
