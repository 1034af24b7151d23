"""The queue: what is due first, filtered and searched, floods of one writer folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from mailbot.actions import paging
from mailbot.actions.paging import Line
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right
from mailbot.steps.troubles import away
from mailbot.store.queue import MESSAGES, REQUESTS

LINES = 50  # on a page
FLOOD = 4  # lines of one writer in a row that are folded
FILTERS = ("all", "release", "staff", "proving", "overdue", "trouble", "mine")
MORE = ("unreadable", "robots", "closed")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stand together: one, or a flood."""

    lines: Sequence[Line]

    @property
    def flood(self) -> bool:
        """Whether it is folded."""
        return len(self.lines) >= FLOOD


def queue(visit: Visit) -> Response:
    """One page of the queue; who sees no personal data gets the figures instead."""
    show = visit.asked("show") or "all"
    show = show if show in {*REQUESTS, *MESSAGES} else "all"
    text, start = visit.asked("q")[:100], _number(visit.asked("from"))
    house, today = visit.desk.house, visit.desk.house.local_day(visit.now).isoformat()
    lines = paging.page(house, show, visit.by, text, start, LINES + 1, today)
    passed = house.store.facts.get("mailbox:last_pass")
    return visit.show(
        "queue.html",
        groups=grouped(lines[:LINES]),
        show=show,
        q=text,
        start=start,
        more=len(lines) > LINES,
        tickable=any(line.waiting for line in lines),
        link=lambda **given: "/?" + urlencode({"show": show, "q": text, "from": start} | given),
        away=dict(away(house)),
        passed=passed["at"] if passed else None,
        **counted(visit),
    )


def counted(visit: Visit) -> dict[str, Any]:
    """What the side of every page counts."""
    today = visit.desk.house.local_day(visit.now).isoformat()
    counts = visit.desk.counts(today, visit.by)
    return {"counts": counts, "filters": FILTERS, "lesser": MORE}


def grouped(lines: Sequence[Line]) -> list[Group]:
    """Lines of one writer in one state that follow each other, together."""
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if last is not None and last.who and (last.who, last.state, last.kinds) == (line.who, line.state, line.kinds):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        one for mine in groups for one in ([Group(mine)] if len(mine) >= FLOOD else [Group([line]) for line in mine])
    ]


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isdecimal() and len(text) < 8 else 0  # noqa: PLR2004 -- far beyond any queue


def start(visit: Visit) -> Response:
    """The first page of each role: the queue, or the figures for who sees no personal data."""
    if visit.account is not None and not visit.account.may(Right.READ):
        return visit.go("/health")
    response = queue(visit)
    visit.looked("queue")
    return response


PAGES = (Page("/", start, Right.MEASURE),)
