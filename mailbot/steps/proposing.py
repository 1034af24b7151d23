"""Propose: what the answer to each ask would do and say, from the client database and our registers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailbot.core.answer import Case, OpenAsk, by_hand
from mailbot.core.erasing.propose import Waiting
from mailbot.core.letters.questions import Asked
from mailbot.core.proposals import (
    Proposal,
    propose_access,
    propose_directive,
    propose_portability,
    propose_rectification,
    propose_stop,
)
from mailbot.core.values import File, Kind, Person, RegisterDirective
from mailbot.steps import erasing
from mailbot.steps.copies import Copy, access_copy, portable_copy
from mailbot.steps.house import House
from mailbot.steps.papers import certificate
from mailbot.steps.recipients import notices
from mailbot.steps.restated import was_restated
from mailbot.steps.writing import thread_of
from mailbot.store.rows import RequestRow


@dataclass(slots=True)
class Work:
    """What is gathered for one request."""

    request: RequestRow
    case: Case
    persons: tuple[Person, ...]
    wish: str
    proposals: dict[Kind, Proposal] = field(default_factory=dict)
    left: dict[Kind, str] = field(default_factory=dict)
    files: dict[Kind, tuple[File, ...]] = field(default_factory=dict)  # what goes with the answer to each ask
    waits: list[Waiting] = field(default_factory=list)


def propose(house: House, work: Work, ask: OpenAsk, now: datetime) -> None:
    """Put into `work` what answers one ask, what it waits for, or why staff answer it. Raises Away."""
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


def _access(house: House, work: Work, now: datetime) -> Proposal | str:
    copy = access_copy(house, work.request, work.persons, now)
    if copy.problem:
        return _kept(house, copy)
    work.files[Kind.ACCESS] = copy.files
    numbered = json.loads(work.request.fields).get("questions", ())
    questions = [Asked(number, topic) for number, topic in numbered]
    looked = {row.place for row in house.store.elsewhere.of_request(work.request.id)}
    places = [place for place in house.settings.elsewhere if place not in looked]
    return propose_access(copy.exports, places, copy.reasons, questions, locked=copy.locked)


def _portability(house: House, work: Work, now: datetime) -> Proposal | str:
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


def _rectification(house: House, work: Work, _: datetime) -> Proposal | str:
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


def _unsubscribe(house: House, work: Work, _: datetime) -> Proposal | str:
    if work.case.address is None:
        return "no address on file"
    updates = [update for person in work.persons for update in house.clients.plan_set(person, "unsubscribe")]
    return propose_stop(updates, work.case.address)


def _directive(house: House, work: Work, now: datetime) -> Proposal | str:
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


def _erasure(house: House, work: Work, now: datetime) -> Proposal | Waiting | str:
    [ask] = [ask for ask in work.case.asks if ask.kind is Kind.ERASURE]
    return erasing.erasure(house, work.request, work.persons, ask, now)


def _restriction(house: House, work: Work, _: datetime) -> Proposal | str:
    return erasing.restriction(house, work.request, work.persons)


_PROPOSERS: Mapping[Kind, Callable[[House, Work, datetime], Proposal | Waiting | str]] = {
    Kind.ACCESS: _access,
    Kind.PORTABILITY: _portability,
    Kind.RECTIFICATION: _rectification,
    Kind.UNSUBSCRIBE: _unsubscribe,
    Kind.DIRECTIVE: _directive,
    Kind.ERASURE: _erasure,
    Kind.RESTRICTION: _restriction,
}
