"""Plan: what becomes of each message: requests opened, questions settled, all written in one transaction a batch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.address import normalise
from mailbot.core.keyed import code
from mailbot.core.letters.staff import AlarmKind
from mailbot.core.moments import iso
from mailbot.core.printed import reading_to_json
from mailbot.core.reading.words import fold_text
from mailbot.core.thread import likeness
from mailbot.core.triage import FOR_STAFF, MessageState, Seen, becomes
from mailbot.core.values import Kind, Nature
from mailbot.steps import letters
from mailbot.steps.alarms import raise_alarm
from mailbot.steps.clock import resume
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.steps.opening import Opened, open_request
from mailbot.steps.questions import settle_questions
from mailbot.steps.reminders import remind
from mailbot.steps.returned import notice_back, take_back
from mailbot.store.database import Row
from mailbot.store.journal import Entry
from mailbot.store.messages import Verdict


@dataclass(slots=True)
class _Batch:
    """What one transaction will write; filled mail by mail, written at its end in bulk."""

    verdicts: list[Verdict] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)  # automatic mails by recipient: they count against the cap
    entries: list[Entry] = field(default_factory=list)
    to_mark: list[int] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)  # what people search the mails of the queue by


def plan(house: House, batch: Sequence[Identified], now: datetime) -> None:
    """Decide what becomes of each message and write it, inside the caller's transaction."""
    states = [becomes(one.seen.reading, _seen(house, one)) for one in batch]
    states = [
        (MessageState.UNREADABLE, one.seen.problem) if one.seen.mail is None else state
        for one, state in zip(batch, states, strict=True)
    ]
    count = sum(state is MessageState.REQUEST for state, _ in states)
    year = house.local_day(now).year
    number = house.store.counters.take(f"request:{year}", count) if count else 0
    work = _Batch()
    for one, (state, because) in zip(batch, states, strict=True):
        if state is MessageState.REQUEST:
            sent = one.sent_today + work.written[one.found.address or _sender(one)]
            opened = open_request(house, replace(one, sent_today=sent), f"{year}-{number:05d}", now)
            number += 1
            work.opened.append(opened)
            if opened.letter and opened.letter.release["raw_sha256"]:
                work.written[opened.letter.release["recipient"]] += 1
            work.entries.append(opened.entry)
        _settle_message(house, work, one, state, because)
    _write(house, work, now)
    for one in batch:
        _follow_up(house, work, one, now)
    house.store.journal.append(now, work.entries)


def _sender(one: Identified) -> str:
    return one.seen.sender.address if one.seen.sender else ""


def _seen(house: House, one: Identified) -> Seen:
    since = house.settings.since
    talk = one.conversation
    return Seen(
        early=since is not None and house.local_day(one.seen.arrived) < since,
        joins=talk.request is not None,
        asked=talk.asked,
        bounced=talk.returned is not None,
        mentions=one.mentions,
        ours=one.notice is not None,
    )


# --- everything is written --------------------------------------------------------------------------------------------


def _settle_message(house: House, work: _Batch, one: Identified, state: MessageState, because: str) -> None:
    """The verdict on one message, its clock if staff must look at it, its journal entry."""
    seen = one.seen
    columns: dict[str, Any] = {
        "state": str(state),
        "because": because,
        "arrived": iso(seen.arrived),
        "message_id": seen.mail.message_id if seen.mail else None,
        "likeness": likeness(seen.mail) if seen.mail else None,
        "sender": normalise(seen.sender.address) if seen.sender else None,
        "subject": seen.mail.subject[:500] if seen.mail else None,
        "nature": str(seen.reading.nature),
        "reading": json.dumps(reading_to_json(seen.reading), ensure_ascii=False),
        "aligned": str(seen.authenticity.aligned),
        "authenticity": seen.authenticity.because,
        "digest": one.digest,
    }
    if state in FOR_STAFF and not (state is MessageState.BEFORE_START and not seen.reading.asks):
        due, legal_end = house.clock(seen.arrived)
        columns |= {"due": due.isoformat(), "legal_end": legal_end.isoformat()}
        details = {"message": seen.sha256, "state": str(state), "due": due.isoformat()}
        work.entries.append(Entry("message.for_staff", details=details))
    if state is MessageState.JOINED and one.conversation.request:
        columns["request_id"] = one.conversation.request.id
        if one.conversation.repeated:
            columns["because"] = "says the same again"
            columns["dismissed_by"] = None if seen.reading.signals else "mailbot"  # there is nothing new to read
        reference = one.conversation.request.reference
        work.entries.append(Entry("message.joined", reference, details={"message": seen.sha256}))
    work.verdicts.append(Verdict(seen.id, columns))
    if state is not MessageState.NOTHING and (words := seen.folded):
        name = fold_text(f"{seen.sender.name} {seen.sender.address}") if seen.sender else ""
        work.words[seen.id] = f"{name} {words}"
    if state in {MessageState.REQUEST, MessageState.JOINED} and seen.mode != "shadow" and not house.shadow:
        work.to_mark.append(seen.id)


def _write(house: House, work: _Batch, now: datetime) -> None:
    """Requests, asks, letters and verdicts of the batch, in bulk."""
    store = house.store
    ids = store.requests.add([o.request for o in work.opened], [ask for o in work.opened for ask in o.asks])
    by_message = {o.message: ids[o.reference] for o in work.opened}
    store.messages.settle(
        Verdict(v.id, {**v.columns, "request_id": by_message[v.id]}) if v.id in by_message else v for v in work.verdicts
    )
    store.searched.mails(work.words, {**_joined(work), **by_message})
    store.messages.to_mark(work.to_mark)
    written = [(o, o.letter, {**o.letter.release, "request_id": ids[o.reference]}) for o in work.opened if o.letter]
    store.blobs.put(content for _, letter, _ in written for content in letter.contents)
    release_ids = store.releases.add([row for _, _, row in written])
    replies, questions = [], []
    for opened, letter, row in written:
        release_id = release_ids[row["request_id"], 1]
        work.entries.append(_planned_entry(opened.reference, row))
        if row["status"] == "approved" and row["raw_sha256"]:
            replies.append(letters.reply_row(release_id, row, letter.reply_id, now))
        if opened.challenge and row["raw_sha256"]:
            questions.append(_question_row(house, opened.reference, row, release_id, letter.reply_id, now))
    store.outbox.add(replies)
    store.challenges.add(questions)
    work.entries += [entry for opened in work.opened for entry in _alarms(house, opened, now)]


def _joined(work: _Batch) -> dict[int, int]:
    """The request that each message joined."""
    return {one.id: one.columns["request_id"] for one in work.verdicts if "request_id" in one.columns}


def _alarms(house: House, opened: Opened, now: datetime) -> list[Entry]:
    """Staff hear at once of an authority and of a death, in every mode."""
    kinds = {ask["kind"] for ask in opened.asks}
    wanted = {Kind.AUTHORITY: AlarmKind.AUTHORITY, Kind.HEIR: AlarmKind.DEATH}
    raised = (raise_alarm(house, alarm, opened.reference, now) for kind, alarm in wanted.items() if kind in kinds)
    return [entry for entries in raised for entry in entries]


def _planned_entry(reference: str, row: Mapping[str, Any]) -> Entry:
    details = {"release": row["n"], "purpose": row["purpose"], "hash": row["hash"], "asks": json.loads(row["asks"])}
    event = "release.approved" if row["status"] == "approved" else "release.planned"
    return Entry(event, reference, by="policy" if row["status"] == "approved" else "mailbot", details=details)


def _question_row(house: House, reference: str, row: Row, release_id: int, reply_id: str, now: datetime) -> Row:
    return {
        "request_id": row["request_id"],
        "release_id": release_id,
        "address": normalise(row["recipient"]),
        "message_id": reply_id,
        "code": code(house.key, f"{reference}/1"),
        "expires": iso(now + timedelta(days=house.settings.challenge_days + 1)),
    }


def _follow_up(house: House, work: _Batch, one: Identified, now: datetime) -> None:
    """What a message does to requests that were there before it."""
    one = _under_its_mode(house, one)
    talk = one.conversation
    if one.notice:
        work.entries += notice_back(house, one)
    elif talk.returned:
        work.entries += take_back(house, one, talk.returned, now)
    elif talk.questions:
        work.entries += settle_questions(house, one, now)
    if talk.request and one.seen.reading.nature is Nature.PERSON:
        work.entries += resume(house, talk.request.id, house.local_day(one.seen.arrived))
        work.entries += remind(house, one, now)
    elif one.mentions and one.seen.reading.nature is Nature.PERSON:
        work.entries += _resume_named(house, one)


def _resume_named(house: House, one: Identified) -> list[Entry]:
    """A letter that states a doubt may be answered from another address, with its reference: that counts as well."""
    named = (house.store.requests.by_reference(name) for name in one.seen.reading.fields.references[:5])
    day = house.local_day(one.seen.arrived)
    return [entry for request in named if request for entry in resume(house, request.id, day)]


def _under_its_mode(house: House, one: Identified) -> Identified:
    """Let requests that a message joins go on as it came: what came under mode queue lets nothing leave unseen.

    So no answer leaves again by itself on a mail that a restored store reads for the second time.
    """
    talk = one.conversation
    if one.seen.mode == "live":
        return one
    ids = {question.request_id for question in talk.questions}
    ids |= {talk.request.id} if talk.request else set()
    ids |= {talk.returned[1].request_id} if talk.returned else set()
    house.store.requests.hold(ids)
    request = house.store.requests.get(talk.request.id) if talk.request else None
    return replace(one, conversation=replace(talk, request=request))
