"""The sections of config.toml, with what holds where nothing is written."""

from __future__ import annotations

import os
import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from mailbot.config.forms import (
    OPTIONAL,
    Address,
    Addresses,
    Country,
    Days,
    File,
    Language,
    Port,
    Section,
    Texts,
    Zone,
    loopback,
)


class Mode(StrEnum):
    """How much policy may release: nothing and nobody, a human everything, or policy what it may."""

    SHADOW = "shadow"
    QUEUE = "queue"
    LIVE = "live"


Told = Literal["none"] | dict[str, str]
"""That there is none, or how a letter tells it, by language; empty: no letter speaks of it."""


class Organisation(Section):
    """Who answers: the controller of GDPR art. 4(7)."""

    name: str = ""
    address: str = ""
    controller: str = ""
    contact: Annotated[Address | None, OPTIONAL] = None
    online_space: Annotated[str | None, OPTIONAL] = None
    transfers: Told = Field(default_factory=dict)  # of data outside the EU, told in access letters
    automated: Told = Field(default_factory=dict)  # decisions and profiles by automated means alone, likewise
    country: Country = "FR"
    time_zone: Zone = "Europe/Paris"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("fr", "en")


class PolicySection(Section):
    """How much may happen without a human."""

    mode: Mode = Mode.SHADOW


class TrustSection(Section):
    """Whose word on a sender counts (RFC 8601), and how long a challenge stands."""

    receivers: Texts = ()
    authserv_ids: Texts = ()
    forwarders: Texts = ()  # domains of forwarders whose ARC seal counts (RFC 8617)
    verify: bool = True  # whether signatures are looked at here where no trusted receiver said anything
    resolver: str = ""  # the DNS server for their keys, as address or address:port; empty: the system's
    challenge_days: Annotated[Days, Field(ge=1)] = 14


class KeysSection(Section):
    """The file of our keys, made by `mailbot check --init`."""

    file: File = Field(default="mailbot.keys", validate_default=True)


class Digest(Section):
    """The daily summary: when, in the organisation's time zone, and to whom (nobody named: those of the alarms)."""

    at: time = time(8)
    to: Addresses = ()


def _digest(value: object) -> object:
    """A time, an address or several, "daily", or "none" for no digest."""
    if value in (None, False, "", "none"):  # a list cannot be looked up in a set
        return None
    if value is True or value == "daily":
        return Digest()
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(r"\d\d?:\d\d", value)):
        return {"at": f"{value:0>5}" if isinstance(value, str) else value}
    return {"to": value} if isinstance(value, str | list | tuple) else value


class StaffSection(Section):
    """Who hears of what."""

    alarms_to: Addresses = ()
    digest: Annotated[Digest | None, BeforeValidator(_digest)] = Digest()
    witness: Addresses = ()  # who is mailed the journal's head each day


class Certificate(Section):
    """The console's own certificate and key, as PEM files."""

    cert: File
    key: File


class ConsoleSection(Section):
    """Where staff's browsers reach us."""

    enabled: bool = True  # false: the daemon shows no pages, `mailbot console` alone does
    host: str = "127.0.0.1"
    port: Port = 8025
    tls: Annotated[Certificate | None, BeforeValidator(lambda value: value or None)] = None
    proxy: Texts = ()  # addresses of reverse proxies whose X-Forwarded-* headers count

    @model_validator(mode="after")
    def _passwords_stay_unread(self) -> Self:
        if not loopback(self.host) and self.tls is None and not self.proxy:
            raise ValueError(f"beyond loopback ({self.host}) tls = {{ cert, key }} or a proxy is needed")
        return self


class DeadlinesSection(Section):
    """When mailbot reminds and gives up. The month of GDPR art. 12(3) itself is not a setting."""

    snapshot_days: Annotated[Days, Field(ge=1)] = 7
    bounce_days: Annotated[Days, Field(ge=0)] = 5
    alarms: tuple[Annotated[int, Field(ge=0)], ...] = (10, 5, 2, 0)  # days before an ask is due
    queue_hours: Annotated[int, Field(ge=1)] = 24  # until an acknowledgement or unsubscribe that waits alarms
    away_minutes: Annotated[int, Field(ge=1)] = 60  # until staff are told that a server is away
    undo_minutes: Annotated[int, Field(ge=0)] = 0  # between an approval and its first effect


class RetentionSection(Section):
    """How long what is kept is kept."""

    nothing_asked: Annotated[Days, Field(ge=1)] = 30
    raw: Annotated[Days, Field(ge=1)] = 366  # mails and replies, after their request was settled
    requests: Annotated[Days, Field(ge=1)] = 5 * 366
    access_log: Annotated[Days, Field(ge=1)] = 366
    journal: Annotated[Days, Field(ge=366)] = 6 * 366


class WorkersSection(Section):
    """How much is done at once."""

    connections: Annotated[int, Field(ge=1, le=100)] = 8  # to the SMTP server
    processes: Annotated[int, Field(ge=0, le=256)] = min((os.cpu_count() or 1) - 1, 1)  # that read mails; 0: none
    batch: Annotated[int, Field(ge=1, le=10_000)] = 100  # mails a transaction


class ContentSection(Section):
    """A folder whose rules and templates come before those that are shipped."""

    overlay: File | None = None
