"""What became of one message, in a few words each: read as, who asks, what was done or waits, until when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.actions.looking import Whole, whole
from mailbot.core.status import AskState, ReleaseState
from mailbot.steps.house import House
from mailbot.store.rows import MessageRow, ReleaseRow

_ALONE: Mapping[str, str] = {
    "nothing": "left untouched in the mailbox",
    "robot": "not answered: written by a machine",
    "waiting": "waits for staff to read it",
    "unreadable": "kept; waits for staff",
    "too_large": "left on the server; waits for staff",
    "before_start": "older than the start: not answered",
    "joined": "joined the request that it answers",
}
_WAITING = frozenset({ReleaseState.PLANNED, ReleaseState.BLOCKED})


@dataclass(frozen=True, slots=True)
class Told:
    """One message in words."""

    read_as: str
    who: str
    what: str
    until: str


def told(house: House, message: MessageRow) -> Told:
    """What became of a message."""
    reading = json.loads(message.reading or "{}")
    kinds = "+".join(ask["kind"] for ask in reading.get("asks", ()))
    read_as = kinds or (message.nature if message.nature not in {None, "person"} else "nothing asked") or "unread"
    request = house.store.requests.get(message.request_id) if message.request_id else None
    if request is None:
        return Told(read_as, message.sender or "-", _ALONE.get(message.state, message.state), message.due or "-")
    found = whole(house, request)
    person = request.person_name or f"{request.sender or 'no sender'} ({request.found})"
    who = f"{person}, {request.proof}" + (", ADDRESS FORGED?" if request.aligned == "no" else "")
    return Told(read_as, who, f"{request.reference}: {'; '.join(_events(found))}", request.due)


def _events(found: Whole) -> list[str]:
    done = [f"{ask.kind} done" for ask in found.asks if ask.status == AskState.DONE]
    proving = [ask.kind for ask in found.asks if ask.status == AskState.PROVING]
    events = [*done, *_letters(found.releases)]
    events += [f"{'+'.join(proving)} waits for the person's confirmation"] if proving else []
    events += [_waits(release) for release in found.releases if release.status in _WAITING]
    return events or [found.request.reason or found.state]


def _letters(releases: Sequence[ReleaseRow]) -> list[str]:
    """What was sent at once."""
    sent = any(
        release.purpose == "first" and release.status == ReleaseState.CLOSED and release.letter for release in releases
    )
    return ["acknowledged"] if sent else []


def _waits(release: ReleaseRow) -> str:
    kinds = "+".join(json.loads(release.asks)) or release.purpose
    what = "an answer by staff" if release.purpose == "by_hand" else "your release"
    return f"{kinds} waits for {what} (/{release.n})"
