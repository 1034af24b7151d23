"""Health and statistics: without personal data, for whoever keeps mailbot running or answers for it."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from mailbot.actions.figures import figures, troubles
from mailbot.console import plots
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right
from mailbot.core.values import Kind


def health(visit: Visit) -> Response:
    """What somebody must look at, the last pass over the mailbox, and what is away."""
    house = visit.desk.house
    found = troubles(house, visit.desk.settings.queue_time, visit.now)
    return visit.show("health.html", troubles=found, figures=figures(house, visit.now), **counted(visit))


def statistics(visit: Visit) -> Response:
    """Twelve months: what was asked, how long it took, how much was in time, how well mails were read."""
    found = visit.desk.months(visit.now)
    return visit.show(
        "statistics.html",
        months=found,
        asked=plots.asked(found),
        days=plots.days(found),
        in_time=plots.shares(found, [month.in_time for month in found]),
        quality=plots.shares(found, [1 - month.corrected / month.read if month.read else None for month in found]),
        used={kind for month in found for kind in month.kinds},
        places={kind: place for place, kind in enumerate(Kind)},
        **counted(visit),
    )


def retention(visit: Visit) -> Response:
    """How long what is kept is kept, and what is older than that."""
    today = visit.desk.house.local_day(visit.now)
    periods = [(name, days, today - timedelta(days=days)) for name, days in visit.desk.settings.retention.items()]
    return visit.show("retention.html", periods=periods, **counted(visit))


PAGES = (
    Page("/statistics", statistics, Right.MEASURE),
    Page("/retention", retention, Right.READ),
    Page("/health", health, Right.MEASURE),
)
