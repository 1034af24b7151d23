"""A world to try mailbot in: mail servers, a client database and a mailbox full of sample mails, gone when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from mailbot.config import Config, read_toml
from mailbot.content import SHIPPED
from mailbot.core.address import normalise
from mailbot.core.parse import parse
from mailbot.demo.extra import extra
from mailbot.demo.mails import Sample, samples
from mailbot.demo.persons import PERSONS
from mailbot.demo.servers import HOST, RECEIVER, DemoServers
from mailbot.interfaces import Misconfigured

MAILBOX = "direction@astrallys.com"
PASSWORD = "demo"  # noqa: S105 - of mailboxes that only this machine sees, and only now
"""Everybody's: who wants to play a client logs in to both servers with the client's address and this."""
_EVERY = timedelta(hours=3)  # one sample; the last one came just now


@dataclass(frozen=True, slots=True)
class Got:
    """One mail that a client found in the inbox."""

    recipient: str
    subject: str


class DemoWorld:
    """For the length of a `with` block: `config` is all that mailbot needs to work in this world.

    `folder` (made if need be, empty) keeps the databases; without it they lie in a temporary folder that goes too.
    Raises Misconfigured if the extra `demo` is not installed or the folder is not empty.
    """

    config: Config
    folder: Path
    servers: DemoServers
    samples: tuple[Sample, ...]

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Build it: some 500 persons on file, both servers, the samples in the mailbox."""
        with ExitStack() as stack:
            self.folder = self._given or Path(stack.enter_context(TemporaryDirectory(prefix="mailbot-demo-")))
            _build_clients(self.folder)
            self.samples = samples()
            self.servers = stack.enter_context(DemoServers(dict.fromkeys(self._users(), PASSWORD)))
            self.config = _config(self.folder, self.servers)
            self._deliver(datetime.now(UTC))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End the servers and remove the temporary folder."""
        self._stack.close()

    def _users(self) -> list[str]:
        """The mailbox of the company, and one for everybody who might be written to."""
        clients = {normalise(person.email) for person in PERSONS} | {normalise(one.address) for one in self.samples}
        return [MAILBOX, *sorted(clients)]

    def _deliver(self, now: datetime) -> None:
        """All samples, the oldest first."""
        for place, sample in enumerate(self.samples, start=1):
            at = now - (len(self.samples) - place) * _EVERY
            self.servers.deliver(MAILBOX, sample.render(MAILBOX, RECEIVER, at))

    def got(self) -> list[Got]:
        """What lies in the inboxes of all others."""
        users = [user for user in self._users() if user != MAILBOX]
        return [Got(user, parse(raw).subject) for user in users for raw in self.servers.mails(user)]


def what_clients_got(world: DemoWorld) -> list[Got]:
    """Recipient and subject of each mail that clients got, by recipient."""
    return world.got()


def _build_clients(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Misconfigured(f"{folder} is not empty: name a new folder for the demo")
    with extra():
        from mailbot.demo.database import build  # noqa: PLC0415 - only the demo needs its library
    build(f"sqlite:///{folder / 'clients.db'}")


def _config(folder: Path, servers: DemoServers) -> Config:
    """The shipped configuration with this world's servers, databases and mode laid over it."""
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    plain = {"host": HOST, "tls": "none", "user": MAILBOX, "password_file": "password"}
    since = (datetime.now(UTC) - timedelta(days=30)).date()
    laid: Mapping[str, Mapping[str, Any]] = {
        "mailbox": {**plain, "port": servers.imap_port, "since": since},
        "outgoing": {**plain, "port": servers.smtp_port, "from": MAILBOX, "rate": 6000},
        "store": {"url": "sqlite:///mailbot.db"},
        "clients": {"url": "sqlite:///clients.db"},
        "policy": {"mode": "live"},
        "trust": {"receivers": [RECEIVER], "authserv_ids": [RECEIVER]},
    }
    shipped = read_toml(SHIPPED / "config.toml")
    data = {section: {**shipped.get(section, {}), **laid.get(section, {})} for section in {**shipped, **laid}}
    data["mailbox"].pop("password_env", None)
    return Config.parse(data, folder, "the demo's configuration")
