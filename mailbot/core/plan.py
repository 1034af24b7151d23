"""What to do, as values: the facts of an arrival, the releases that answer it, in which order rights are told and done.

Two decisions are made of them: the first letter (first.py), and the answers (answer.py). A machine proposes or grants;
only a human refuses (rule 6 of the rules that never bend).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.core.doubt import Doubt
from mailbot.core.identify import Found
from mailbot.core.letters.draft import Section
from mailbot.core.letters.questions import Asked
from mailbot.core.policy import Policy
from mailbot.core.values import (
    Action,
    Aligned,
    Fields,
    Kind,
    Proof,
    Reading,
    RowUpdate,
)

ORDER = (
    Kind.RESTRICTION,
    Kind.UNSUBSCRIBE,
    Kind.ACCESS,
    Kind.PORTABILITY,
    Kind.RECTIFICATION,
    Kind.OBJECTION,
    Kind.ERASURE,
    Kind.DIRECTIVE,
    Kind.HEIR,
    Kind.AUTHORITY,
)
"""The order in which several rights are told and done: frozen first, copied before changed or erased."""

SILENT = frozenset({"first", "undoing", "lift"})
"""The purposes of releases that may act and answer nobody."""

PROPOSABLE = frozenset(
    {
        Kind.ACCESS,
        Kind.PORTABILITY,
        Kind.RECTIFICATION,
        Kind.UNSUBSCRIBE,
        Kind.DIRECTIVE,
        Kind.ERASURE,
        Kind.RESTRICTION,
    }
)
"""The kinds whose whole answer a machine can propose; all others are acknowledged and answered by staff."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One release as decided, not yet words or bytes."""

    purpose: str  # first answer by_hand
    asks: tuple[Kind, ...]  # the asks that it settles
    actions: tuple[Action, ...] = ()
    sections: tuple[Section, ...] = ()  # none: it acts in silence, or staff write the text
    recipient: str | None = None
    named: bool = False  # the recipient is the person on file and may be greeted by name
    by_policy: bool = False
    reason: str = ""  # why a human has to look
    challenge: bool = False
    outcome: str = "granted"  # of its asks: granted partly

    @property
    def silent(self) -> bool:
        """Whether it acts and answers nobody."""
        return self.purpose in SILENT and not self.sections


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a question to the address on file needs."""

    code: str
    expires: date


@dataclass(frozen=True, slots=True)
class Arrival:
    """All facts on one message that the first letter depends on."""

    reading: Reading
    found: Found
    sender: str | None  # the writing address
    aligned: Aligned
    proof: Proof
    mode: str
    worded: bool  # there are texts in the mail's language
    capped: bool  # this correspondent had enough automatic mail for today
    challenge: Challenge
    stops: tuple[RowUpdate, ...] = ()  # what unsubscribing writes in the client database
    also: tuple[str, ...] = ()  # other addresses named in the mail that are on file
    wish: str = ""  # the new text of the mail: what a directive would register
    questions: tuple[Asked, ...] = ()  # of a numbered letter that asks for a copy
    in_force: str | None = None  # the number of the person's directive that holds now
    general: bool = False  # the directive speaks of all data everywhere, which nobody can register yet
    scope: tuple[str, ...] = ()  # the holdings that a directive is about; none: all
    death: tuple[Action, ...] = ()  # what stops mails to the deceased and freezes the record
    prompt: bool = False  # a question that goes now goes without undue delay
    country: str = ""  # whose law holds, ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class First:
    """The first decision on a request."""

    release: Planned | None
    stopped: frozenset[Kind]  # asks that this release settles
    challenged: frozenset[Kind]  # asks that wait for the person's confirmation
    reason: str  # what staff should know of the request
    doubt: Doubt | None = None  # the doubt about the person that the first letter states


def ordered(kinds: Sequence[Kind] | frozenset[Kind]) -> tuple[Kind, ...]:
    """The kinds in the order in which they are told and done."""
    return tuple(kind for kind in ORDER if kind in kinds)


def needed_proof(kind: Kind, fields: Fields, policy: Policy) -> Proof:
    """The proof that this ask needs; a change of the mail address takes over an identity and needs a confirmation."""
    if kind is Kind.RECTIFICATION and any(change.field == "email" for change in fields.changes):
        return Proof.CONFIRMED
    return policy.kind[kind].proof
