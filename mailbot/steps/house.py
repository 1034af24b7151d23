"""What every step works with: the parts, wired by app.py, and the settings that the path depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.core import deadline
from mailbot.core.letters.wording import Wording
from mailbot.core.policy import Policy
from mailbot.core.reading.rules import Rules
from mailbot.core.sender.authenticity import Trust
from mailbot.core.sender.nature import Noise
from mailbot.core.values import Address, Organisation
from mailbot.documents.labels import Labels
from mailbot.interfaces import ClientDirectory
from mailbot.store.store import Store


@dataclass(frozen=True, slots=True)
class Settings:
    """What config.toml says that steps and actions need."""

    mode: str  # shadow queue live
    organisation: Organisation
    zone: ZoneInfo
    country: str
    sender: Address  # who our mails come from
    own_addresses: frozenset[str]  # normalised addresses that are ourselves
    trust: Trust
    since: date | None
    junk_folders: frozenset[str]
    plus_addressing: bool
    challenge_days: int
    snapshot_days: int
    undo_delay: timedelta
    file_copies: bool  # whether we put copies into the Sent folder
    proof_folder: str  # where the provider files what it took from us; empty: it does not
    elsewhere: tuple[str, ...]  # titles of the data outside the database
    recipients: tuple[str, ...]  # who is told of rectifications and erasures (GDPR art. 19)
    person_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind of person -> its key columns


@dataclass(frozen=True, slots=True)
class House:
    """The parts that the steps and actions share."""

    settings: Settings
    store: Store
    clients: ClientDirectory
    policy: Policy
    rules: Rules
    noise: Noise
    wording: Wording
    labels: Mapping[str, Labels]  # language -> the words of its documents
    key: bytes

    @property
    def shadow(self) -> bool:
        """Whether nothing may leave or change outside."""
        return self.settings.mode == "shadow"

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
