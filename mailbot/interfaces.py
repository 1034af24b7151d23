"""The edges as the steps see them: a mail source, a mail sender, a client directory.

Each edge has one contract suite in tests/contract that every implementation passes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from mailbot.core.erasing.facts import ErasePlan
from mailbot.core.values import (
    Change,
    Export,
    Fetched,
    Identifiers,
    Match,
    Outcome,
    Person,
    PersonRef,
    Place,
    Problem,
    RowChange,
    RowUpdate,
)


class Away(Exception):
    """An outside part cannot be reached now; trying again later may help. The text has no personal data."""


class Misconfigured(Exception):
    """An outside part refuses us for a reason that only the operator can mend (password, certificate, rights)."""


# --- mail in ----------------------------------------------------------------------------------------------------------


class MailSource(Protocol):
    """A mailbox that belongs to the company: we read, and take out only what became ours.

    Every method raises Away or Misconfigured; after either the source mends itself on the next call.
    """

    def folders(self) -> Mapping[str, int]:
        """The configured folders that exist, each with its UIDVALIDITY. Connects if need be."""
        ...

    def uids(self, folder: str) -> Sequence[int]:
        """All UIDs now in `folder`, ascending."""
        ...

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        r"""The mails of `uids` in batches inside, without setting \Seen; a UID gone meanwhile is left out."""
        ...

    def mark_done(self, places: Iterable[Place]) -> None:
        """Move to the processed folder (or set the keyword) the mails that became or joined a request. Idempotent."""
        ...

    def file_sent(self, raw: bytes) -> None:
        """Put a copy of a sent mail into the Sent folder."""
        ...

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether `folder` holds a mail with this Message-ID (to settle an uncertain send)."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds` for news (IDLE where offered); True if there may be some.

        A mail that came before or during the wait is never lost.
        """
        ...

    def wake(self) -> None:
        """End a running wait() from another thread."""
        ...

    def close(self) -> None:
        """Log out; never raises."""
        ...


class Signatures(Protocol):
    """The signatures of a mail, verified here: asks the DNS for keys, bounded in time, size and number."""

    def signer(self, raw: bytes, domains: Collection[str]) -> str | None:
        """The domain of `domains` whose DKIM signature (RFC 6376) of the whole mail holds; None if none does. Total."""
        ...

    def sealed(self, raw: bytes) -> bool:
        """Whether the ARC chain of the mail is whole (RFC 8617, section 5.2). Total."""
        ...


# --- mail out ---------------------------------------------------------------------------------------------------------


class Sent(StrEnum):
    """How one try to send ended."""

    SENT = "sent"  # 250 after DATA
    DEFERRED = "deferred"  # 4xx or no connection: try again
    FAILED = "failed"  # 5xx: stop, tell staff
    UNCERTAIN = "uncertain"  # lost after DATA, before its 250


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of one try; `because` is the server's line without addresses."""

    sent: Sent
    because: str = ""
    away: bool = False  # deferred because the server could not be used at all: nothing is said about this mail


class MailSender(Protocol):
    """Hands finished mails to an SMTP server; keeps a small pool of connections."""

    @property
    def connections(self) -> int:
        """How many mails may be under way at once."""
        ...

    async def send(self, sender: str, recipient: str, raw: bytes) -> Delivery:
        """Try once to hand over one mail; never raises for what a server does."""
        ...

    async def check(self) -> list[Problem]:
        """Connect, log in and leave; what is wrong."""
        ...

    async def close(self) -> None:
        """End all connections; never raises."""
        ...


# --- the client database ----------------------------------------------------------------------------------------------


class ClientDirectory(Protocol):
    """The company's client database through the data map.

    Every method but check() raises Away when it cannot be reached.
    """

    def by_email(self, addresses: Sequence[str]) -> Mapping[str, Sequence[Match]]:
        """The persons of each address (compared trimmed, casefolded, IDNA): one query a kind of person."""
        ...

    def find(self, identifiers: Identifiers) -> Sequence[Match]:
        """All persons that match any identifier, with the reasons, best first."""
        ...

    def person(self, ref: PersonRef) -> Person | None:
        """The person of a key, or None if the record is gone."""
        ...

    def those(self, wanted: Callable[[Person], bool]) -> Sequence[Person]:
        """All persons of whom `wanted` holds; looks at everybody, in pages."""
        ...

    def export(self, person: Person, language: str, as_of: datetime) -> Export:
        """Everything about the person and nothing about others; secret columns are never read."""
        ...

    def plan_rectify(self, person: Person, changes: Sequence[Change]) -> RectifyPlan:
        """The row updates that carry out `changes`, and the wishes that a machine cannot plan, with the reason."""
        ...

    def plan_set(self, person: Person, operation: str) -> Sequence[RowUpdate]:
        """The row updates of a `change` named in the map ("unsubscribe", "restrict"); none where the map has none."""
        ...

    def plan_erase(self, ref: PersonRef, today: date, language: str, only: Collection[str] | None = None) -> ErasePlan:
        """What erasing the person would do and what stays, why and until when, told in `language`.

        `only`: titles of holdings in any language; all others stay, and the changes bear the operation "directive".
        """
        ...

    def plan_overdue(self, ref: PersonRef, today: date, language: str) -> ErasePlan:
        """What of the person's data is past its time on `today`, and how it would go."""
        ...

    def overdue(self, today: date) -> Overdue:
        """Who has data that the map's retention ended before `today`; plan_overdue() says what of it goes."""
        ...

    def perform(self, changes: Sequence[RowChange]) -> Outcome:
        """All changes in one transaction: done, already done, changed meanwhile or refused (nothing written)."""
        ...

    def perform_each(self, releases: Sequence[Sequence[RowUpdate]]) -> Sequence[Outcome]:
        """As perform() for each of several releases that update rows only, in few transactions."""
        ...

    def check(self) -> Sequence[Problem]:
        """Whether database and map fit each other: all problems."""
        ...

    def close(self) -> None:
        """End all connections; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class RectifyPlan:
    """What a rectification would write, and what staff must decide instead (with the reason, for staff)."""

    updates: tuple[RowUpdate, ...]
    undecided: tuple[str, ...] = ()
    needs_staff: tuple[str, ...] = ()  # planned, but only a human may release it (mail change, weak match)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Persons with something past its time, and holdings past it that the map does not let erase."""

    persons: tuple[PersonRef, ...]
    unnamed: tuple[tuple[str, int], ...] = ()  # title in the map's language, rows
