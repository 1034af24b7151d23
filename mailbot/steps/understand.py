"""Understand: from raw bytes to a reading and a verdict on the sender. Pure work on each mail, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from mailbot.core.address import normalise
from mailbot.core.arrival import arrived, plausible
from mailbot.core.moments import moment
from mailbot.core.parse import Unreadable, parse
from mailbot.core.policy import Policy
from mailbot.core.reading import read
from mailbot.core.reading.rules import Rules
from mailbot.core.sender.authenticity import authenticity
from mailbot.core.sender.bounce import Bounce, bounce
from mailbot.core.sender.nature import Noise, may_answer, nature
from mailbot.core.values import Address, Aligned, Authenticity, Mail, MayAnswer, Nature, Reading
from mailbot.steps.house import House, Settings
from mailbot.store.rows import MessageRow


@dataclass(frozen=True, slots=True)
class Understood:
    """One message with all that its bytes tell."""

    row: MessageRow
    arrived: datetime
    mail: Mail | None  # None: unreadable
    reading: Reading
    authenticity: Authenticity
    returned: Bounce | None = None
    problem: str = ""  # why it is unreadable
    folders: frozenset[str] = field(default_factory=frozenset)

    @property
    def sender(self) -> Address | None:
        """The one sender, if there is exactly one."""
        return self.mail.sender if self.mail else None


@dataclass(frozen=True, slots=True)
class Eyes:
    """What reading needs of the house: values only, that another process can be given."""

    settings: Settings
    policy: Policy
    rules: Rules
    noise: Noise

    @classmethod
    def of(cls, house: House) -> Self:
        """Those of a house."""
        return cls(house.settings, house.policy, house.rules, house.noise)


def understand(
    eyes: Eyes, rows: Iterable[MessageRow], raws: Mapping[int, bytes], folders: Mapping[int, frozenset[str]]
) -> list[Understood]:
    """Read each message; an unreadable one is a value too and never stops the rest."""
    return [_understand(eyes, row, raws[row.id], folders.get(row.id, frozenset())) for row in rows]


def _understand(eyes: Eyes, row: MessageRow, raw: bytes, folders: frozenset[str]) -> Understood:
    received = plausible(moment(row.received), moment(row.stored_at))
    try:
        mail = parse(raw)
    except Unreadable as fault:
        silent = MayAnswer(machine=False, because="unreadable")
        reading = Reading(Nature.UNREADABLE, silent, eyes.settings.organisation.country.lower())
        verdict = Authenticity(Aligned.UNKNOWN, "unreadable")
        return Understood(row, received, None, reading, verdict, problem=str(fault), folders=folders)
    judged = nature(mail, eyes.noise)
    kind, _ = judged
    may = may_answer(mail, eyes.noise, eyes.settings.own_addresses, judged)
    if folders and folders <= eyes.settings.junk_folders:
        may = MayAnswer(machine=False, because="lay in a junk folder")
    came = arrived(received, mail, eyes.settings.trust.receivers)
    return Understood(
        row=row,
        arrived=came,
        mail=mail,
        reading=_without_ourselves(eyes, mail, read(mail, eyes.rules, eyes.policy.thresholds, kind, may)),
        authenticity=authenticity(mail, eyes.settings.trust, came),
        returned=bounce(mail, raw) if kind is Nature.BOUNCE else None,
        folders=folders,
    )


def _without_ourselves(eyes: Eyes, mail: Mail, reading: Reading) -> Reading:
    """A mail from one of our own addresses is never answered by a machine: loops end here (RFC 3834 section 2)."""
    if mail.sender is None or normalise(mail.sender.address) not in eyes.settings.own_addresses:
        return reading
    return replace(reading, may_answer=MayAnswer(machine=False, because="it comes from one of our own addresses"))
