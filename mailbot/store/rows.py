"""The rows of the store as values. Timestamps are ISO text, structured columns JSON text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One received mail and what became of it."""

    id: int
    sha256: str | None
    size: int
    received: str
    arrived: str
    stored_at: str
    mode: str
    state: str
    because: str
    message_id: str | None
    sender: str | None
    subject: str | None
    nature: str | None
    reading: str | None
    aligned: str | None
    authenticity: str | None
    request_id: int | None
    due: str | None
    legal_end: str | None
    attempts: int
    dismissed_by: str | None
    purged_at: str | None
    likeness: str | None = None  # digest of From, Date and subject
    digest: str | None = None  # keyed, of the folded text


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What one message set going."""

    id: int
    reference: str
    message_id: int | None
    linked_to: int | None
    arrived: str
    due: str
    legal_end: str
    mode: str
    language: str
    channel: str  # mail letter phone counter
    sender: str | None
    found: str  # known several unknown attributed
    person: str | None
    person_name: str | None
    address: str | None  # the stored address that replies go to
    proof: str
    aligned: str
    fields: str
    on_behalf: int
    preparing: int
    reason: str
    created_at: str
    closed_at: str | None
    company: str | None = None  # of the person on file
    wake_at: str | None = None  # when the answers are to be proposed that wait until then


@dataclass(frozen=True, slots=True)
class AskRow:
    """One right exercised in a request."""

    id: int
    request_id: int
    kind: str
    status: str
    outcome: str
    ground: str
    confidence: float
    automatic: int
    scope: str | None
    wanted: str
    evidence: str
    due: str
    legal_end: str


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One unit of approval."""

    id: int
    request_id: int
    n: int
    purpose: str
    status: str
    asks: str
    actions: str
    recipient: str | None
    language: str
    letter: str | None
    raw_sha256: str | None
    hash: str | None
    reason: str
    approved_by: str | None
    approved_at: str | None
    perform_after: str | None
    planned_at: str
    as_of: str | None
    outcome: str = "granted"  # of its asks: granted partly


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One outgoing mail."""

    id: int
    release_id: int
    status: str
    recipient: str
    message_id: str
    raw_sha256: str
    dated: str | None
    attempts: int
    next_try: str
    sent_at: str | None
    because: str
    filed: int


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One question put to the address on file."""

    id: int
    request_id: int
    release_id: int
    address: str
    message_id: str
    code: str
    expires: str
    tries: int
    ended_at: str | None
    ended: str


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One entry of the register of directives."""

    number: str
    person: str
    status: str
    wishes: str
    executor: str | None
    wording: str  # sealed: `store.sealing.opened` gives the text
    request_id: int
    registered_at: str
    ended_at: str | None
    replaces: str | None
    scope: str = "[]"
