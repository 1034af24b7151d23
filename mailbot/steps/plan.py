"""Plan: what becomes of each message; requests opened, first letters written, questions settled. One transaction a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from mailbot.core.address import normalise
from mailbot.core.identify import Known, proof_of
from mailbot.core.keyed import code
from mailbot.core.moments import iso
from mailbot.core.plan import Arrival, Challenge, First, first
from mailbot.core.printed import evidence_to_json, fields_to_json, reading_to_json
from mailbot.core.quoting import NEW, new_text
from mailbot.core.triage import FOR_STAFF, MessageState, Seen, becomes
from mailbot.core.values import Ask, Kind, MayAnswer, Reading, RowUpdate
from mailbot.steps import letters
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.steps.questions import settle_questions
from mailbot.steps.references import refs_to_json
from mailbot.steps.returned import take_back
from mailbot.store.database import Row
from mailbot.store.journal import Entry
from mailbot.store.messages import Verdict


@dataclass(slots=True)
class _Batch:
    """What one transaction will write; filled mail by mail, written at its end in bulk."""

    verdicts: list[Verdict] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    asks: list[Row] = field(default_factory=list)
    releases: list[tuple[str, letters.Written, First]] = field(default_factory=list)  # by reference
    opened: dict[str, Identified] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    to_mark: list[int] = field(default_factory=list)


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
        reference = None
        if state is MessageState.REQUEST:
            reference, number = f"{year}-{number:05d}", number + 1
            _open(house, work, one, reference, now)
        _settle_message(house, work, one, state, because, now)
    _write(house, work, now)
    for one, (state, _) in zip(batch, states, strict=True):
        _follow_up(house, work, one, state, now)
    house.store.journal.append(now, work.entries)


def _seen(house: House, one: Identified) -> Seen:
    since = house.settings.since
    talk = one.conversation
    return Seen(
        early=since is not None and house.local_day(one.seen.arrived) < since,
        joins=talk.request is not None,
        asked=frozenset(Kind(ask.kind) for ask in talk.asks),
        bounced=talk.returned is not None,
        mentions=one.mentions,
    )


# --- a request is opened ----------------------------------------------------------------------------------------------


def _open(house: House, work: _Batch, one: Identified, reference: str, now: datetime) -> None:
    """The rows of one new request, its asks and its first letter."""
    due, legal_end = house.clock(one.seen.arrived)
    arrival = _arrival(house, one, reference, now)
    decision = first(arrival, house.policy)
    work.opened[reference] = one
    work.requests.append(_request_row(one, reference, (due, legal_end), arrival, decision, now))
    work.asks += [
        {
            "reference": reference,
            "kind": str(ask.kind),
            "status": _ask_state(ask.kind, decision),
            "confidence": ask.confidence,
            "automatic": int(ask.automatic),
            "scope": ask.scope,
            "wanted": ask.when,
            "evidence": json.dumps(evidence_to_json(ask.evidence), ensure_ascii=False),
            "due": due.isoformat(),
            "legal_end": legal_end.isoformat(),
        }
        for ask in _new_asks(one)
    ]
    work.entries.append(
        Entry(
            "request.opened",
            reference,
            details={
                "message": one.seen.row.sha256,
                "asks": sorted(str(ask.kind) for ask in _new_asks(one)),
                "arrived": iso(one.seen.arrived),
                "due": due.isoformat(),
                "legal_end": legal_end.isoformat(),
                "found": str(one.found.known),
                "proof": str(arrival.proof),
                "aligned": str(arrival.aligned),
                "mode": one.seen.row.mode,
            },
        )
    )
    if decision.release:
        thread = _thread(house, one, reference, due)
        written = letters.write(house, thread, decision.release, 1, now)
        work.releases.append((reference, written, decision))


def _new_asks(one: Identified) -> tuple[Ask, ...]:
    """The asks that are not asked already in the conversation."""
    asked = {ask.kind for ask in one.conversation.asks}
    return tuple(ask for ask in one.seen.reading.asks if ask.kind not in asked)


def _ask_state(kind: Kind, decision: First) -> str:
    if kind in decision.stopped:
        return "ready"
    return "proving" if kind in decision.challenged else "open"


def _arrival(house: House, one: Identified, reference: str, now: datetime) -> Arrival:
    seen = one.seen
    own = one.found.persons if one.found.known is not Known.UNKNOWN else ()
    person = one.found.person
    in_force = house.store.directives.in_force(str(person.ref)) if person and Kind.DIRECTIVE in seen.reading.kinds else None
    stopping = {Kind.UNSUBSCRIBE, Kind.ERASURE} & seen.reading.kinds
    stops: tuple[RowUpdate, ...] = ()
    if stopping:
        stops = tuple(update for p in (*own, *one.named) for update in house.clients.plan_set(p, "unsubscribe"))
    aligned = seen.authenticity.aligned
    capped = one.sent_today >= house.policy.caps.per_correspondent
    return Arrival(
        reading=_weighed(one),
        found=one.found,
        sender=seen.sender.address if seen.sender else None,
        aligned=aligned,
        proof=proof_of(one.found, aligned),
        mode=seen.row.mode if house.settings.mode == "live" else house.settings.mode,
        worded=seen.reading.language in house.wording.languages,
        capped=capped,
        challenge=Challenge(code(house.key, f"{reference}/1"), _expires(house, now)),
        stops=stops,
        also=tuple(email for p in one.named for email in p.emails if _is_named(one, email)),
        wish=wish(house, one),
        in_force=in_force.number if in_force else None,
    )


def _weighed(one: Identified) -> Reading:
    """The new asks; of a mail whose Message-ID came before with other bytes nothing is done by machine."""
    reading = replace(one.seen.reading, asks=_new_asks(one))
    if not one.twin:
        return reading
    silent = MayAnswer(machine=False, because="the same Message-ID came before with other bytes")
    return replace(reading, may_answer=silent, asks=tuple(replace(ask, automatic=False) for ask in reading.asks))


def _is_named(one: Identified, email: str) -> bool:
    named = {normalise(part) for part in (one.seen.reading.fields.address or "").split(",")}
    return normalise(email) in named


def _expires(house: House, now: datetime) -> date:
    return house.local_day(now + timedelta(days=house.settings.challenge_days))


def wish(house: House, one: Identified) -> str:
    """The new text of the mail: what the person wrote himself."""
    mail = one.seen.mail
    if mail is None:
        return ""
    spans = [span for span in new_text(mail, house.rules) if span.kind == NEW]
    return "\n".join(mail.text[span.start : span.end].strip() for span in spans).strip()


def _request_row(
    one: Identified, reference: str, clock: tuple[date, date], arrival: Arrival, decision: First, now: datetime
) -> Row:
    seen, found = one.seen, one.found
    persons = found.persons if found.known is Known.KNOWN else ()
    waiting = frozenset(ask.kind for ask in arrival.reading.asks) - decision.stopped - decision.challenged
    return {
        "reference": reference,
        "message_id": seen.row.id,
        "linked_to": one.conversation.request.id if one.conversation.request else None,
        "arrived": iso(seen.arrived),
        "due": clock[0].isoformat(),
        "legal_end": clock[1].isoformat(),
        "mode": arrival.mode,
        "language": seen.reading.language,
        "channel": "mail",
        "sender": normalise(seen.sender.address) if seen.sender else None,
        "found": str(found.known),
        "person": refs_to_json([person.ref for person in persons]) if persons else None,
        "person_name": persons[0].name if persons else None,
        "address": found.address,
        "proof": str(arrival.proof),
        "aligned": str(arrival.aligned),
        "fields": json.dumps(
            {**fields_to_json(seen.reading.fields), "wish": arrival.wish, "persons": seen.reading.persons}, ensure_ascii=False
        ),
        "on_behalf": int(seen.reading.on_behalf),
        "preparing": int(bool(waiting)),
        "reason": decision.reason,
        "created_at": iso(now),
    }


def _thread(house: House, one: Identified, reference: str, due: date) -> letters.Thread:
    mail = one.seen.mail
    person = one.found.person
    return letters.Thread(
        request_id=0,
        reference=reference,
        arrived=house.local_day(one.seen.arrived),
        due=due,
        language=one.seen.reading.language,
        person_name=person.name if person else None,
        in_reply_to=mail.message_id if mail else None,
        references=mail.references if mail else (),
    )


# --- everything is written --------------------------------------------------------------------------------------------


def _settle_message(house: House, work: _Batch, one: Identified, state: MessageState, because: str, now: datetime) -> None:
    seen = one.seen
    columns: dict[str, Any] = {
        "state": str(state),
        "because": because,
        "arrived": iso(seen.arrived),
        "message_id": seen.mail.message_id if seen.mail else None,
        "sender": normalise(seen.sender.address) if seen.sender else None,
        "subject": seen.mail.subject[:500] if seen.mail else None,
        "nature": str(seen.reading.nature),
        "reading": json.dumps(reading_to_json(seen.reading), ensure_ascii=False),
        "aligned": str(seen.authenticity.aligned),
        "authenticity": seen.authenticity.because,
    }
    if state in FOR_STAFF and not (state is MessageState.BEFORE_START and not seen.reading.asks):
        due, legal_end = house.clock(seen.arrived)
        columns |= {"due": due.isoformat(), "legal_end": legal_end.isoformat()}
        details = {"message": seen.row.sha256, "state": str(state), "due": due.isoformat()}
        work.entries.append(Entry("message.for_staff", details=details))
    if state is MessageState.JOINED and one.conversation.request:
        columns["request_id"] = one.conversation.request.id
        reference = one.conversation.request.reference
        work.entries.append(Entry("message.joined", reference, details={"message": seen.row.sha256}))
    work.verdicts.append(Verdict(seen.row.id, columns))
    if state in {MessageState.REQUEST, MessageState.JOINED} and seen.row.mode != "shadow" and not house.shadow:
        work.to_mark.append(seen.row.id)


def _write(house: House, work: _Batch, now: datetime) -> None:
    """Requests, asks, letters and verdicts of the batch, in bulk."""
    store = house.store
    ids = store.requests.add(work.requests, work.asks)
    by_message = {one.seen.row.id: ids[reference] for reference, one in work.opened.items()}
    store.messages.settle(
        Verdict(v.id, {**v.columns, "request_id": by_message[v.id]}) if v.id in by_message else v for v in work.verdicts
    )
    store.messages.to_mark(work.to_mark)
    store.blobs.put(content for _, written, _ in work.releases for content in written.contents)
    rows = [{**written.release, "request_id": ids[reference]} for reference, written, _ in work.releases]
    release_ids = store.releases.add(rows)
    replies, questions = [], []
    for (reference, written, decision), row in zip(work.releases, rows, strict=True):
        release_id = release_ids[row["request_id"], 1]
        work.entries.append(_planned_entry(reference, row))
        if row["status"] == "approved" and row["raw_sha256"]:
            replies.append(letters.reply_row(release_id, row, written.reply_id, now))
        if decision.release and decision.release.challenge and row["raw_sha256"]:
            questions.append(_question_row(house, reference, row, release_id, written.reply_id, now))
    store.outbox.add(replies)
    store.challenges.add(questions)


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


def _follow_up(house: House, work: _Batch, one: Identified, state: MessageState, now: datetime) -> None:
    """What a message does to requests that were there before it."""
    talk = one.conversation
    if talk.returned:
        work.entries += take_back(house, one, talk.returned, now)
    elif talk.questions:
        work.entries += settle_questions(house, one, now)
