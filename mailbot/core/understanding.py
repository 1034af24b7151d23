"""Understand: from a mail's raw bytes to a reading and a verdict on its sender. Pure, so that any process may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from mailbot.core.address import normalise
from mailbot.core.arrival import arrived
from mailbot.core.parse import Unreadable, parse
from mailbot.core.reading import weigh
from mailbot.core.reading.quoting import own_words
from mailbot.core.reading.rules import Rules
from mailbot.core.reading.understood import take_apart
from mailbot.core.reading.words import fold_text
from mailbot.core.sender.authenticity import Trust, authenticity
from mailbot.core.sender.bounce import Bounce, bounce
from mailbot.core.sender.nature import Noise, may_answer, nature
from mailbot.core.values import Address, Aligned, Authenticity, Kind, Mail, MayAnswer, Nature, Reading

COMPARED = 20_000
"""Characters of a mail's text by which it is compared with others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as it was kept, not yet looked into."""

    id: int
    sha256: str | None
    mode: str  # shadow, queue or live, when it came
    received: datetime  # by the mail server
    raw: bytes = field(repr=False)
    folders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Understood:
    """One message with all that its bytes tell."""

    id: int
    sha256: str | None
    mode: str
    arrived: datetime
    mail: Mail | None  # None: unreadable
    reading: Reading
    authenticity: Authenticity
    returned: Bounce | None = None
    problem: str = ""  # why it is unreadable
    folders: frozenset[str] = frozenset()
    own: str = ""  # the new text: what the person wrote himself, and what a directive would register

    @property
    def sender(self) -> Address | None:
        """The one sender, if there is exactly one."""
        return self.mail.sender if self.mail else None

    @property
    def folded(self) -> str:
        """Subject and text as they are compared: no accents, no capitals; empty if unreadable."""
        return _folded(self.mail.subject, self.mail.text[:COMPARED]) if self.mail else ""


@lru_cache(maxsize=64)  # about a batch: asked for when a mail is identified and when it is planned
def _folded(subject: str, text: str) -> str:
    return fold_text(f"{subject}\n{text}")


@dataclass(frozen=True, slots=True)
class Eyes:
    """What understanding needs to know: values only, that another process can be given."""

    rules: Rules
    noise: Noise
    thresholds: Mapping[Kind, float]
    trust: Trust
    own_addresses: frozenset[str]  # normalised
    junk_folders: frozenset[str]
    language: str  # of a mail that cannot be read


def understand(eyes: Eyes, kept: Kept) -> Understood:
    """What a message says; an unreadable one is a value too. Nothing is raised for what a mail holds."""
    try:
        mail = parse(kept.raw)
    except Unreadable as fault:
        return _unreadable(eyes, kept, str(fault))
    judged = nature(mail, eyes.noise)
    kind, _ = judged
    may = may_answer(mail, eyes.noise, eyes.own_addresses, judged)
    if kept.folders and kept.folders <= eyes.junk_folders:
        may = MayAnswer(machine=False, because="lay in a junk folder")
    came = arrived(kept.received, mail, eyes.trust.receivers)
    taken = take_apart(mail, eyes.rules)
    return Understood(
        kept.id,
        kept.sha256,
        kept.mode,
        came,
        mail,
        _without_ourselves(eyes, mail, weigh(taken, eyes.thresholds, kind, may)),
        authenticity(mail, eyes.trust, came),
        returned=bounce(mail, kept.raw) if kind is Nature.BOUNCE else None,
        folders=kept.folders,
        own=own_words(mail, taken.spans),
    )


def _unreadable(eyes: Eyes, kept: Kept, problem: str) -> Understood:
    reading = Reading(Nature.UNREADABLE, MayAnswer(machine=False, because="unreadable"), eyes.language)
    verdict = Authenticity(Aligned.UNKNOWN, "unreadable")
    return Understood(
        kept.id, kept.sha256, kept.mode, kept.received, None, reading, verdict, problem=problem, folders=kept.folders
    )


def _without_ourselves(eyes: Eyes, mail: Mail, reading: Reading) -> Reading:
    """A mail from one of our own addresses is never answered by a machine: loops end here (RFC 3834 section 2)."""
    if mail.sender is None or normalise(mail.sender.address) not in eyes.own_addresses:
        return reading
    return replace(reading, may_answer=MayAnswer(machine=False, because="it comes from one of our own addresses"))
