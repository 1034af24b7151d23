"""A world to try mailbot in: mail servers, a client database and a mailbox full of sample mails, gone when it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import localtime, make_msgid
from pathlib import Path
from smtplib import SMTP
from tempfile import TemporaryDirectory
from typing import Any, Self

from mailbot.config import Config, load, read_toml
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
CONSOLE_PASSWORD = "demo-demo-demo"  # noqa: S105 - as above
"""Of the accounts that the demo makes for its console."""
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

    config: Config  # also as config.toml in the folder
    folder: Path
    servers: DemoServers
    samples: tuple[Sample, ...]
    clients: tuple[str, ...]  # the addresses of all who have a mailbox here beside the company

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Build it: some 500 persons on file, both servers, the samples in the mailbox."""
        with ExitStack() as stack:
            self.folder = self._given or Path(stack.enter_context(TemporaryDirectory(prefix="mailbot-demo-")))
            _build_clients(self.folder)
            self.samples = samples()
            self.clients = tuple(sorted({normalise(one) for one in _addresses(self.samples)}))
            self.servers = stack.enter_context(DemoServers(dict.fromkeys((MAILBOX, *self.clients), PASSWORD)))
            self.config = _config(self.folder, self.servers)
            self._deliver(datetime.now(UTC))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End the servers and remove the temporary folder."""
        self._stack.close()

    def _deliver(self, now: datetime) -> None:
        """All samples, the oldest first."""
        for place, sample in enumerate(self.samples, start=1):
            at = now - (len(self.samples) - place) * _EVERY
            self.servers.deliver(MAILBOX, sample.render(MAILBOX, RECEIVER, at))

    def answer(self, client: str, text: str) -> None:
        """Answer the last mail in the inbox of `client` (an address), by SMTP. Raises IndexError if there is none."""
        last = message_from_bytes(self.servers.mails(client)[-1], policy=SMTP_POLICY)
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"], mail["To"], mail["Subject"] = client, MAILBOX, f"Re: {last['Subject']}"
        mail["Date"], mail["Message-ID"] = localtime(), make_msgid(domain=client.rpartition("@")[2])
        mail["In-Reply-To"] = mail["References"] = last["Message-ID"]
        mail.set_content(text)
        with SMTP(HOST, self.servers.smtp_port, timeout=10) as smtp:
            smtp.login(client, PASSWORD)
            smtp.send_message(mail)


def what_clients_got(world: DemoWorld) -> list[Got]:
    """Recipient and subject of each mail in the inboxes of all but the company, by recipient."""
    return [Got(one, parse(raw).subject) for one in world.clients for raw in world.servers.mails(one)]


def _addresses(mails: Iterable[Sample]) -> Iterator[str]:
    """Everybody whom an answer may go to."""
    yield from (person.email for person in PERSONS)
    yield from (mail.address for mail in mails)


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
        "console": {"port": _free_port(8025)},
        "trust": {"receivers": [RECEIVER], "authserv_ids": [RECEIVER]},
    }
    shipped = read_toml(SHIPPED / "config.toml")
    data = {section: {**shipped.get(section, {}), **laid.get(section, {})} for section in {**shipped, **laid}}
    data["mailbox"].pop("password_env", None)
    with extra():
        import tomli_w  # noqa: PLC0415 - only the demo needs it
    path = folder / "config.toml"  # so that every other command works on this world too
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    return load(path)


def _free_port(wanted: int) -> int:
    """The port wanted if nobody listens there, else another."""
    for port in (wanted, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    return wanted
