"""What a process that lives long leaves to others, or tells: public holidays, events."""

from __future__ import annotations

import io
import logging

import holidays
import pytest

from mailbot import log
from mailbot.calendars import asked


@pytest.mark.parametrize("country", ["FR", "BE", "DE"])
def test_holidays_asked_of_another_process_are_those_of_the_library(country: str) -> None:
    assert asked(country, 2026) == frozenset(holidays.country_holidays(country, years=2026))
    assert asked(country, 2030) == frozenset(holidays.country_holidays(country, years=2030))


def test_a_country_without_known_holidays_is_named() -> None:
    with pytest.raises(ValueError, match="'ZZ'"):
        asked("ZZ", 2026)


def test_an_event_is_one_line_whatever_its_values_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr("sys.stderr", told)
    log.to_standard_error()
    log.to_standard_error()
    try:
        log.Log().warning("away", part="smtp", why='refused: "no"\nnever', tries=3)
    finally:
        logging.getLogger("mailbot").handlers.clear()
    [line] = told.getvalue().splitlines()
    assert line.startswith("timestamp=20")
    assert line.endswith(r'level=warning event=away part=smtp why="refused: \"no\"\nnever" tries=3')
