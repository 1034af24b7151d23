"""The clock of asks stands while a stated doubt is open: from the day on which the person was told to his answer's."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from mailbot.core import deadline
from mailbot.core.moments import moment
from mailbot.core.status import ASK_OVER
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.rows import ReleaseRow, RequestRow


def prompt(house: House, arrived: datetime, now: datetime) -> bool:
    """Whether a question that goes now goes without undue delay: a later one suspends nothing (GDPR art. 12(3))."""
    late = house.local_day(now) - house.local_day(arrived)
    return late.days <= house.policy.identity.prompt_days


def suspend(house: House, request: RequestRow, release: ReleaseRow, now: datetime) -> list[Entry]:
    """Let the clock stand where the mail that just left states a doubt about the person; the entry to journal, if any.

    Inside the transaction that records the mail as sent: what was not asked suspends nothing. Decree 2019-536 art. 77;
    GDPR art. 12(6).
    """
    doubt = json.loads(request.fields).get("doubt")
    if release.purpose != "first" or not doubt or not prompt(house, moment(request.arrived), now):
        return []
    day = house.local_day(now).isoformat()
    asks = house.store.requests.asks([request.id])[request.id]
    standing = {pause.kind for pause in house.store.pauses.of_requests([request.id])[request.id]}
    alive = [ask.kind for ask in asks if ask.status not in ASK_OVER and ask.due >= day]
    kinds = [kind for kind in alive if kind in doubt["asks"] and kind not in standing]
    if not kinds:
        return []
    house.store.pauses.begin(request.id, kinds, day)
    details = {"release": release.n, "asks": kinds, "from": day, "because": doubt["because"]}
    return [Entry("clock.paused", request.reference, details=details)]


def states_doubt(request: RequestRow, release: ReleaseRow) -> bool:
    """Whether this release is the letter that states a doubt: its own machine's, or a human's."""
    first = release.purpose == "first" and "doubt" in json.loads(request.fields)
    return first or release.purpose == "doubt"


def resume(house: House, request_id: int, day: date, *, counted: bool = True) -> list[Entry]:
    """End the open pauses of a request on `day`, inside the caller's transaction; the entry to journal, if any.

    New end = old unrolled end + days paused, then rolled (decree 2019-536 art. 77; Regulation 1182/71 art. 3(4)). Not
    `counted`: the letter came back, so nobody was asked and no day was suspended.
    """
    pauses = [pause for pause in house.store.pauses.of_requests([request_id])[request_id] if pause.open]
    asks = {ask.kind: ask for ask in house.store.requests.asks([request_id])[request_id]}
    told: dict[str, Any] = {}
    for pause in pauses:
        days = max((day - date.fromisoformat(pause.began)).days, 0) if counted else 0
        if not house.store.pauses.end(pause, day.isoformat(), days) or pause.kind not in asks:
            continue
        before = asks[pause.kind].due
        due, legal_end = ends(house, deadline.paused(date.fromisoformat(before), days))
        house.store.requests.update_asks(request_id, [pause.kind], due=due, legal_end=legal_end)
        told[pause.kind] = {"days": days, "before": before, "due": due, "legal_end": legal_end}
    if not told:
        return []
    show_earliest(house, request_id)
    reference = house.store.requests.get(request_id).reference
    return [Entry("clock.resumed", reference, details={"on": day.isoformat(), "asks": told})]


def ends(house: House, due: date) -> tuple[str, str]:
    """(due, legal end) of an unrolled end, as they are stored."""
    return due.isoformat(), deadline.legal_end(due, house.settings.country).isoformat()


def paused_days(house: House, request_id: int, kind: str) -> int:
    """How many days the clock of this ask has stood, all its pauses that are over."""
    pauses = house.store.pauses.of_requests([request_id])[request_id]
    return sum(pause.days for pause in pauses if pause.kind == kind and not pause.open)


def show_earliest(house: House, request_id: int) -> None:
    """A request shows the dates of the most urgent of its living asks."""
    asks = [ask for ask in house.store.requests.asks([request_id])[request_id] if ask.status not in ASK_OVER]
    if asks:
        first = min(asks, key=lambda ask: ask.due)
        house.store.requests.update(request_id, due=first.due, legal_end=first.legal_end)
