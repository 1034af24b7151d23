"""How long data is kept, in words: "5 ans après la fin du contrat (en cours)"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from mailbot.core.mapping.mapshape import DataMap, Holding, Retention, in_language
from mailbot.core.values import Scalar

_UNITS = {
    "fr": {"years": ("an", "ans"), "months": ("mois", "mois"), "days": ("jour", "jours")},
    "en": {"years": ("year", "years"), "months": ("month", "months"), "days": ("day", "days")},
    "de": {"years": ("Jahr", "Jahre"), "months": ("Monat", "Monate"), "days": ("Tag", "Tage")},
    "es": {"years": ("año", "años"), "months": ("mes", "meses"), "days": ("día", "días")},
    "it": {"years": ("anno", "anni"), "months": ("mese", "mesi"), "days": ("giorno", "giorni")},
    "nl": {"years": ("jaar", "jaar"), "months": ("maand", "maanden"), "days": ("dag", "dagen")},
}
_AFTER = {  # words that bear any event: no article melts into them ("del", "beim")
    "fr": "{span} après {event}",
    "en": "{span} after {event}",
    "de": "{span} nach {event}",
    "es": "{span} desde {event}",
    "it": "{span} dopo {event}",
    "nl": "{span} na {event}",
}
_RUNNING = {
    "fr": "en cours",
    "en": "still running",
    "de": "läuft noch",
    "es": "aún en curso",
    "it": "ancora in corso",
    "nl": "loopt nog",
}
_UNTIL = {
    "fr": "jusqu’au {day:%d/%m/%Y}",
    "en": "until {day:%d/%m/%Y}",
    "de": "bis {day:%d.%m.%Y}",
    "es": "hasta el {day:%d/%m/%Y}",
    "it": "fino al {day:%d/%m/%Y}",
    "nl": "tot en met {day:%d-%m-%Y}",
}


def worded(datamap: DataMap, holding: Holding) -> Retention:
    """The holding's retention; an event that has no words of its own is told by its column's title."""
    retention = holding.retention
    if retention.event or retention.after is None:
        return retention
    after = retention.after.within(holding.table)
    rules = (one.columns.get(after.name) for one in datamap.holding if one.table == after.table)
    title = next((rule.title for rule in rules if rule and rule.title), None)
    return retention.model_copy(update={"event": title})


def span(retention: Retention) -> relativedelta:
    """How long data is kept, as a period of the calendar."""
    return relativedelta(years=retention.years or 0, months=retention.months or 0, days=retention.days or 0)


def retention_words(retention: Retention, language: str, fallback: str, ends: Sequence[Scalar], today: date) -> str:
    """The period in `language`, else in one that the event has words in, else in `fallback`, else in English.

    `ends` are the dates that it counts from: an empty one, or one to come, is still running. Where several rows have
    dates of their own, pass none: then the period alone is told.
    """
    spoken = _spoken(retention, language, fallback)
    unit, count = next((unit, count) for unit in ("years", "months", "days") if (count := getattr(retention, unit)))
    words = f"{count} {_UNITS[spoken][unit][count > 1]}"
    if retention.after is None:
        return words
    if retention.event:  # a bare column name tells a client nothing
        words = _AFTER[spoken].format(span=words, event=in_language(retention.event, spoken))
    if not ends:
        return words
    last = _last(ends)
    if last is None or last > today:
        return f"{words} ({_RUNNING[spoken]})"
    return f"{words} ({_UNTIL[spoken].format(day=last + span(retention))})"


def _spoken(retention: Retention, language: str, fallback: str) -> str:
    """The language of the whole phrase: a period never stands in another one than its event.

    One text for all languages (under the empty key) fits any.
    """
    events = retention.event or {}
    asked = (language,) if not events or language in events or "" in events else ()
    return next((one for one in (*asked, *events, fallback) if one in _UNITS), "en")


def _last(ends: Sequence[Scalar]) -> date | None:
    """The latest day, or None if any is missing or no date."""
    days = [end.date() if isinstance(end, datetime) else end for end in ends]
    known = [day for day in days if isinstance(day, date)]
    return max(known) if len(known) == len(days) else None
