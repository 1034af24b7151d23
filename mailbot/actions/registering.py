"""Register what did not come as a readable mail: a letter, a call, a visit, a message that waits for staff."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from mailbot.actions.changing import changing
from mailbot.actions.correcting import attributed, person_named, staff_ask, unknown
from mailbot.actions.finding import Refused, message_named
from mailbot.core.moments import iso, moment
from mailbot.core.triage import MessageState
from mailbot.core.values import Aligned, File, Kind, Person
from mailbot.steps.house import House
from mailbot.store.database import Row
from mailbot.store.journal import Entry
from mailbot.store.messages import Verdict
from mailbot.store.rows import MessageRow

CHANNELS = ("letter", "phone", "counter")
"""Ways in beside the mailbox."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What staff tell of a request that they enter."""

    channel: str  # one of CHANNELS, or a message such as m12
    kinds: Sequence[Kind]
    received: date | None = None  # None: today; a message has its own arrival
    person: str | None = None  # such as contact:12
    language: str | None = None
    note: str = ""
    file: File | None = None  # the scanned letter
    post: str = ""  # the lines of the address that the answer is posted to; a named human answers for it


def register(house: House, told: Registration, by: str, now: datetime) -> str:
    """Open a request with its day of receipt, from which its clock runs; its reference. Raises Refused, Away.

    GDPR art. 12(3) counts from receipt, whatever the channel and whenever it is entered here.
    """
    message = message_named(house, told.channel) if told.channel.startswith("m") else None
    arrived = _arrived(house, told, message, now)
    if not told.kinds:
        raise Refused("name what is asked: --ask KIND, several times if need be")
    sender = message.sender if message else None
    aligned = (message.aligned if message else None) or str(Aligned.UNKNOWN)
    found = person_named(house, told.person) if told.person else None
    person = attributed(found, sender, aligned) if found else unknown()
    with changing(house):
        year = house.local_day(now).year
        reference = f"{year}-{house.store.counters.take(f'request:{year}'):05d}"
        row = {**_row(house, told, message, arrived, now), **person, "reference": reference, "aligned": aligned}
        row |= {"sender": sender, "language": _language(house, told, message, found)}
        ids = house.store.requests.add([row], [])
        for kind in dict.fromkeys(told.kinds):
            house.store.requests.add_ask(staff_ask(house, ids[reference], kind, arrived))
        details = _kept(house, told, ids[reference], by, now)
        if message:
            _settle(house, message, ids[reference])
            details["message"] = message.sha256
        asked = {"channel": row["channel"], "asks": sorted(told.kinds), "arrived": iso(arrived), "due": row["due"]}
        house.store.journal.append(now, [Entry("request.registered", reference, by, {**asked, **details})])
    return reference


def _arrived(house: House, told: Registration, message: MessageRow | None, now: datetime) -> datetime:
    """When it was received: the message's own arrival, or the start of the day that staff tell."""
    if message is not None:
        if message.state in {MessageState.STORED, MessageState.REQUEST}:
            raise Refused(f"{told.channel} is {message.state}: what was read and became no request is registered")
        return moment(message.arrived)
    if told.channel not in CHANNELS:
        raise Refused(f"{told.channel}: allowed are {', '.join(CHANNELS)} or a message such as m12")
    day = told.received or house.local_day(now)
    if day > house.local_day(now):
        raise Refused(f"{day} is in the future: the day of receipt is allowed")
    return datetime.combine(day, time(), house.settings.zone)


def _row(house: House, told: Registration, message: MessageRow | None, arrived: datetime, now: datetime) -> Row:
    due, legal_end = house.clock(arrived)
    reading = json.loads(message.reading or "{}") if message else {}
    fields = {**reading.get("fields", {}), "wish": "", "persons": reading.get("persons", 1)}
    if told.post.strip():
        fields["post"] = told.post.strip()
    return {
        "message_id": message.id if message else None,
        "linked_to": message.request_id if message else None,  # a reply that asks something new (its own clock)
        "arrived": iso(arrived),
        "due": due.isoformat(),
        "legal_end": legal_end.isoformat(),
        "mode": house.settings.mode,
        "channel": "mail" if message else told.channel,
        "fields": json.dumps(fields, ensure_ascii=False),
        "on_behalf": int(reading.get("on_behalf", False)),
        "preparing": 1,
        "reason": "",
        "created_at": iso(now),
    }


def _language(house: House, told: Registration, message: MessageRow | None, person: Person | None) -> str:
    """The language to answer in: as told, as written, as on file, else the country's, else English."""
    written = json.loads(message.reading or "{}").get("language") if message else None
    home = house.settings.country.lower()
    otherwise = home if home in house.wording.languages else "en"
    return told.language or written or (person.language if person else None) or otherwise


def _kept(house: House, told: Registration, request_id: int, by: str, now: datetime) -> dict[str, object]:
    """Keep note and file; what the journal says of them."""
    if told.note.strip():
        house.store.requests.note(request_id, by, told.note.strip(), now)
    if told.file is None:
        return {}
    digest = house.store.blobs.put([told.file.content])[0]
    house.store.requests.note(request_id, by, f"file {told.file.name}: `mailbot raw {digest}`", now)
    return {"file": digest, "bytes": len(told.file.content)}


def _settle(house: House, message: MessageRow, request_id: int) -> None:
    """The message became a request: it waits for nobody, and its mail may be taken out of the mailbox."""
    columns = {"state": "request", "request_id": request_id, "because": "registered by staff"}
    house.store.messages.settle([Verdict(message.id, columns)])
    house.store.searched.moved([message.id], request_id)
    if not house.shadow and message.mode != "shadow":
        house.store.messages.to_mark([message.id])
