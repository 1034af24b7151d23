"""Prepare: the proposed answers of open requests, with exports and changes, for a human (or policy) to release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from mailbot.core.answer import Case, OpenAsk, releases, weaknesses
from mailbot.core.identify import Known
from mailbot.core.moments import iso
from mailbot.core.plan import Planned
from mailbot.core.printed import fields_from_json
from mailbot.core.status import AskState
from mailbot.core.values import Aligned, Kind, Person, Proof
from mailbot.interfaces import Away, Misconfigured
from mailbot.log import Log
from mailbot.steps.faults import where
from mailbot.steps.house import House
from mailbot.steps.proposing import Work, propose
from mailbot.steps.references import posted, refs_from_json
from mailbot.steps.warning import warnings
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import AskRow, RequestRow

BATCH = 20
_log = Log()


def prepare(house: House, now: datetime, most: int = BATCH) -> int:
    """Propose answers to up to `most` requests; how many were looked at. Raises Away."""
    if house.store.requests.waking(iso(now)):
        with house.store.transaction():
            house.store.requests.wake(iso(now))
    with house.store.claim():
        rows = house.store.requests.to_prepare(most)
        if not rows:
            return 0
        asks = house.store.requests.asks(row.id for row in rows)
        for row in rows:
            _prepare_or_leave(house, row, asks[row.id], now)
    return len(rows)


def _prepare_or_leave(house: House, request: RequestRow, asks: Sequence[AskRow], now: datetime) -> None:
    """Propose, or leave the request to staff with the kind of fault: one request never stops the others."""
    try:
        prepare_one(house, request, asks, now)
    except (Away, Misconfigured):
        raise
    except Exception as fault:  # whatever it is, staff see the request  # noqa: BLE001
        because = f"no answer could be proposed: {where(fault)}"
        _log.error("no answer proposed", ref=request.reference, fault=where(fault))
        with house.store.transaction():
            house.store.requests.prepared([request.id])
            house.store.requests.update(request.id, reason=because)
            entry = Entry("request.unprepared", request.reference, details={"because": because})
            house.store.journal.append(now, [entry])


def prepare_one(house: House, request: RequestRow, asks: Sequence[AskRow], now: datetime) -> None:
    """Propose the answers of one request, in one transaction. Raises Away."""
    waiting = [ask for ask in asks if ask.status == AskState.OPEN]
    work = _gather(house, request, waiting, now)
    for ask in work.case.asks:
        propose(house, work, ask, now)
    planned = [*releases(work.case, work.proposals, work.left, house.policy), *warnings(house, request, waiting, now)]
    with house.store.transaction():
        _write(house, work, planned, now)


def _gather(house: House, request: RequestRow, waiting: Sequence[AskRow], now: datetime) -> Work:
    stored = json.loads(request.fields)
    refs = refs_from_json(request.person)
    persons = tuple(person for ref in refs if (person := house.clients.person(ref)) is not None)
    case = Case(
        asks=tuple(OpenAsk(Kind(a.kind), bool(a.automatic), a.scope, a.wanted) for a in waiting),
        known=_known(request, persons),
        proof=Proof(request.proof),
        mode=house.stricter(request.mode),
        address=_address(request),
        fields=fields_from_json(stored),
        on_behalf=bool(request.on_behalf),
        persons=stored.get("persons", 1),
        aligned=Aligned(request.aligned),
        weak=weaknesses(request.address, persons, house.policy, house.local_day(now)),
        elsewhere=house.settings.elsewhere,
    )
    return Work(request, case, persons, stored.get("wish", ""))


def _address(request: RequestRow) -> str | None:
    """Where answers go: the address on file; staff may also write to a stranger's own, if he proved that it is his."""
    return posted(request) or request.address or (request.sender if request.aligned == Aligned.YES else None)


def _known(request: RequestRow, persons: Sequence[Person]) -> Known:
    """A person whose record is gone is unknown again."""
    if request.found == "attributed":
        return Known.KNOWN if persons else Known.UNKNOWN
    return Known(request.found) if persons or request.found != Known.KNOWN else Known.UNKNOWN


# --- written ----------------------------------------------------------------------------------------------------------


def _write(house: House, work: Work, planned: Sequence[Planned], now: datetime) -> None:
    request, store = work.request, house.store
    n = store.releases.next_n(request.id)
    entries = []
    for offset, one in enumerate(planned):
        files = tuple(file for kind in one.asks if one.sections for file in work.files.get(kind, ()))
        row = write_release(house, request, one, n + offset, now, files)
        event = "release.approved" if row["status"] == "approved" else "release.planned"
        details = {"release": row["n"], "purpose": one.purpose, "hash": row["hash"], "asks": [str(k) for k in one.asks]}
        entries.append(Entry(event, request.reference, by=row["approved_by"] or "mailbot", details=details))
    store.requests.move(request.id, [str(kind) for kind in work.proposals], "planned")
    store.requests.prepared([request.id])
    if work.waits:
        until = min((iso(one.until) for one in work.waits if one.until), default=None)
        reason = "; ".join(one.because for one in work.waits)
        store.requests.update(request.id, wake_at=until, reason=reason)
        details = {"because": reason, "until": until}
        entries.append(Entry("ask.waits", request.reference, details=details))
    store.journal.append(now, entries)
