"""State a doubt about who asks: the person is told why and what would settle it, and the clock stands meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting
from mailbot.actions.finding import Refused, must_act, request_named
from mailbot.actions.informing import tell_at_once
from mailbot.core.letters.draft import Section
from mailbot.core.status import AskState
from mailbot.core.values import Kind
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow


def doubt(house: House, named: str, kinds: Iterable[Kind], reason: str, by: str, now: datetime) -> list[str]:
    """Ask the person who he is, naming the reason of the doubt, at once; the kinds whose clock stands. Raises Refused.

    GDPR art. 12(6): extra information only where there are reasonable doubts; decree 2019-536 art. 77: the time is
    suspended from the question to its answer. `kinds`: the asks in doubt, all if none is named. Unsubscribing never
    waits (art. 21(3)). What was proposed is taken back; after the answer staff `verify`, `attribute` or `refuse`.
    """
    must_act(house)
    request = request_named(house, named)
    doubted = _doubted(house, request, frozenset(kinds), now)
    if not reason.strip():
        raise Refused("a doubt needs its reason, which the person is told: --reason")
    day = house.local_day(now)
    with changing(house):
        entries = take_back(house, request, waiting(house, request, doubted), by, now)
        n = tell_at_once(house, request, Section(None, "doubt", {"reasons": reason.strip()}), "doubt", by, now)
        house.store.requests.move(request.id, doubted, "replan")
        house.store.requests.move(request.id, doubted, "challenged")
        house.store.requests.update(request.id, preparing=int(bool(set(living(house, request)) - set(doubted))))
        fresh = sorted(set(doubted) - _standing(house, request))
        house.store.pauses.begin(request.id, fresh, day.isoformat())
        details = {"release": n, "asks": doubted, "from": day.isoformat(), "because": "stated by staff"}
        house.store.journal.append(now, [*entries, Entry("clock.paused", request.reference, by, details)])
    return doubted


def _doubted(house: House, request: RequestRow, kinds: frozenset[Kind], now: datetime) -> list[str]:
    """The asks whose clock may stand; raises Refused if there is none, or if one that is named may not."""
    asks = living(house, request)
    asked = {kind for kind in _standing(house, request) if asks.get(kind) and asks[kind].status == AskState.PROVING}
    able = set(asks) - {Kind.UNSUBSCRIBE} - asked - leaving(house, request)
    if strange := sorted(kinds - able):
        raise Refused(f"{request.reference}: no doubt can be stated on {', '.join(strange)}; on {_listed(able)} it can")
    doubted = sorted(kinds or able)
    if not doubted:
        raise Refused(f"{request.reference}: nothing is open whose clock could stand")
    today = house.local_day(now)
    late = sorted(kind for kind in doubted if date.fromisoformat(asks[kind].due) < today)
    if late:
        raise Refused(f"{request.reference}: {', '.join(late)} is overdue: what has run out cannot be suspended")
    return doubted


def _standing(house: House, request: RequestRow) -> set[str]:
    """The kinds whose clock stands already: what a machine asked at once, a human may ask again in his own words."""
    return {pause.kind for pause in house.store.pauses.of_requests([request.id])[request.id] if pause.open}


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(kinds)) or "nothing there"
