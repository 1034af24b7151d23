"""Several likes at once: each is shown whole, and each carries the hash of what was shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.responses import Response

from mailbot.actions import releasing
from mailbot.actions.finding import Refused, release_named
from mailbot.console.pages.queue import counted
from mailbot.console.planned import Plan, plan_of
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right
from mailbot.store.rows import RequestRow

MOST = 50
_NAMED = re.compile(r"(\d{4}-\d{5,}/\d+)(?::([0-9a-f]{64}))?")


@dataclass(frozen=True, slots=True)
class Pick:
    """One release that was ticked."""

    named: str
    request: RequestRow
    plan: Plan


def look(visit: Visit) -> Response:
    """All that was ticked, each whole; only releases of one purpose and the same asks go together."""
    picks: list[Pick] = []
    for named in visit.request.query_params.getlist("r")[:MOST]:
        if match := _NAMED.fullmatch(named):
            try:
                request, row = release_named(visit.desk.house, match[1])
            except Refused:
                continue  # somebody was faster
            if (plan := plan_of(row, None)).waits and plan.ready:
                picks.append(Pick(match[1], request, plan))
    likes = [pick for pick in picks if _alike(pick.plan) == _alike(picks[0].plan)]
    left = len(picks) - len(likes)
    for pick in likes:
        visit.looked("bulk", pick.request.reference)
    return visit.show("bulk.html", picks=likes, left=left, **counted(visit))


def _alike(plan: Plan) -> tuple[str, tuple[str, ...]]:
    return plan.row.purpose, plan.kinds


def release(visit: Visit) -> Response:
    """Release each by the hash that was shown; what could not be is told, the rest leaves."""
    done, left = 0, []
    for value in visit.ticked("r")[:MOST]:
        match = _NAMED.fullmatch(value)
        if match is None or match[2] is None:
            continue
        try:
            releasing.approve(visit.desk.house, match[1], visit.by, match[2], visit.now, authenticated=True)
            done += 1
        except Refused as fault:
            left.append(visit.words.plainly(str(fault)))
    visit.tell("; ".join([visit.words.counted("did.bulk", done), *left]), good=not left)
    return visit.go("/")


PAGES = (
    Page("/bulk", look, Right.RELEASE),
    Page("/bulk", release, Right.RELEASE, post=True),
)
