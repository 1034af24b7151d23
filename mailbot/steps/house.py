"""What every step works with: the parts, wired by app.py, and the settings that the path depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailbot.core import deadline
from mailbot.core.letters.staff import StaffWords
from mailbot.core.letters.wording import Wording
from mailbot.core.policy import Policy
from mailbot.core.reading.rules import Rules
from mailbot.core.sender.authenticity import Trust
from mailbot.core.values import Address, Organisation
from mailbot.documents.evidence_words import EvidenceWords
from mailbot.documents.labels import Labels
from mailbot.interfaces import ClientDirectory, Signatures
from mailbot.readers import Readers
from mailbot.store.store import Store


@dataclass(frozen=True, slots=True)
class Watch:
    """Who of our own people hears of what, and when."""

    alarms_to: tuple[str, ...] = ()
    digest_to: tuple[str, ...] = ()
    digest_at: time | None = None  # in the organisation's time zone; None: no digest
    witness: tuple[str, ...] = ()
    alarm_days: tuple[int, ...] = (10, 5, 2, 0)  # before an ask is due
    queue_time: timedelta = timedelta(hours=24)  # that what should leave at once may wait for a human
    away_time: timedelta = timedelta(hours=1)  # that a part may be away before staff are told


@dataclass(frozen=True, slots=True)
class Keep:
    """How long mailbot keeps what is its own."""

    nothing_asked: timedelta = timedelta(days=30)
    raw: timedelta = timedelta(days=366)  # mails and replies, after their request was settled
    requests: timedelta = timedelta(days=5 * 366)
    access_log: timedelta = timedelta(days=366)
    journal: timedelta = timedelta(days=6 * 366)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who received data, by name and mail address; `places` are the kinds of person and tables that it came from."""

    name: str
    address: str
    places: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What config.toml says that steps and actions need."""

    mode: str  # shadow queue live
    organisation: Organisation
    zone: ZoneInfo
    country: str
    sender: Address  # who our mails come from
    trust: Trust
    since: date | None
    plus_addressing: bool
    challenge_days: int
    snapshot_days: int
    undo_delay: timedelta
    file_copies: bool  # whether we put copies into the Sent folder
    sent_folder: str  # where copies of what we sent lie
    proof_folder: str  # where the provider files what it took from us; empty: it does not
    elsewhere: tuple[str, ...]  # titles of the data outside the database
    notify: tuple[Recipient, ...] = ()  # who is told of rectifications, erasures and restrictions (GDPR art. 19)
    restricts: frozenset[str] = frozenset()  # the kinds of person whose records can be frozen
    bounce_days: int = 5  # how long a sent reply may still come back
    held: bool = False  # the store is a restored copy that was not compared yet
    keep: Keep = field(default_factory=Keep)
    person_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind of person -> its key columns
    holdings: Mapping[str, tuple[Mapping[str, str], ...]] = field(
        default_factory=dict
    )  # kind of person -> their titles
    languages: tuple[str, ...] = ("en",)  # of the organisation, its own first
    watch: Watch = field(default_factory=Watch)
    required: frozenset[str] = frozenset()  # of `elsewhere`: no copy leaves before somebody looked
    max_size: int = 40_000_000  # bytes of a mail that we send
    encrypt: bool = False  # copies leave as encrypted files
    kept_years: int = 5  # that the facts of a request are kept


@dataclass(frozen=True, slots=True)
class House:
    """The parts that the steps and actions share."""

    settings: Settings
    store: Store
    clients: ClientDirectory
    policy: Policy
    wording: Wording
    labels: Mapping[str, Labels]  # language -> the words of its documents
    key: bytes
    staff: Mapping[str, StaffWords]  # language -> the words for our own people
    readers: Readers
    evidence: Mapping[str, EvidenceWords]  # language -> the words of evidence packs
    signatures: Signatures | None = None  # None: only what trusted receivers say counts

    @property
    def rules(self) -> Rules:
        """The reading rules, for what is looked at here: loaded on first use."""
        return self.readers.eyes.rules

    @property
    def shadow(self) -> bool:
        """Whether nothing may leave or change outside: in mode shadow, and while a restored store is not compared."""
        return self.settings.mode == "shadow" or self.settings.held

    @property
    def arriving(self) -> str:
        """The mode that mails arrive under; while a restored store is not compared, a human releases everything."""
        return self.stricter("queue") if self.settings.held else self.settings.mode

    @property
    def staff_words(self) -> tuple[str, StaffWords]:
        """The language of the mails to our own people, and its words: the first of the organisation's, else English."""
        language = next((one for one in self.settings.languages if one in self.staff), "en")
        return language, self.staff[language]

    def stricter(self, mode: str) -> str:
        """Of the mode that a mail came under and that of today the stricter: raising it releases nothing old."""
        return min(mode, self.settings.mode, key=("shadow", "queue", "live").index)

    def clock(self, arrived: datetime) -> tuple[date, date]:
        """(due, legal end) of what arrived then (GDPR art. 12(3); Reg. 1182/71)."""
        due = deadline.due(arrived, self.settings.zone)
        return due, deadline.legal_end(due, self.settings.country)

    def local_day(self, at: datetime) -> date:
        """The day where the organisation sits."""
        return at.astimezone(self.settings.zone).date()
