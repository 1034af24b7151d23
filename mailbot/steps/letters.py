"""From a planned release to its letter, its bytes and its rows: words and bytes are fixed here, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailbot.core.canonical import action_to_json, approval_hash
from mailbot.core.keyed import token
from mailbot.core.letters.compose import Envelope, compose
from mailbot.core.letters.draft import Frame, MissingWording, draft
from mailbot.core.moments import iso
from mailbot.core.plan import Planned
from mailbot.core.values import Action, File, Kind, Letter
from mailbot.documents import letter_file
from mailbot.documents.letter_pdf import Sheet
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.steps.references import POST, is_posted
from mailbot.store.database import Row


@dataclass(frozen=True, slots=True)
class Thread:
    """What a letter needs to know of its request."""

    request_id: int
    reference: str
    arrived: date
    due: date
    language: str
    person_name: str | None
    in_reply_to: str | None  # the client's Message-ID
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One release ready to be stored."""

    release: Row
    contents: tuple[bytes, ...]  # blobs to keep: the mail, and its files where staff may edit
    reply_id: str  # Message-ID of the reply


def write(
    house: House, thread: Thread, planned: Planned, n: int, now: datetime, files: tuple[File, ...] = ()
) -> Written:
    """The release with its letter; a missing text leaves it blank and sends the release to staff, with the reason."""
    our_id = message_id(house, token(house.key, f"{thread.reference}/{n}"))
    letter, problem = _letter(house, thread, planned, files, now)
    raw, fault = _bytes(house, thread, our_id, letter, now, automatic=planned.by_policy)
    problem = problem or fault
    by_policy = planned.by_policy and not problem
    release: Row = {
        "request_id": thread.request_id,
        "n": n,
        "purpose": planned.purpose,
        "status": "approved" if by_policy else "planned",
        "asks": json.dumps([str(kind) for kind in planned.asks]),
        "actions": actions_json(planned.actions),
        "recipient": planned.recipient,
        "language": thread.language,
        "letter": letter_json(letter) if letter else None,
        "raw_sha256": hashlib.sha256(raw).hexdigest() if raw else None,
        "hash": approval_hash(planned.recipient or "", planned.actions, raw or b"") if raw or planned.silent else None,
        "reason": "; ".join(part for part in (planned.reason, problem) if part),
        "approved_by": "policy" if by_policy else None,
        "approved_at": iso(now) if by_policy else None,
        "planned_at": iso(now),
        "as_of": iso(now) if files and (Kind.ACCESS in planned.asks or not planned.asks) else None,
        "outcome": planned.outcome,
    }
    kept = [*([raw] if raw else []), *(file.content for file in files)]
    return Written(release, tuple(kept), our_id)


def _letter(
    house: House, thread: Thread, planned: Planned, files: tuple[File, ...], now: datetime
) -> tuple[Letter | None, str]:
    if planned.silent:
        return None, ""
    if not planned.sections or planned.recipient is None:
        return None, "staff write the answer: mailbot edit"
    frame = Frame(
        reference=thread.reference,
        arrived=thread.arrived,
        due=thread.due,
        organisation=house.settings.organisation,
        person_name=thread.person_name if planned.named else None,
        automatic=planned.by_policy,
        late=house.local_day(now) > thread.due,
    )
    try:
        return draft(house.wording, thread.language, planned.recipient, planned.sections, frame, files), ""
    except MissingWording as fault:
        return None, str(fault)


def _bytes(
    house: House, thread: Thread, our_id: str, letter: Letter | None, now: datetime, *, automatic: bool
) -> tuple[bytes | None, str]:
    """The letter's bytes; an address or name that no header can carry sends it to staff."""
    if letter is None:
        return None, ""
    try:
        if is_posted(letter.recipient):
            return posted_letter(house, thread, letter, now), ""
        return compose_letter(house, thread, our_id, letter, automatic=automatic), ""
    except ValueError as fault:
        return None, f"no mail can be made of it: {fault}"


def compose_letter(house: House, thread: Thread, our_id: str, letter: Letter, *, automatic: bool) -> bytes:
    """The bytes of a letter in its thread, without Date; automatic ones say so (RFC 3834 section 5)."""
    tag = our_id.strip("<>").partition("@")[0]
    local, _, domain = house.settings.sender.address.rpartition("@")
    envelope = Envelope(
        sender=house.settings.sender,
        message_id=our_id,
        in_reply_to=thread.in_reply_to,
        references=(*thread.references, *([thread.in_reply_to] if thread.in_reply_to else [])),
        auto_submitted="auto-replied" if automatic else "no",
        reply_to=f"{local}+{tag}@{domain}" if house.settings.plus_addressing else None,
    )
    return compose(letter, envelope)


def posted_letter(house: House, thread: Thread, letter: Letter, now: datetime) -> bytes:
    """The letter as a page to print, its address where the envelope has its window. Raises ValueError."""
    words = house.labels.get(letter.language)
    if words is None:
        raise ValueError(f"templates/{letter.language}/documents/labels.toml is missing")
    own = house.settings.organisation
    address = letter.recipient.removeprefix(POST)
    name = f"{thread.reference}-letter.pdf"
    sheet = Sheet(name, letter.subject, letter.text, own.name, f"{own.name}\n{own.address}", address)
    return letter_file(sheet, letter.language, now, words).content


def reply_row(release_id: int, written_row: Row, our_id: str, now: datetime) -> Row:
    """The outgoing mail of an approved release."""
    return {
        "release_id": release_id,
        "status": "waiting",
        "recipient": written_row["recipient"],
        "message_id": our_id,
        "raw_sha256": written_row["raw_sha256"],
        "next_try": iso(now),
    }


def actions_json(actions: Sequence[Action]) -> str:
    """Actions at rest: a JSON list."""
    return json.dumps([json.loads(action_to_json(action)) for action in actions], ensure_ascii=False)


def letter_json(letter: Letter) -> str:
    """The letter at rest: words, and the hashes of its files."""
    files = [
        {
            "name": file.name,
            "media_type": file.media_type,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "size": len(file.content),
        }
        for file in letter.files
    ]
    words = {"subject": letter.subject, "text": letter.text, "html": letter.html}
    return json.dumps({**words, "files": files}, ensure_ascii=False)


def renamed(exports: Sequence[tuple[File, ...]]) -> tuple[File, ...]:
    """The files of several exports with names that differ: copies, not links, in one mail."""
    if len(exports) == 1:
        return exports[0]
    return tuple(
        replace(file, name=f"{number}-{file.name}") for number, files in enumerate(exports, 1) for file in files
    )
