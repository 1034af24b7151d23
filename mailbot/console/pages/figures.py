"""Health and statistics: without personal data, for whoever keeps mailbot running or answers for it."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from mailbot.actions.figures import figures, troubles
from mailbot.actions.finding import Refused, must_act
from mailbot.actions.measuring import months
from mailbot.console import plots
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right
from mailbot.core.values import Kind, Performed
from mailbot.steps.retention import erase_overdue, overdue


def health(visit: Visit) -> Response:
    """What somebody must look at, the last pass over the mailbox, and what is away."""
    house = visit.desk.house
    desk, now, language = visit.desk, visit.now, visit.words.language
    found = desk.held(f"troubles {language}", 15, lambda: troubles(house, desk.settings.queue_time, now, language))
    counts = desk.held("figures", 60, lambda: figures(house, now))
    return visit.show("health.html", troubles=found, figures=counts, **counted(visit))


def statistics(visit: Visit) -> Response:
    """Twelve months: what was asked, how long it took, how much was in time, how well mails were read."""
    found = visit.desk.held("months", 300, lambda: months(visit.desk.house, visit.now))
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
    """How long what is kept is kept, and what in the client database is past its time by the data map."""
    today = visit.desk.house.local_day(visit.now)
    periods = [(name, days, today - timedelta(days=days)) for name, days in visit.desk.settings.retention.items()]
    past = overdue(visit.desk.house, visit.now)
    return visit.show("retention.html", periods=periods, past=past, **counted(visit))


def apply_retention(visit: Visit) -> Response:
    """Erase in the client database what is past its time, person by person, each with its proof in the journal."""
    house = visit.desk.house
    try:
        must_act(house)
        ends = [
            outcome.performed for _, outcome in erase_overdue(house, overdue(house, visit.now), visit.by, visit.now)
        ]
    except Refused as fault:
        visit.tell(visit.words.plainly(str(fault)), good=False)
        return visit.go("/retention")
    done = sum(end in {Performed.DONE, Performed.ALREADY} for end in ends)
    visit.tell(visit.words("did.retention", n=done, left=len(ends) - done), good=done == len(ends))
    return visit.go("/retention")


PAGES = (
    Page("/statistics", statistics, Right.MEASURE),
    Page("/retention", retention, Right.READ),
    Page("/retention", apply_retention, Right.RELEASE, post=True),
    Page("/health", health, Right.MEASURE),
)
