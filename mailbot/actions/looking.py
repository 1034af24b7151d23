"""Look: the queue, one request whole, and the figures. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mailbot.actions.finding import may_open
from mailbot.core.deadline import last_safe_day
from mailbot.core.moments import moment
from mailbot.core.status import ASK_OVER, ReleaseState, ReplyState, RequestState, request_state
from mailbot.core.values import Aligned
from mailbot.steps.house import House
from mailbot.store.rows import AskRow, MessageRow, ReleaseRow, ReplyRow, RequestRow


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue: a release that waits, a request that waits for something else, or a message for staff."""

    ref: str
    release: int | None
    asks: tuple[str, ...]
    state: str
    person: str | None
    proof: str
    due: str | None
    legal_end: str | None
    hash: str | None
    reason: str
    approve_by: str | None = None  # the last safe day to release it


@dataclass(frozen=True, slots=True)
class Whole:
    """One request with everything that belongs to it."""

    request: RequestRow
    state: str
    asks: tuple[AskRow, ...]
    releases: tuple[ReleaseRow, ...]
    replies: dict[int, ReplyRow]  # by release id
    messages: tuple[MessageRow, ...]
    notes: tuple[dict[str, Any], ...]


def queue(house: House) -> list[QueueRow]:
    """Everything that is not over, most urgent legal date first."""
    requests = house.store.requests.open()
    ids = [request.id for request in requests]
    asks = house.store.requests.asks(ids)
    releases = house.store.releases.of_requests(ids)
    replies = house.store.outbox.of_releases(row.id for rows in releases.values() for row in rows)
    alike = _alike(house, requests)
    rows = [
        _with(row, alike.get(request.id, "")) if may_open(house, request) else replace(row, person=None, hash=None)
        for request in requests
        for row in _rows(request, asks[request.id], releases[request.id], replies)
    ]
    rows += [_message_row(house, message) for message in house.store.messages.waiting_for_staff()]
    return sorted(
        (replace(row, approve_by=_safe(house, row.due)) for row in rows),
        key=lambda row: (row.due or "9999", row.ref, row.release or 0),
    )


def _safe(house: House, due: str | None) -> str | None:
    if due is None:
        return None
    return last_safe_day(date.fromisoformat(due), house.settings.country, house.settings.undo_delay).isoformat()


def _with(row: QueueRow, remark: str) -> QueueRow:
    return replace(row, reason="; ".join(part for part in (row.reason, remark) if part))


def _alike(house: House, requests: Sequence[RequestRow]) -> dict[int, str]:
    """Which open requests came by mails of the same text, told by the first of them: staff decide on them together."""
    digests = house.store.messages.digests(request.message_id for request in requests if request.message_id)
    groups: dict[str, list[RequestRow]] = {}
    for request in requests:
        if request.message_id in digests:
            groups.setdefault(digests[request.message_id], []).append(request)
    return {
        request.id: f"one of {len(group)} requests with the same text, the first is {group[0].reference}"
        for group in groups.values()
        if len(group) > 1
        for request in group
    }


def _rows(
    request: RequestRow, asks: Sequence[AskRow], releases: Sequence[ReleaseRow], replies: dict[int, ReplyRow]
) -> Iterable[QueueRow]:
    state = state_of(request, asks, releases, replies)
    waiting = [release for release in releases if release.status in {ReleaseState.PLANNED, ReleaseState.BLOCKED}]
    kinds = tuple(ask.kind for ask in asks if ask.status not in ASK_OVER)
    stuck = [release for release in releases if release not in waiting and _is_stuck(replies.get(release.id))]
    for release in waiting:
        reason = "; ".join(part for part in (release.reason, request.reason) if part)
        settled = tuple(json.loads(release.asks)) or kinds
        yield _row(request, release, settled, state, reason)
    for release in stuck:
        told = f"{replies[release.id].because}: mailbot resolve {request.reference}/{release.n} sent|resend"
        reason = "; ".join(part for part in (told, request.reason) if part)
        yield replace(_row(request, release, kinds, state, reason), hash=None)  # there is nothing to approve
    if not waiting and not stuck and state is not RequestState.CLOSED:
        yield _row(request, None, kinds, state, request.reason)


def _is_stuck(reply: ReplyRow | None) -> bool:
    """Whether only a human knows what became of this mail, or what is to become of it."""
    return reply is not None and reply.status in {ReplyState.UNCERTAIN, ReplyState.FAILED}


def _row(request: RequestRow, release: ReleaseRow | None, asks: tuple[str, ...], state: str, reason: str) -> QueueRow:
    return QueueRow(
        ref=request.reference,
        release=release.n if release else None,
        asks=asks,
        state=str(state),
        person=request.person_name or request.sender,
        proof=request.proof,
        due=request.due,
        legal_end=request.legal_end,
        hash=release.hash if release else None,
        reason=reason,
    )


def _message_row(house: House, message: MessageRow) -> QueueRow:
    """A message that waits for a human; one that joined a request is told with that request's dates."""
    request = house.store.requests.get(message.request_id) if message.request_id else None
    due, legal_end = (str(day) for day in house.clock(moment(message.arrived)))
    reading = json.loads(message.reading or "{}")
    return QueueRow(
        ref=f"m{message.id}",
        release=None,
        asks=tuple(ask["kind"] for ask in reading.get("asks", ())),
        state="answered" if request else message.state,
        person=request.person_name if request and request.person_name else message.sender,
        proof=request.proof if request else "none",
        due=request.due if request else message.due or due,
        legal_end=request.legal_end if request else message.legal_end or legal_end,
        hash=None,
        reason=_wrote_again(request, message) if request else message.because,
    )


def _wrote_again(request: RequestRow, message: MessageRow) -> str:
    doubt = "" if message.aligned == Aligned.YES else "the sender of this mail is not authenticated"
    again = f"in {request.reference}: the person wrote again"
    return "; ".join(part for part in (again, doubt, request.reason) if part)


def state_of(
    request: RequestRow, asks: Iterable[AskRow], releases: Iterable[ReleaseRow], replies: dict[int, ReplyRow]
) -> RequestState:
    """The status of a request: a function of its parts, never set by hand."""
    kept = list(releases)
    return request_state(
        (ask.status for ask in asks),
        (release.status for release in kept),
        (replies[release.id].status for release in kept if release.id in replies),
        preparing=bool(request.preparing),
    )


def whole(house: House, request: RequestRow) -> Whole:
    """One request with everything that belongs to it."""
    asks = house.store.requests.asks([request.id])[request.id]
    releases = house.store.releases.of_requests([request.id])[request.id]
    replies = house.store.outbox.of_releases(row.id for row in releases)
    return Whole(
        request=request,
        state=str(state_of(request, asks, releases, replies)),
        asks=tuple(asks),
        releases=tuple(releases),
        replies=replies,
        messages=tuple(house.store.messages.of_request(request.id)),
        notes=tuple(dict(note) for note in house.store.requests.notes(request.id)),
    )
