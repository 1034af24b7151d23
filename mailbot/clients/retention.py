"""How long data is kept, in words: "5 ans après la fin du contrat (en cours)"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from mailbot.core.mapshape import Retention, in_language
from mailbot.core.values import Scalar

_UNITS = {
    "fr": {"years": ("an", "ans"), "months": ("mois", "mois"), "days": ("jour", "jours")},
    "en": {"years": ("year", "years"), "months": ("month", "months"), "days": ("day", "days")},
}
_AFTER = {"fr": "{span} après {event}", "en": "{span} after {event}"}
_RUNNING = {"fr": "en cours", "en": "still running"}
_UNTIL = {"fr": "jusqu’au {day:%d/%m/%Y}", "en": "until {day:%d/%m/%Y}"}


def retention_words(retention: Retention, language: str, fallback: str, ends: Sequence[Scalar], today: date) -> str:
    """The period in `language`, else in `fallback`, else in English.

    `ends` are the dates that it counts from: an empty one, or one to come, is still running. Where several rows have
    dates of their own, pass none: then the period alone is told.
    """
    spoken = next((one for one in (language, fallback) if one in _UNITS), "en")
    unit, count = next((unit, count) for unit in ("years", "months", "days") if (count := getattr(retention, unit)))
    words = f"{count} {_UNITS[spoken][unit][count > 1]}"
    if retention.after is None:
        return words
    event = in_language(retention.event, language) if retention.event else retention.after.name
    words = _AFTER[spoken].format(span=words, event=event)
    if not ends:
        return words
    last = _last(ends)
    if last is None or last > today:
        return f"{words} ({_RUNNING[spoken]})"
    period = relativedelta(years=retention.years or 0, months=retention.months or 0, days=retention.days or 0)
    return f"{words} ({_UNTIL[spoken].format(day=last + period)})"


def _last(ends: Sequence[Scalar]) -> date | None:
    """The latest day, or None if any is missing or no date."""
    days = [end.date() if isinstance(end, datetime) else end for end in ends]
    known = [day for day in days if isinstance(day, date)]
    return max(known) if len(known) == len(days) else None
