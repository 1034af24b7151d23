"""The yearly figures count each right in the year in which it arrived, and call late what is past its legal end."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.status import AskState
from mailbot.core.yearly import ENDED, Asked, tally, years

TODAY = date(2026, 11, 23)
ARRIVED = date(2026, 3, 2)
END = date(2026, 4, 2)


def asked(
    status: str = "done",
    days: int | None = 5,
    *,
    kind: str = "access",
    ground: str = "",
    arrived: date = ARRIVED,
    ref: str = "2026-00001",
) -> Asked:
    answered = None if days is None else arrived + timedelta(days=days)
    return Asked(ref, kind, status, ground, arrived, arrived + (END - ARRIVED), answered)


def test_answered_up_to_the_legal_end_is_in_time_and_a_day_later_is_not() -> None:
    found = tally([asked(days=31), asked(days=32)], TODAY)
    assert (found.answered, found.in_time, found.late, found.share_in_time) == (2, 1, 1, 0.5)


def test_what_is_open_past_its_end_is_late_though_nobody_answered() -> None:
    assert tally([asked("open", None)], TODAY).late == 1
    assert tally([asked("open", None)], END).late == 0


def test_what_needed_no_answer_is_counted_apart() -> None:
    found = tally([asked(state, None) for state in ENDED], TODAY)
    assert (found.asked, found.ended, found.late, found.share_in_time) == (4, 4, 0, None)


def test_the_median_is_of_the_days_from_arrival_to_answer() -> None:
    assert tally([asked(days=number) for number in (1, 2, 30)], TODAY).median_days == 2
    assert tally([asked("open", None)], TODAY).median_days is None


def test_refusals_are_counted_by_ground_those_in_part_too() -> None:
    found = tally([asked("refused", ground="excessive")] * 2 + [asked("partly", ground="legal_obligation")], TODAY)
    assert found.refused == {"excessive": 2, "legal_obligation": 1}


def test_each_year_has_its_own_figures_the_latest_first() -> None:
    rows = [asked(), asked(kind="erasure"), asked(arrived=date(2025, 12, 31), ref="2025-00009")]
    found = years(rows, TODAY)
    assert [(year.year, year.requests, year.all.asked) for year in found] == [(2026, 1, 2), (2025, 1, 1)]
    assert list(found[0].kinds) == ["access", "erasure"]
    assert years([], TODAY) == []


@given(st.lists(st.tuples(st.sampled_from(list(AskState)), st.integers(0, 60))))
def test_nothing_is_counted_twice_or_left_out(rows: list[tuple[AskState, int]]) -> None:
    found = tally([asked(state, days) for state, days in rows], TODAY)
    assert found.answered + found.open + found.ended == found.asked == len(rows)
    assert found.in_time + found.late == found.answered + found.open  # today lies past every end
