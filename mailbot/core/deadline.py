"""The legal clock: one calendar month from the day of arrival (GDPR art. 12(3); Regulation 1182/71 art. 3)."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

SATURDAY = 5


def due(arrived: datetime, zone: ZoneInfo) -> date:
    """Return the last day of the month that began with the arrival, not rolled past holidays: the day told to people.

    `arrived` is aware; its day is counted in `zone`, where the company sits. ValueError for a naive time.
    GDPR art. 12(3): one month from receipt.
    """
    return _add_months(_local_day(arrived, zone), 1)


def extended(arrived: datetime, zone: ZoneInfo) -> date:
    """Return the last day after an extension: three months from the arrival itself, not from a rolled date.

    GDPR art. 12(3): the month may be extended by two further months. ValueError for a naive time.
    """
    return _add_months(_local_day(arrived, zone), 3)


def paused(end: date, days: int) -> date:
    """Return `end` moved by `days` of suspension: days already run stay consumed (decree 2019-536 art. 77).

    ValueError for a negative number of days: a pause never shortens the time.
    """
    if days < 0:
        raise ValueError(f"a pause of {days} days: a number from 0 is allowed")
    return end + timedelta(days=days)


def legal_end(end: date, country: str) -> date:
    """Return `end`, rolled to the next working day of `country` (ISO 3166-1 alpha-2) if it is none.

    Regulation 1182/71 art. 3(4): a period whose last day is a public holiday, Sunday or Saturday ends with the last
    hour of the following working day. ValueError for a country whose holidays are not known.
    """
    while not working_day(end, country):
        end += timedelta(days=1)
    return end


def working_day(day: date, country: str) -> bool:
    """Whether people work on `day` in `country` (Regulation 1182/71 art. 2(2)). ValueError for an unknown country."""
    return day.weekday() < SATURDAY and day not in _public_holidays(country, day.year)


def last_safe_day(end: date, country: str, delay: timedelta) -> date:
    """Return the last working day on which an answer should be approved, to be given before the end of `end`.

    The last day itself is left for what servers put off; `delay` is the time between approval and first effect.
    A caution of ours, no rule of law. ValueError for a country whose holidays are not known.
    """
    day = end - timedelta(days=1 + math.ceil(delay / timedelta(days=1)))
    while not working_day(day, country):
        day -= timedelta(days=1)
    return day


def _local_day(arrived: datetime, zone: ZoneInfo) -> date:
    if arrived.utcoffset() is None:
        raise ValueError("the time of arrival has no time zone: give it one")
    return arrived.astimezone(zone).date()


def _add_months(day: date, months: int) -> date:
    """Return the day with the same number, or the last day of a shorter month (Regulation 1182/71 art. 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def imported(country: str, year: int) -> frozenset[date]:
    """The public holidays of `country` in `year`, by the library. ValueError for a country that it does not know."""
    import holidays  # noqa: PLC0415  # 16 MB of calendars: loaded on first use only

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        raise ValueError(
            f"no public holidays known for country {country!r}: give an ISO 3166-1 code of two letters"
        ) from None


_sources: list[Callable[[str, int], frozenset[date]]] = [imported]


def look_up_with(source: Callable[[str, int], frozenset[date]]) -> None:
    """Let `source` tell the public holidays of a country in a year (ValueError for a country that it does not know).

    For a process that lives long and wants no calendars of all countries in its memory (mailbot/calendars.py).
    """
    _sources[:] = [source]


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return _sources[0](country, year)
