"""Decide: refuse with a ground, extend with a reason. Only a named human does either (GDPR art. 12(3)-(4))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting, writable
from mailbot.actions.finding import Refused, must_act, request_named
from mailbot.actions.informing import NAMED, tell_at_once
from mailbot.core import deadline
from mailbot.core.letters.draft import Section
from mailbot.core.moments import moment
from mailbot.core.plan import Planned
from mailbot.core.policy import Ground
from mailbot.core.values import Kind
from mailbot.steps.clock import ends, paused_days, show_earliest
from mailbot.steps.house import House
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a named human refuses: reasons in law and in fact (GDPR art. 12(4))."""

    kind: Kind
    ground: str  # a name of rules/policy.toml
    because: str = ""  # the facts of the case, told as written
    granted: str = ""  # what is done all the same, told as written: the ask is then granted in part


def refuse(house: House, named: str, told: Refusal, by: str, now: datetime) -> str:
    """Plan the refusal of one ask on a ground of the policy; `REF/N` of the letter to look at and release.

    The ask is refused once that mail was sent. What was planned on it before is taken back. Raises Refused.
    """
    kind, ground = told.kind, told.ground
    request = request_named(house, named)
    asks = living(house, request)
    if kind not in asks:
        raise Refused(f"{request.reference}: {kind} is not open there; open are {', '.join(sorted(asks))}")
    if kind in leaving(house, request):
        raise Refused(f"{request.reference}: the answer to {kind} is on its way already")
    planned = _refusal(house, request, told)
    with changing(house):
        n = house.store.releases.next_n(request.id)
        entries = take_back(house, request, waiting(house, request, [kind]), by, now)
        house.store.requests.move(request.id, [kind], "replan")  # whatever it waited for: a human has decided
        house.store.requests.move(request.id, [kind], "planned")
        house.store.requests.update_asks(request.id, [kind], ground=ground)
        row = write_release(house, request, planned, n, now)
        details = {"release": n, "purpose": planned.purpose, "asks": [str(kind)], "ground": ground, "hash": row["hash"]}
        house.store.journal.append(now, [*entries, Entry("release.planned", request.reference, by, details)])
    return f"{request.reference}/{n}"


def _refusal(house: House, request: RequestRow, told: Refusal) -> Planned:
    ground = _ground(house, told.kind, told.ground)
    if ground.facts and not told.because.strip():
        raise Refused(f"{told.ground} is ours to prove: tell the person the facts of the case, --because")
    law = ground.told(request.language)
    facts = {"reasons": "\n\n".join(part for part in (law, told.because.strip()) if part), "granted": told.granted}
    section = Section(told.kind, "partly" if told.granted.strip() else "refused", facts)
    return Planned(
        purpose="partial" if told.granted.strip() else "refusal",
        asks=(told.kind,),
        sections=(section,) if law else (),
        recipient=writable(request),
        named=request.found in NAMED,
        reason=f"refusal: {told.ground} ({ground.law})",
    )


def _ground(house: House, kind: Kind, ground: str) -> Ground:
    grounds = house.policy.kind[kind].grounds
    if not grounds:
        raise Refused(f"{kind} cannot be refused: rules/policy.toml names no ground for it")
    if ground not in grounds:
        raise Refused(f"{ground} is no ground to refuse {kind}; allowed are {', '.join(sorted(grounds))}")
    return grounds[ground]


def extend(house: House, named: str, reason: str, by: str, now: datetime) -> date:
    """Extend the time of a request by two months and tell the person why, at once; the new due date. Raises Refused.

    GDPR art. 12(3): where complexity or number of requests make it necessary, told within the first month. Direct
    marketing stops without delay (art. 21(3)): an unsubscribing ask keeps its date.
    """
    must_act(house)
    request = request_named(house, named)
    kinds = sorted(set(living(house, request)) - {Kind.UNSUBSCRIBE})
    _must_be_extensible(house, request, kinds, reason, now)
    until = min(_extended(house, request, kind) for kind in kinds)
    section = Section(None, "extended", {"until": until, "reasons": reason})
    with changing(house):
        n = tell_at_once(house, replace(request, due=until.isoformat()), section, "extension", by, now)
        told = {}
        for kind in kinds:
            due, legal_end = ends(house, _extended(house, request, kind))
            house.store.requests.update_asks(request.id, [kind], due=due, legal_end=legal_end)
            told[kind] = {"due": due, "legal_end": legal_end}
        show_earliest(house, request.id)
        details = {"release": n, "asks": told, "before": request.due}
        house.store.journal.append(now, [Entry("request.extended", request.reference, by, details)])
    return until


def _extended(house: House, request: RequestRow, kind: str) -> date:
    """Three months from arrival, and the days that its clock has stood."""
    until = deadline.extended(moment(request.arrived), house.settings.zone)
    return deadline.paused(until, paused_days(house, request.id, kind))


def _must_be_extensible(house: House, request: RequestRow, kinds: list[str], reason: str, now: datetime) -> None:
    if not reason.strip():
        raise Refused("an extension needs its reason, which the person is told: --reason")
    if not kinds:
        raise Refused(f"{request.reference}: unsubscribing is done at once and cannot be extended (GDPR art. 21(3))")
    days = max(paused_days(house, request.id, kind) for kind in kinds)
    month = deadline.paused(deadline.due(moment(request.arrived), house.settings.zone), days)
    end = deadline.legal_end(month, house.settings.country)
    if house.local_day(now) > end:
        raise Refused(f"{request.reference}: the first month ended on {end}; only within it can it be extended")
    rows = house.store.releases.of_requests([request.id])[request.id]
    if any(row.purpose == "extension" and row.status not in {"undone", "stale"} for row in rows):
        raise Refused(f"{request.reference} was extended before: until {request.due}; there is no second extension")


def note(house: House, named: str, text: str, by: str, now: datetime) -> None:
    """Keep a note of staff with a request; the journal says that there is one, not what it says. Raises Refused."""
    request = request_named(house, named)
    if not text.strip():
        raise Refused("an empty note: nothing was kept")
    with changing(house):
        house.store.requests.note(request.id, by, text.strip(), now)
        house.store.journal.append(now, [Entry("request.noted", request.reference, by)])
