"""Which conversation a mail belongs to, and whether it settles a question that we put.

Only our own secrets tie a mail to a request: the token in our Message-ID, in the plus address or the short code, and
only from the address that the request belongs to. A reference in the subject suggests, it never joins.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.address import normalise
from mailbot.core.moments import moment
from mailbot.core.values import Aligned, Kind, Mail, Nature, Reading

TRIES = 5  # answers that do not settle a question before it goes to staff

_TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
_TOLD = ("to", "cc", "delivered-to", "x-original-to", "in-reply-to", "references")


def likeness(mail: Mail) -> str | None:
    """What two mails share that are one with changed bytes: a digest of From, Date and subject; None if one is missing.

    It tells only where a mailbox was renumbered, as when its provider changed: elsewhere it proves nothing.
    """
    if not (mail.sender and mail.date and mail.subject.strip()):
        return None
    known = "\0".join((normalise(mail.sender.address), mail.date.isoformat(), mail.subject.strip()))
    return hashlib.sha256(known.encode(errors="surrogatepass")).hexdigest()


def tied_ids(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that this mail says it answers, nearest first, each once."""
    return tuple(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))


def tokens(mail: Mail) -> tuple[str, ...]:
    """What could be a token of ours, in the thread headers or the addresses: relays rewrite whole Message-IDs."""
    found = (token for name in _TOLD for value in mail.header(name) for token in _TOKEN.findall(value[:4096].lower()))
    return tuple(dict.fromkeys(found))[:20]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier mail of the same sender with the same text, and what its request still waits for."""

    alive: frozenset[Kind]
    aligned: Aligned


def repeats(reading: Reading, aligned: Aligned, earlier: Earlier) -> bool:
    """Whether a mail only says again what an open request says already: acknowledged once, never a second request.

    A mail that proves more of its sender than the earlier one stands for itself: nobody's forgery stands in its way.
    """
    order = (Aligned.NO, Aligned.UNKNOWN, Aligned.YES)
    return (
        bool(reading.kinds) and reading.kinds <= earlier.alive and order.index(aligned) <= order.index(earlier.aligned)
    )


def asked_lately(reading: Reading, aligned: Aligned, earlier: Iterable[Earlier]) -> bool:
    """Whether the sender asked as much within a day, and was answered that he did: no machine says it again.

    A help desk without any mark of a machine, which makes a new request of each letter of ours, does just that.
    """
    return any(repeats(reading, aligned, one) for one in earlier)


def may_be_caused(arrived: datetime, answered: datetime) -> bool:
    """Whether a mail may be the echo of what was said at `answered`: mail servers tell whole seconds of its arrival."""
    return arrived >= answered.replace(microsecond=0)


class Settles(StrEnum):
    """What an answer does to a question."""

    NOTHING = "nothing"  # it does not answer this question
    CONFIRMS = "confirms"
    DENIES = "denies"
    UNCLEAR = "unclear"  # staff look


@dataclass(frozen=True, slots=True)
class Question:
    """One open question to an address on file."""

    address: str
    message_id: str
    code: str
    expires: str
    tries: int


def settles(question: Question, mail: Mail, reading: Reading, aligned: Aligned, now: datetime) -> tuple[Settles, str]:
    """Whether `mail` settles `question`, and why it is unclear if so.

    Confirmed only by token or code, and a word of consent in the new text, and a person, and that very address,
    aligned; where alignment cannot be established, staff confirm.
    """
    if not _bears_secret(question, mail) or reading.nature is not Nature.PERSON:
        return Settles.NOTHING, ""
    if because := _unclear(question, mail, reading, aligned, now):
        return Settles.UNCLEAR, because
    return (Settles.CONFIRMS if "consent" in reading.signals else Settles.DENIES), ""


def _unclear(question: Question, mail: Mail, reading: Reading, aligned: Aligned, now: datetime) -> str:
    """Why staff must look at an answer that bears our secret, or nothing."""
    if mail.sender is None or normalise(mail.sender.address) != normalise(question.address):
        return "the question was answered from another address"
    if moment(question.expires) < now:
        return "the question had expired"
    if question.tries >= TRIES:
        return "too many answers to the question"
    consents, denies = "consent" in reading.signals, "denial" in reading.signals
    if consents == denies:
        return "the answer to the question is neither a clear yes nor a clear no"
    if aligned is not Aligned.YES:
        told = "a yes" if consents else "a no"
        return f"{told}, but the sender could not be authenticated (aligned: {aligned}): check and verify"
    return ""


def _bears_secret(question: Question, mail: Mail) -> bool:
    """Whether the writer shows that he received our question.

    The code counts wherever it stands, in quoted history too: quoting it is having received it, and a mail program that
    drops the thread still quotes. The yes or no itself is read from the new text alone.
    """
    token = question.message_id.strip("<>").partition("@")[0]
    if question.message_id in tied_ids(mail) or token in tokens(mail):
        return True
    return question.code in f"{mail.subject}\n{mail.text}".upper()
