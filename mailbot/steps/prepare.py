"""Prepare: the proposed answers of open requests, with exports and changes, for a human (or policy) to release."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog

from mailbot.core.answer import (
    Case,
    OpenAsk,
    Proposal,
    by_hand,
    propose_access,
    propose_directive,
    propose_portability,
    propose_rectification,
    propose_stop,
    releases,
    weaknesses,
)
from mailbot.core.erasing.propose import Waiting
from mailbot.core.identify import Known
from mailbot.core.letters.questions import Asked
from mailbot.core.moments import iso, moment
from mailbot.core.plan import Planned
from mailbot.core.printed import fields_from_json
from mailbot.core.status import AskState
from mailbot.core.values import Aligned, File, Kind, Person, Proof, RegisterDirective
from mailbot.interfaces import Away, Misconfigured
from mailbot.steps import erasing, letters
from mailbot.steps.copies import Copy, access_copy, portable_copy
from mailbot.steps.faults import where
from mailbot.steps.house import House
from mailbot.steps.papers import certificate
from mailbot.steps.recipients import notices
from mailbot.steps.references import is_posted, posted, refs_from_json
from mailbot.steps.restated import was_restated
from mailbot.steps.warning import warnings
from mailbot.store.journal import Entry
from mailbot.store.rows import AskRow, RequestRow

BATCH = 20
_log = structlog.get_logger()


@dataclass(slots=True)
class _Work:
    """What is gathered for one request."""

    request: RequestRow
    case: Case
    persons: tuple[Person, ...]
    wish: str
    proposals: dict[Kind, Proposal] = field(default_factory=dict)
    left: dict[Kind, str] = field(default_factory=dict)
    files: dict[Kind, tuple[File, ...]] = field(default_factory=dict)  # what goes with the answer to each ask
    waits: list[Waiting] = field(default_factory=list)


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
        _propose(house, work, ask, now)
    planned = [*releases(work.case, work.proposals, work.left, house.policy), *warnings(house, request, waiting, now)]
    with house.store.transaction():
        _write(house, work, planned, now)


def _gather(house: House, request: RequestRow, waiting: Sequence[AskRow], now: datetime) -> _Work:
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
    return _Work(request, case, persons, stored.get("wish", ""))


def _address(request: RequestRow) -> str | None:
    """Where answers go: the address on file; staff may also write to a stranger's own, if he proved that it is his."""
    return posted(request) or request.address or (request.sender if request.aligned == Aligned.YES else None)


def _known(request: RequestRow, persons: Sequence[Person]) -> Known:
    """A person whose record is gone is unknown again."""
    if request.found == "attributed":
        return Known.KNOWN if persons else Known.UNKNOWN
    return Known(request.found) if persons or request.found != Known.KNOWN else Known.UNKNOWN


# --- one proposal a kind ----------------------------------------------------------------------------------------------


def _propose(house: House, work: _Work, ask: OpenAsk, now: datetime) -> None:
    because = by_hand(work.case, ask, house.policy)
    if because is None:
        proposal = _PROPOSERS[ask.kind](house, work, now)
        if isinstance(proposal, Proposal):
            work.proposals[ask.kind] = proposal
            return
        if isinstance(proposal, Waiting):
            work.waits.append(proposal)
            return
        because = proposal
    work.left[ask.kind] = f"{ask.kind}: {because}"


def _access(house: House, work: _Work, now: datetime) -> Proposal | str:
    copy = access_copy(house, work.request, work.persons, now)
    if copy.problem:
        return _kept(house, copy)
    work.files[Kind.ACCESS] = copy.files
    numbered = json.loads(work.request.fields).get("questions", ())
    questions = [Asked(number, topic) for number, topic in numbered]
    looked = {row.place for row in house.store.elsewhere.of_request(work.request.id)}
    places = [place for place in house.settings.elsewhere if place not in looked]
    return propose_access(copy.exports, places, copy.reasons, questions, locked=copy.locked)


def _portability(house: House, work: _Work, now: datetime) -> Proposal | str:
    copy = portable_copy(house, work.request, work.persons, now)
    if copy.problem:
        return _kept(house, copy)
    work.files[Kind.PORTABILITY] = copy.files
    return propose_portability(copy.exports, copy.reasons, locked=copy.locked)


def _kept(house: House, copy: Copy) -> str:
    """Why a copy is left to staff, and where its files lie until they hand it over."""
    with house.store.transaction():
        digests = house.store.blobs.put([file.content for file in copy.files])
    named = (f"mailbot raw {digest} > {file.name}" for digest, file in zip(digests, copy.files, strict=True))
    return "; ".join((copy.problem, *named))


def _rectification(house: House, work: _Work, _: datetime) -> Proposal | str:
    plans = [house.clients.plan_rectify(person, work.case.fields.changes) for person in work.persons]
    told = [
        notice
        for person, plan in zip(work.persons, plans, strict=True)
        for notice in notices(house, person, Kind.RECTIFICATION, plan.updates, work.request.reference)
    ]
    if not work.case.fields.changes:
        return "the mail does not say what to change"
    return propose_rectification(
        [update for plan in plans for update in plan.updates],
        list(dict.fromkeys(why for plan in plans for why in plan.undecided)),
        list(dict.fromkeys(why for plan in plans for why in plan.needs_staff)),
        tuple(dict.fromkeys(told)),
    )


def _unsubscribe(house: House, work: _Work, _: datetime) -> Proposal | str:
    if work.case.address is None:
        return "no address on file"
    updates = [update for person in work.persons for update in house.clients.plan_set(person, "unsubscribe")]
    return propose_stop(updates, work.case.address)


def _directive(house: House, work: _Work, now: datetime) -> Proposal | str:
    person = work.persons[0]
    if not work.wish:
        return "the text to register is not known: take it from the mail"
    in_force = house.store.directives.in_force(str(person.ref))
    day = house.local_day(now)
    with house.store.transaction():
        number = f"D-{day.year}-{house.store.counters.take(f'directive:{day.year}'):04d}"
    fields = work.case.fields
    wanted = RegisterDirective(
        number,
        fields.action or "define",
        person.ref,
        fields.wishes or (),
        fields.executor,
        work.wish,
        in_force.number if in_force else None,
        tuple(json.loads(work.request.fields).get("scope", ())),
    )
    restated = was_restated(house, work.request)
    proposal = propose_directive(wanted, day, restated=restated)
    if isinstance(proposal, Proposal):
        entry = next(action for action in proposal.actions if isinstance(action, RegisterDirective))
        work.files[Kind.DIRECTIVE] = certificate(house, thread_of(house, work.request), entry, now)
    return proposal


def _erasure(house: House, work: _Work, now: datetime) -> Proposal | Waiting | str:
    [ask] = [ask for ask in work.case.asks if ask.kind is Kind.ERASURE]
    return erasing.erasure(house, work.request, work.persons, ask, now)


def _restriction(house: House, work: _Work, _: datetime) -> Proposal | str:
    return erasing.restriction(house, work.request, work.persons)


_PROPOSERS: Mapping[Kind, Callable[[House, _Work, datetime], Proposal | Waiting | str]] = {
    Kind.ACCESS: _access,
    Kind.PORTABILITY: _portability,
    Kind.RECTIFICATION: _rectification,
    Kind.UNSUBSCRIBE: _unsubscribe,
    Kind.DIRECTIVE: _directive,
    Kind.ERASURE: _erasure,
    Kind.RESTRICTION: _restriction,
}


# --- written ----------------------------------------------------------------------------------------------------------


def _write(house: House, work: _Work, planned: Sequence[Planned], now: datetime) -> None:
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


def write_release(
    house: House, request: RequestRow, planned: Planned, n: int, now: datetime, files: tuple[File, ...] = ()
) -> dict[str, Any]:
    """Write one planned release with its letter, inside the caller's transaction; the row written."""
    thread = thread_of(house, request)
    written = letters.write(house, thread, planned, n, now, files)
    house.store.blobs.put(written.contents)
    ids = house.store.releases.add([written.release])
    by_mail = not is_posted(planned.recipient)
    if written.release["status"] == "approved" and written.release["raw_sha256"] and by_mail:
        row = letters.reply_row(ids[request.id, n], written.release, written.reply_id, now)
        house.store.outbox.add([row])
    return written.release


def thread_of(house: House, request: RequestRow) -> letters.Thread:
    """What letters of this request say and answer: the client's latest mail of it."""
    messages = house.store.messages.of_request(request.id)
    latest = next((m.message_id for m in reversed(messages) if m.message_id), None)
    first = next((m.message_id for m in messages if m.message_id), None)
    earlier = (first,) if first and first != latest else ()
    return letters.Thread(
        request_id=request.id,
        reference=request.reference,
        arrived=house.local_day(moment(request.arrived)),
        due=date.fromisoformat(request.due),
        language=request.language,
        person_name=request.person_name,
        in_reply_to=latest,
        references=earlier,
    )
