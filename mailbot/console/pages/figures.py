"""Health and statistics: without personal data, for whoever keeps mailbot running or answers for it."""

from __future__ import annotations

from starlette.responses import Response

from mailbot.actions.figures import figures, troubles
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right


def health(visit: Visit) -> Response:
    """What somebody must look at, the last pass over the mailbox, and what is away."""
    house = visit.desk.house
    found = troubles(house, visit.desk.settings.queue_time, visit.now)
    return visit.show("health.html", troubles=found, figures=figures(house, visit.now), **counted(visit))


PAGES = (Page("/health", health, Right.MEASURE),)
