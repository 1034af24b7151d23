"""Understand: from raw bytes to a reading and a verdict on the sender. Pure work on each mail, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.core.address import normalise
from mailbot.core.arrival import arrived
from mailbot.core.authenticity import authenticity
from mailbot.core.bounce import Bounce, bounce
from mailbot.core.moments import moment
from mailbot.core.nature import may_answer, nature
from mailbot.core.parse import Unreadable, parse
from mailbot.core.reading import read
from mailbot.core.values import Address, Aligned, Authenticity, Mail, MayAnswer, Nature, Reading
from mailbot.steps.house import House
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


def understand(
    house: House, rows: Iterable[MessageRow], raws: Mapping[int, bytes], folders: Mapping[int, frozenset[str]]
) -> list[Understood]:
    """Read each message; an unreadable one is a value too and never stops the rest."""
    return [_understand(house, row, raws[row.id], folders.get(row.id, frozenset())) for row in rows]


def _understand(house: House, row: MessageRow, raw: bytes, folders: frozenset[str]) -> Understood:
    received = moment(row.received)
    try:
        mail = parse(raw)
    except Unreadable as fault:
        silent = MayAnswer(machine=False, because="unreadable")
        reading = Reading(Nature.UNREADABLE, silent, house.settings.organisation.country.lower())
        verdict = Authenticity(Aligned.UNKNOWN, "unreadable")
        return Understood(row, received, None, reading, verdict, problem=str(fault), folders=folders)
    kind, _ = nature(mail, house.noise)
    may = may_answer(mail, house.noise, house.settings.own_addresses)
    if folders and folders <= house.settings.junk_folders:
        may = MayAnswer(machine=False, because="lay in a junk folder")
    return Understood(
        row=row,
        arrived=arrived(received, mail, house.settings.trust.receivers),
        mail=mail,
        reading=_without_ourselves(house, mail, read(mail, house.rules, house.policy.thresholds, kind, may)),
        authenticity=authenticity(mail, house.settings.trust),
        returned=bounce(mail, raw) if kind is Nature.BOUNCE else None,
        folders=folders,
    )


def _without_ourselves(house: House, mail: Mail, reading: Reading) -> Reading:
    """A mail from one of our own addresses is never answered by a machine: loops end here (RFC 3834 section 2)."""
    if mail.sender is None or normalise(mail.sender.address) not in house.settings.own_addresses:
        return reading
    return replace(reading, may_answer=MayAnswer(machine=False, because="it comes from one of our own addresses"))
