"""Look, page by page: the queue as the console shows it. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.actions.finding import may_open
from mailbot.actions.looking import state_of
from mailbot.core.moments import moment
from mailbot.core.status import ASK_OVER, ReleaseState, RequestState
from mailbot.core.values import Kind
from mailbot.steps.house import House
from mailbot.store.rows import AskRow, MessageRow, ReleaseRow, ReplyRow, RequestRow

_LOOKED_AT = frozenset({ReleaseState.PLANNED, ReleaseState.BLOCKED})


@dataclass(frozen=True, slots=True)
class Line:
    """One request or message in the queue."""

    ref: str
    state: str
    kinds: tuple[str, ...]
    who: str  # a name or an address; empty if nobody knows
    company: str
    proof: str
    aligned: str
    confidence: float | None  # of the least sure ask
    due: str
    legal_end: str
    reason: str
    arrived: str
    subject: str
    assigned: str = ""
    waiting: tuple[tuple[int, str, str], ...] = ()  # number, purpose and hash of each release that waits for a yes
    closed_at: str | None = None
    withheld: bool = False  # says nothing but its reference and its day to who looks

    @property
    def is_message(self) -> bool:
        """Whether it is a mail that became no request."""
        return self.ref.startswith("m")


def page(house: House, show: str, name: str, text: str, start: int, most: int, today: str) -> list[Line]:
    """Up to `most` lines of a filter, from number `start`; `name` is whose lines are "mine"."""
    value = name if show == "mine" else today
    slots = house.store.queue.slots(show, value, text, start, most)
    requests = house.store.requests.many(slot.request for slot in slots if slot.request is not None)
    lines = _request_lines(house, requests.values())
    found: list[Line] = []
    for slot in slots:
        if slot.request is not None:
            found += [lines[slot.request]] if _may_be_found(lines.get(slot.request), text) else []
        elif slot.message is not None and (row := house.store.messages.get(slot.message)):
            found.append(_message_line(house, row))
    return found


def _may_be_found(line: Line | None, text: str) -> bool:
    """A request that says nothing to who looks answers no question either: whom it names, what stands in its mail."""
    return line is not None and not (line.withheld and text and text.strip() != line.ref)


def _request_lines(house: House, requests: Iterable[RequestRow]) -> dict[int, Line]:
    rows = list(requests)
    ids = [row.id for row in rows]
    asks, releases = house.store.requests.asks(ids), house.store.releases.of_requests(ids)
    replies = house.store.outbox.of_releases(one.id for mine in releases.values() for one in mine)
    subjects = house.store.messages.subjects([row.message_id for row in rows if row.message_id])
    assigned = house.store.care.assigned(ids)
    lines = {
        row.id: _line(
            row,
            asks[row.id],
            releases[row.id],
            replies,
            subjects.get(row.message_id or 0, ""),
            assigned.get(row.id, ""),
        )
        for row in rows
    }
    return {row.id: _closed_to_most(house, row, lines[row.id]) for row in rows}


def _closed_to_most(house: House, request: RequestRow, line: Line) -> Line:
    """A request of an authority says nothing to who may not open it."""
    if Kind.AUTHORITY not in line.kinds or may_open(house, request):
        return line
    return replace(line, who="", company="", subject="", reason="", waiting=(), withheld=True)


def _line(
    request: RequestRow,
    asks: Sequence[AskRow],
    releases: Sequence[ReleaseRow],
    replies: dict[int, ReplyRow],
    subject: str,
    assigned: str,
) -> Line:
    state = state_of(request, asks, releases, replies)
    alive = [ask for ask in asks if ask.status not in ASK_OVER]
    waiting = [release for release in releases if release.status in _LOOKED_AT]
    reasons = [release.reason for release in waiting if release.reason] or [request.reason]
    return Line(
        ref=request.reference,
        state=str(RequestState.CLOSED if request.closed_at else state),
        kinds=tuple(ask.kind for ask in alive or asks),
        who=request.person_name or request.sender or "",
        company=request.company or "",
        proof=request.proof,
        aligned=request.aligned,
        confidence=min((ask.confidence for ask in alive), default=None),
        due=request.due,
        legal_end=request.legal_end,
        reason=reasons[0],
        arrived=request.arrived,
        subject=subject,
        assigned=assigned,
        waiting=tuple((one.n, one.purpose, one.hash or "") for one in waiting),
        closed_at=request.closed_at,
    )


def _message_line(house: House, message: MessageRow) -> Line:
    request = house.store.requests.get(message.request_id) if message.request_id else None
    due, legal_end = (str(day) for day in house.clock(moment(message.arrived)))
    reading = json.loads(message.reading or "{}")
    return Line(
        ref=f"m{message.id}",
        state="answered" if request else message.state,
        kinds=tuple(ask["kind"] for ask in reading.get("asks", ())),
        who=(request.person_name if request else None) or message.sender or "",
        company=(request.company or "") if request else "",
        proof=request.proof if request else "none",
        aligned=message.aligned or "unknown",
        confidence=None,
        due=request.due if request else message.due or due,
        legal_end=request.legal_end if request else message.legal_end or legal_end,
        reason="the person wrote again" if request else message.because,
        arrived=message.arrived,
        subject=message.subject or "",
    )
