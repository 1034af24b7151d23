"""The words of mailbot as values: what every room of the house hands to the next.

All values are frozen. A change makes a new value. Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | bytes | date | datetime | None
"""One value of a column of the client database."""


class Kind(StrEnum):
    """The right that an ask exercises (GDPR art. 15-21; loi 78-17 art. 85)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    UNSUBSCRIBE = "unsubscribe"
    DIRECTIVE = "directive"
    ERASURE = "erasure"
    OBJECTION = "objection"
    PORTABILITY = "portability"
    RESTRICTION = "restriction"
    HEIR = "heir"
    AUTHORITY = "authority"


class Nature(StrEnum):
    """Who wrote a message: it decides who may be answered by a machine, never whether an ask is seen."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    ROBOT = "robot"
    UNREADABLE = "unreadable"


class Proof(StrEnum):
    """How sure we are who asks, weakest first."""

    NONE = "none"
    CLAIMED = "claimed"
    AUTHENTICATED = "authenticated"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        """The place in the order none < claimed < authenticated < confirmed < verified, from 0."""
        return list(Proof).index(self)


class Aligned(StrEnum):
    """Whether a trusted receiver saw SPF or DKIM pass for the domain of the one From."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


# --- a mail, parsed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a header: the display name proves nothing."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file, described; its bytes stay in the raw mail and are never opened."""

    part: int  # number of the MIME part in walking order, from 0
    name: str
    media_type: str
    size: int  # decoded bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as far as it could be parsed; every field is total, nothing raises later."""

    sender: Address | None  # the one From; None unless there is exactly one From with exactly one address
    sender_problem: str | None  # why sender is None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    message_id: str | None  # with its angle brackets
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    headers: tuple[tuple[str, str], ...]  # (lower-case name, unfolded raw value), top first, capped
    text: str  # the decoded body as text, quotes included, LF line ends: the `text` of the contract
    hidden: str = ""  # HTML text that a reader would not see
    quoted: tuple[tuple[int, int], ...] = ()  # spans of text that the HTML itself marks as quotation
    attachments: tuple[Attachment, ...] = ()
    oddities: tuple[str, ...] = ()  # what had to be mended to read it
    content_types: tuple[str, ...] = ()  # media type of each part in walking order

    def header(self, name: str) -> tuple[str, ...]:
        """All values of the header `name` (any case), top first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)


# --- where it lay ---


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mail lies on its server: UIDs mean something only inside (folder, uidvalidity)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server gave it; `raw` is None where its size is over the limit (it stays on the server)."""

    place: Place
    received: datetime  # INTERNALDATE, aware, UTC
    size: int  # RFC822.SIZE in bytes
    raw: bytes | None


# --- what was understood ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that decided: `text` equals the slice [start:end) of the subject or text, in code points."""

    text: str
    place: str  # "subject" or "text" (printed as `in`)
    start: int
    end: int
    rule: str  # e.g. "fr/access#what-do-you-hold"


@dataclass(frozen=True, slots=True)
class Ask:
    """One right that a message exercises, as read."""

    kind: Kind
    confidence: float  # 0..1, calibrated
    automatic: bool  # the reading alone is sure enough to act without a human
    scope: str | None = None  # None = all
    when: str = "now"  # now | ISO date or month | after_copy | after_confirmation | as written
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One wish of a rectification, as written in the mail."""

    field: str  # last_name first_name email phone company site_contact address other
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Fields:
    """What the asks need to be carried out."""

    changes: tuple[Change, ...] = ()
    address: str | None = None  # unsubscribe: the other address meant, comma-separated
    action: str | None = None  # directive: define modify revoke
    wishes: tuple[str, ...] | None = None  # directive: of erase keep communicate
    executor: str | None = None
    reply_to: str | None = None  # access: where the answer is wanted instead (never obeyed by machine)
    references: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MayAnswer:
    """Whether a machine may answer this mail (RFC 3834), and what decided."""

    machine: bool
    because: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one message."""

    nature: Nature
    may_answer: MayAnswer
    language: str  # ISO 639-1
    on_behalf: bool = False
    persons: int = 1  # living persons that the asks concern
    asks: tuple[Ask, ...] = ()
    signals: tuple[str, ...] = ()  # of withdrawal reminder consent denial see_attachment
    fields: Fields = field(default_factory=Fields)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds asked, as a set."""
        return frozenset(ask.kind for ask in self.asks)


@dataclass(frozen=True, slots=True)
class Authenticity:
    """The verdict on the sender of a mail, with its evidence."""

    aligned: Aligned
    because: str  # what decided, in words for staff; no personal data
    domain: str | None = None  # the From domain judged
    untold: bool = False  # no receiver that we trust said anything: its signatures may be looked at here


# --- who asks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRef:
    """The key of a person in the client database: the kind of person of the data map and the key columns."""

    kind: str
    key: tuple[tuple[str, Scalar], ...]

    def __str__(self) -> str:
        """As staff type it: `contact:12` (several key columns joined by commas)."""
        return f"{self.kind}:{','.join(str(value) for _, value in self.key)}"


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person found in the client database."""

    ref: PersonRef
    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()  # as stored: replies go to these and to no other address
    phones: tuple[str, ...] = ()
    language: str | None = None
    company: str | None = None
    changed: date | None = None  # when address or phone were last changed, if the data map names the column

    @property
    def name(self) -> str:
        """First and last name as one line, for staff and greetings."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What a mail gives to find its writer by."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One person found, and by what: `by` holds reasons such as "email" or "phone"."""

    person: Person
    by: tuple[str, ...]


# --- what the client database holds on a person -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One exported column of a holding."""

    name: str
    title: str  # in the language asked for
    category: str | None = None
    provided: bool = False  # given by the person (portability, art. 20)
    others: bool = False  # may speak of other persons (art. 15(4)): staff look before release


@dataclass(frozen=True, slots=True)
class HoldingData:
    """What one holding of the data map holds on one person, with the information of art. 15(1)."""

    name: str
    title: str
    purpose: str
    basis: str  # a code of the data map; letters and documents put it into words
    recipients: tuple[str, ...]
    source: str
    retention: str  # in words, in the language asked for
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Scalar, ...]]


@dataclass(frozen=True, slots=True)
class Export:
    """Everything held on one person, as of one moment."""

    person: Person
    language: str
    as_of: datetime
    holdings: tuple[HoldingData, ...]


# --- what would be done -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of one row, before and after."""

    column: str
    old: Scalar
    new: Scalar
    title: str = ""  # the column's label, for staff and the confirmation


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """One row changed in the client database: done if every cell is `new`, to do if all are `old`, else plan again."""

    operation: str  # rectify unsubscribe restrict erase
    person: PersonRef
    table: str
    key: tuple[tuple[str, Scalar], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RowsErase:
    """Rows of one table erased alike: overwritten in the columns of `writes`, or deleted where there is none.

    A row is to do if it is as its digest says, done if it is gone or holds what is written; any other: plan again.
    The old values are bound by digests alone, so that what was erased there does not live on here.
    """

    operation: str  # erase directive (a part of the person's data) retention
    person: PersonRef
    as_of: date  # the day that the plan was made for
    table: str
    key: tuple[str, ...]  # the key columns
    seen: tuple[str, ...]  # the columns that the digests are of
    rows: tuple[tuple[Scalar, ...], ...]  # of each row the key's values and, last, its digest
    writes: tuple[tuple[str, Scalar], ...] = ()  # column and new value
    blind: tuple[tuple[str, Scalar], ...] = ()  # likewise, in columns that are never read
    emptied: tuple[str, ...] = ()  # set to NULL before anything is deleted: references that run in a circle


RowChange: TypeAlias = RowUpdate | RowsErase
"""What changes rows of the client database."""


@dataclass(frozen=True, slots=True)
class Suppress:
    """One address put on our suppression list, kept there as a keyed HMAC and never as itself."""

    address: str
    why: str = "asked"  # asked erased


@dataclass(frozen=True, slots=True)
class Notify:
    """One recipient of data told what was corrected, erased or restricted (GDPR art. 19), once it is done."""

    recipient: str  # by name
    address: str
    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class RegisterDirective:
    """One change of our register of directives (loi 78-17 art. 85)."""

    number: str  # reserved at planning, e.g. D-2026-0007
    action: str  # define modify revoke
    person: PersonRef
    wishes: tuple[str, ...]
    executor: str | None
    text: str  # the wish as given
    replaces: str | None = None  # the number that it modifies or revokes
    scope: tuple[str, ...] = ()  # titles of the holdings that it is about; none: all that we process


Action: TypeAlias = RowChange | Suppress | RegisterDirective | Notify


class Performed(StrEnum):
    """How a change in the client database ended."""

    DONE = "done"
    ALREADY = "already"  # the postcondition held: done before, by us or others
    CHANGED = "changed"  # neither condition held: plan again
    REFUSED = "refused"  # the database refused (constraint, trigger, right): staff


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the changes of one release; `because` has no personal data."""

    performed: Performed
    because: str = ""


# --- who answers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Organisation:
    """The company that answers, as its letters name it."""

    name: str
    address: str  # one line, or several separated by LF
    controller: str  # the controller's name (GDPR art. 4(7))
    contact: str  # the mail address at which a human is reached
    online_space: str = ""  # where clients see and correct their data themselves; empty: none
    country: str = "FR"  # ISO 3166-1 alpha-2: public holidays
    transfers: str | Mapping[str, str] = ""  # outside the EU, by language (GDPR art. 15(2)); "none", or empty: not told
    automated: str | Mapping[str, str] = ""  # decisions and profiles (art. 15(1)(h)), likewise


# --- what is sent -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class File:
    """One file that leaves with a reply."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One reply in words, not yet bytes."""

    recipient: str  # the stored address; never one given in a mail
    language: str
    subject: str
    text: str
    html: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the user can mend: what, where, how."""

    where: str  # file and key, or part: "config.toml [mailbox] port"
    what: str  # says what is wrong and what is allowed

    def __str__(self) -> str:
        """As one line for people."""
        return f"{self.where}: {self.what}"
