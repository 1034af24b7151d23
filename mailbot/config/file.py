"""config.toml: found, read, checked. All problems are told at once, each with file, key and what is allowed."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from mailbot.config.forms import Section
from mailbot.config.login import NoSecret
from mailbot.config.sections import (
    ConsoleSection,
    ContentSection,
    DeadlinesSection,
    KeysSection,
    Organisation,
    PolicySection,
    RetentionSection,
    StaffSection,
    TrustSection,
    WorkersSection,
)
from mailbot.config.servers import ClientsSection, Database, MailboxSection, MailServer, OutgoingSection, StoreSection
from mailbot.core.deadline import working_day
from mailbot.core.values import Problem

SYSTEM = Path("/etc/mailbot/config.toml")


class ConfigError(Exception):
    """config.toml cannot be used.

    `problems` has one line for each thing in it to mend, `besides` what its sound sections lack to run.
    """

    def __init__(self, *problems: Problem, besides: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.besides = besides


class Config(Section):
    """All of config.toml; every section and key that is left out has its default."""

    organisation: Organisation
    mailbox: MailboxSection
    outgoing: OutgoingSection
    store: StoreSection
    clients: ClientsSection
    policy: PolicySection
    trust: TrustSection
    keys: KeysSection
    staff: StaffSection
    console: ConsoleSection
    deadlines: DeadlinesSection
    retention: RetentionSection
    workers: WorkersSection
    content: ContentSection

    _name: str = PrivateAttr("config.toml")

    @classmethod
    def parse(cls, data: Mapping[str, Any], folder: Path, name: str = "config.toml") -> Self:
        """The configuration that `data` (as TOML gives it) holds; relative paths count from `folder`.

        Raises ConfigError with all problems, in which the file is called `name`.
        """
        whole = {section: {} for section in cls.model_fields} | dict(data)
        try:
            config = cls.model_validate(whole, context={"folder": folder})
        except ValidationError as error:
            unsound = {str(details["loc"][0]) for details in error.errors()}
            sound = cls.parse({key: value for key, value in data.items() if key not in unsound}, folder, name)
            besides = (lack for section, lack in sound._missing() if section not in unsound)  # noqa: SLF001  # our own
            raise ConfigError(*_problems(error, name), besides=tuple(besides)) from None
        config._name = name  # noqa: SLF001  # our own
        return config._completed()  # noqa: SLF001  # our own

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.organisation.time_zone)

    @property
    def name(self) -> str:
        """What messages call the file, as it was given."""
        return self._name

    def lacks(self) -> tuple[Problem, ...]:
        """What `run` needs and no default can give: servers, logins, secrets, files that are named and not there."""
        return tuple(lack for _, lack in self._missing())

    def _missing(self) -> Iterator[tuple[str, Problem]]:
        for section, key, what in self._lacking():
            yield section, Problem(f"{self._name} [{section}] {key}", what)

    def _lacking(self) -> Iterator[tuple[str, str, str]]:
        maildir = self.mailbox.host.startswith("maildir:")  # files on this machine: nobody to log in to
        if not self.mailbox.user and not maildir:
            yield "mailbox", "user", "missing: the login name of the mailbox"
        for section, server in (("mailbox", self.mailbox), ("outgoing", self.outgoing)):
            if not server.host:
                yield section, "host", f"missing: the {'IMAP' if section == 'mailbox' else 'SMTP'} server's name"
            needless = maildir if server is self.mailbox else not maildir and _same_login(self.outgoing, self.mailbox)
            if server.user and not needless:
                yield from ((section, key, what) for key, what in _login_lacks(server))
        yield from _unknown_holidays(self.organisation.country)
        if self.outgoing.sender is None:
            yield "outgoing", "from", "missing: the address that replies come from"
        if self.clients.url is None:
            yield "clients", "url", "missing: the client database, such as postgresql://user@host/name"
        for section, database in (("store", self.store), ("clients", self.clients)):
            yield from ((section, key, what) for key, what in _database_lacks(database))
        for section, key, path in self._files():
            if path is not None and not path.exists():
                yield section, key, f"{path} does not exist"

    def _files(self) -> Iterator[tuple[str, str, Path | None]]:
        yield "mailbox", "ca_file", self.mailbox.ca_file
        yield "outgoing", "ca_file", self.outgoing.ca_file
        yield "clients", "map", self.clients.map
        yield "content", "overlay", self.content.overlay
        if self.console.tls is not None:
            yield "console", "tls.cert", self.console.tls.cert
            yield "console", "tls.key", self.console.tls.key

    def _completed(self) -> Self:
        """What one section says and another may take over: the sender, the contact, a name, a shared login."""
        user, contact = self.mailbox.user, self.organisation.contact
        sender = self.outgoing.sender or (user if "@" in user else contact)
        contact = contact or sender
        name = self.organisation.name or (contact or "").rpartition("@")[2]
        outgoing: dict[str, object] = {"sender": sender}
        if self.outgoing.user == user and not _has_login(self.outgoing):
            outgoing |= {key: getattr(self.mailbox, key) for key in ("password_env", "password_file", "oauth2")}
        return self.model_copy(
            update={
                "organisation": self.organisation.model_copy(update={"name": name, "contact": contact}),
                "outgoing": self.outgoing.model_copy(update=outgoing),
            }
        )


def find_config(explicit: Path | None = None, system: Path = SYSTEM) -> Path:
    """The file to read: `explicit`, else ./config.toml, $MAILBOT_CONFIG, the system's.

    Raises ConfigError if there is none; what was named by hand is taken as it is.
    """
    if explicit is not None:
        return explicit
    if (here := Path("config.toml")).is_file():
        return here
    if named := os.environ.get("MAILBOT_CONFIG"):
        return Path(named)
    if system.is_file():
        return system
    raise ConfigError(
        Problem("config.toml", f"not here, not in $MAILBOT_CONFIG, not {system}: write one or give --config")
    )


def load(path: Path) -> Config:
    """The configuration in `path`; raises ConfigError with all that is wrong in it."""
    return Config.parse(read_toml(path), path.absolute().parent, str(path))


def check(path: Path) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration, if it can be used at all, and every problem: of the file, then of what `run` needs."""
    try:
        config = load(path)
    except ConfigError as error:
        return None, (*error.problems, *error.besides)
    return config, config.lacks()


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises ConfigError with the line that is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError as error:
        raise ConfigError(Problem(str(path), f"is not UTF-8 (byte {error.start}): save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(Problem(str(path), f"is not TOML: {error}")) from None


def _unknown_holidays(country: str) -> Iterator[tuple[str, str, str]]:
    """The legal clock ends on working days (Regulation 1182/71 art. 3(4)): the country's holidays must be known."""
    try:
        working_day(date(2026, 1, 1), country)
    except ValueError as error:
        yield "organisation", "country", str(error)


def _has_login(server: MailServer) -> bool:
    return any((server.password_env, server.password_file, server.oauth2))


def _same_login(one: MailServer, other: MailServer) -> bool:
    keys = ("user", "password_env", "password_file", "oauth2")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _login_lacks(server: MailServer) -> Iterator[tuple[str, str]]:
    try:
        if server.oauth2 is not None:
            if server.oauth2.refresh_token() is None and server.oauth2.client_secret() is None:
                yield "oauth2", "names no secret: set client_secret_env, client_secret_file or one of refresh_token"
        elif server.secret() is None:
            yield "password_env", "missing: name a password_env, a password_file or oauth2"
    except NoSecret as error:
        yield ("password_env" if server.password_env else "password_file"), str(error)


def _database_lacks(database: Database) -> Iterator[tuple[str, str]]:
    try:
        database.secret()
    except NoSecret as error:
        yield ("password_env" if database.password_env else "password_file"), str(error)


def _problems(error: ValidationError, name: str) -> tuple[Problem, ...]:
    """One line a place, without the value that was written: it may be a secret."""
    found: dict[str, str] = {}
    for details in error.errors(include_url=False, include_input=False):
        section, *keys = (str(part) for part in details["loc"] if isinstance(part, str))
        found.setdefault(" ".join([name, f"[{section}]", ".".join(keys)]).strip(), _what(details))
    return tuple(Problem(where, what) for where, what in found.items())


def _what(details: ErrorDetails) -> str:
    match details["type"]:
        case "extra_forbidden":
            *tables, key = (str(part) for part in details["loc"])
            allowed = _keys(tables)
            near = difflib.get_close_matches(key, allowed, 1)
            return f"unknown{f' (is {near[0]} meant?)' if near else ''}; allowed: {', '.join(allowed)}"
        case "model_type" | "model_attributes_type":
            return f"a table is allowed: {', '.join(_keys([str(part) for part in details['loc']]))}"
        case "missing":
            return "missing"
        case _:
            return details["msg"].removeprefix("Value error, ")


def _keys(tables: list[str]) -> list[str]:
    """The keys that the table at this place knows, as they are written."""
    model: type[BaseModel] = Config
    for table in tables:
        annotation = model.model_fields[table].annotation
        candidates = [annotation, *get_args(annotation)]
        model = next(kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel))
    return [field.alias or key for key, field in model.model_fields.items()]
