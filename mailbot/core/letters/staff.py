"""What mailbot writes to its own people: the words of templates/<lang>/staff.toml, and the alarm as subject and text.

No mail to staff holds a name, an address or a word of a client's mail: it may pass through servers of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mailbot.core.status import RequestState
from mailbot.core.toml import validated
from mailbot.core.triage import FOR_STAFF, MessageState

MARK = "[mailbot]"
"""What the subject of every mail to staff begins with."""


class AlarmKind(StrEnum):
    """What staff must hear of at once. A new one needs its words in every templates/<lang>/staff.toml."""

    AUTHORITY = "authority"  # an authority writes: nothing goes by machine
    IMPOSTOR = "impostor"  # the person on file denies a request made in his name
    DEATH = "death"  # a notice of death
    AWAY = "away"  # mailbox, SMTP or client database away for long
    RETURNED = "returned"  # an answer of ours came back
    ATTACK = "attack"  # `because` says what: many tries, a copied Message-ID, …


def _names(*allowed: str) -> AfterValidator:
    """Text whose gaps are some of `allowed`; raises ValueError for another gap."""

    def known(text: str) -> str:
        gaps = {name for _, name, form, conversion in Formatter().parse(text) if name is not None or form or conversion}
        if gaps - set(allowed):
            raise ValueError(f"allowed in braces: {', '.join(allowed) or 'nothing'}")
        return text

    return AfterValidator(known)


Plain: TypeAlias = Annotated[str, Field(min_length=1), _names()]
About: TypeAlias = Annotated[str, Field(min_length=1), _names("about", "detail")]
Dated: TypeAlias = Annotated[str, Field(min_length=1), _names("day")]
AskLine: TypeAlias = Annotated[str, _names("about", "due", "legal_end", "approve_by", "state")]
TROUBLES = ("restored", "unread", "stale", "away", "overdue", "queue", "reply", "release", "notice")
"""What `mailbot health` and the digest can say, beside dates."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DigestWords(_Part):
    """The words of the daily digest."""

    subject: Annotated[str, _names("day", "overdue", "soon", "troubles")]
    well: Plain
    overdue: Plain
    soon: Plain
    messages: Plain
    troubles: Plain
    forecast: Plain
    ask: AskLine
    late: AskLine
    message: Annotated[str, _names("about", "state", "due")]
    paused: Dated
    pace: Annotated[str, _names("open", "pace", "last", "late")]
    no_pace: Annotated[str, _names("open")]


class WitnessWords(_Part):
    """The words of the daily mail to the witness."""

    subject: Dated
    text: Annotated[str, _names("organisation", "day", "n", "head", "key")]


def _whole(*wanted: str) -> AfterValidator:
    def complete(found: Mapping[str, object]) -> Mapping[str, object]:
        if set(found) != set(wanted):
            raise ValueError(f"exactly these are needed: {', '.join(sorted(wanted))}")
        return found

    return AfterValidator(complete)


_STATES = (*RequestState, *FOR_STAFF, MessageState.JOINED)


class StaffWords(_Part):
    """All words of one language for staff."""

    footer: Plain
    dates: Plain  # a format of strftime
    look: About
    queue: Plain
    alarm: Annotated[Mapping[AlarmKind, tuple[Plain, About]], _whole(*AlarmKind)]  # title for the subject, text
    digest: DigestWords
    state: Annotated[Mapping[str, Plain], _whole(*_STATES)]
    trouble: Annotated[Mapping[str, About], _whole(*TROUBLES)]
    witness: WitnessWords

    def day(self, day: date) -> str:
        """A day as these people write it."""
        return day.strftime(self.dates)


def load_staff_words(text: str, where: str) -> StaffWords:
    """The words in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    return validated(StaffWords, text, where)


def alarm_words(kind: AlarmKind, about: str | None, because: str, words: StaffWords) -> tuple[str, str]:
    """Subject and text of an alarm on a request (`about` its reference) or on nothing in particular (None)."""
    title, told = words.alarm[kind]
    subject = f"{MARK} {title}" + (f": {about}" if about else "")
    detail = because[:1].upper() + because[1:]
    text = told.format(about=about or "", detail=detail).strip()
    look = words.look.format(about=about, detail="") if about else words.queue
    return subject, f"{text}\n\n{look}\n\n{words.footer}\n"


def witness_words(organisation: str, head: str, key: str, day: date, words: StaffWords) -> tuple[str, str]:
    """Subject and text of the mail that hands `head` (as "N:HEX") and our public key (hex) to the witness."""
    shown = words.day(day)
    n = head.partition(":")[0]
    text = words.witness.text.format(organisation=organisation, day=shown, n=n, head=head, key=key).strip()
    return words.witness.subject.format(day=shown), f"{text}\n\n{words.footer}\n"
