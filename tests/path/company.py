"""A company that runs mailbot, seen from outside: its servers, its client database, its clients, its command line."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import psycopg
from servers.dovecot import PASSWORD, Dovecot, Mailbox
from servers.postfix import Postfix
from servers.process import HOST

from mailbot.demo.persons import PERSONS, SITE_MANAGER

Row = dict[str, Any]

SQLITE = "sqlite:///store.db"
_MAIL_ON_ITS_WAY = ("maildrop", "incoming", "active", "deferred")  # Postfix's queues
_SENT = re.compile(r"(\d+) sent")


@dataclass(frozen=True, slots=True)
class Ended:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Row]:
        """Its output, where it is one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sent(self) -> int:
        """How many mails `run --once` says to have tried to send."""
        found = _SENT.search(self.err)
        assert found, self.err
        return int(found[1])


@dataclass(slots=True)
class Company:
    """What is its own lies in `folder` and `mailbox`; Postfix, Dovecot and the clients are shared with other tests."""

    folder: Path
    dovecot: Dovecot
    postfix: Postfix
    mailbox: Mailbox
    office: Path | None = None  # the folder of a company on SQLite that has its staff already
    settings: dict[str, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write config.toml; forget what earlier tests sent to the clients."""
        self.settings = {
            "organisation": {
                "name": "Astrallys",
                "address": "171 bis chemin de la Madrague Ville, 13002 Marseille",
                "controller": "M. Frédéric Lorgeux",
                "contact": self.mailbox.user,
            },
            "mailbox": {**_server(self.mailbox.port), "user": self.mailbox.user, "password_env": "MAILBOX_PASSWORD"},
            "outgoing": {**_server(self.postfix.smtp_port), "from": self.mailbox.user, "rate": 100_000},
            "store": {"url": SQLITE},
            "clients": {"url": "sqlite:///clients.db"},
            "policy": {"mode": "live"},
            "staff": {"digest": "none"},  # one more mail a day would make every test count
            "trust": {"authserv_ids": ["mx.astrallys.example"]},
        }
        self.configure()
        for one in PERSONS:
            self.dovecot.clear(one.email.strip())

    def configure(self, **sections: Mapping[str, object]) -> None:
        """Lay `sections` over config.toml and write it."""
        for name, keys in sections.items():
            self.settings[name] = {**self.settings.get(name, {}), **keys}
        lines = []
        for name, keys in self.settings.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())]
        (self.folder / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    # --- the command line ---------------------------------------------------------------------------------------------

    def mailbot(self, *arguments: str, code: int = 0, **environment: str) -> Ended:
        """Run `mailbot --config … arguments` without a terminal; it must end with `code`."""
        ran = subprocess.run(
            self.command(*arguments),
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            timeout=600,
            cwd=self.folder,
            env=self.environment(environment),
        )
        ended = Ended(ran.returncode, ran.stdout, ran.stderr)
        assert ended.code == code, f"mailbot {' '.join(arguments)} ended with {ended.code}\n{ended.out}\n{ended.err}"
        assert "Traceback" not in ended.err, ended.err
        return ended

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "mailbot", "--config", str(self.folder / "config.toml"), *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in {"NOTIFY_SOCKET", "WATCHDOG_USEC"}}
        return {**kept, "MAILBOX_PASSWORD": PASSWORD, "TERM": "dumb", **(more or {})}

    def hires(self) -> None:
        """Give anna a staff account."""
        if self.office is None or self.settings["store"]["url"] != SQLITE:
            self.mailbot("staff", "add", "anna")
            return
        for file in ("store.db", "mailbot.keys"):
            shutil.copy(self.office / file, self.folder)

    def hour_passes(self) -> None:
        """Let what was put off be due: the pause between two tries is a minute and more."""
        with contextlib.closing(sqlite3.connect(self.folder / "store.db")) as store, store:
            store.execute("UPDATE reply SET next_try = '2026-01-01T00:00:00+00:00' WHERE status = 'deferred'")

    def leases_end(self) -> None:
        """Let a dead worker's time be over: on PostgreSQL others wait for it before they take up what it had begun."""
        url = str(self.settings["store"]["url"])
        if url != SQLITE:
            with psycopg.connect(url) as store:
                store.execute("UPDATE reply SET next_try = '2026-01-01T00:00:00+00:00' WHERE status = 'sending'")
                store.execute("UPDATE message SET because = 'begun 2026-01-01' WHERE because LIKE 'begun %'")

    def passes(self, code: int = 0) -> Ended:
        """One `run --once`, and all that it sent is delivered."""
        ended = self.mailbot("run", "--once", code=code)
        assert personal(ended.err) == []
        self.settles()
        return ended

    def queue(self) -> list[Row]:
        """What waits."""
        return self.mailbot("queue", "--json").rows

    def waiting(self, kind: str) -> Row:
        """The one row of the queue that asks for `kind`."""
        rows = self.queue()
        [row] = [row for row in rows if kind in row["asks"]] or [{"none of": rows}]
        assert "ref" in row, row
        return row

    def prepared(self, kind: str, seconds: float = 20) -> Row:
        """As waiting(), once a daemon has prepared the answer."""
        end = time.monotonic() + seconds
        while (row := self.waiting(kind))["hash"] is None:
            assert time.monotonic() < end, row
            time.sleep(0.1)
        return row

    def approve(self, row: Row, by: str = "anna", code: int = 0) -> Ended:
        """Release what the queue showed."""
        return self.mailbot("approve", f"{row['ref']}/{row['release']}", "--hash", row["hash"], "--by", by, code=code)

    @contextlib.contextmanager
    def daemon(self, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """`mailbot run` in the background; killed at the end if it still runs."""
        with (self.folder / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                self.command("run"), stderr=log, text=True, cwd=self.folder, env=self.environment(environment)
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()

    # --- mail ---------------------------------------------------------------------------------------------------------

    def receives(self, *raws: bytes) -> None:
        """Mails that came by SMTP, one after the other, and lie in the mailbox now."""
        for raw in raws:
            self.postfix.deliver(raw, sender="someone@elsewhere.example", to=self.mailbox.user)
            self.settles()

    def settles(self) -> None:
        """Wait until Postfix has delivered all that it took."""
        spool = self.postfix.folder / "spool"
        end = time.monotonic() + 60
        while any(file.is_file() for queue in _MAIL_ON_ITS_WAY for file in (spool / queue).rglob("*")):
            assert time.monotonic() < end, self.postfix.log()[-3000:]
            time.sleep(0.02)

    def got(self, client: str, count: int | None = None) -> list[EmailMessage]:
        """The mails that came to `client`, oldest first; `count` of them, if given."""
        mails = [parsed(raw) for raw in self.dovecot.mailbox(client).mails()]
        assert count in {None, len(mails)}, [mail["Subject"] for mail in mails]
        return mails

    # --- the client database ------------------------------------------------------------------------------------------

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement gives on the client database; written, if it writes."""
        with contextlib.closing(sqlite3.connect(self.folder / "clients.db")) as database, database:
            return database.execute(statement, values).fetchall()

    def phone(self, contact: int) -> str:
        """The phone number of a contact."""
        return str(self.sql("SELECT phone FROM contact WHERE id = ?", contact)[0][0])

    def subscribed(self, contact: int) -> bool:
        """Whether a contact receives the newsletters."""
        return bool(self.sql("SELECT active FROM subscription WHERE contact_id = ?", contact)[0][0])


def _server(port: int) -> dict[str, object]:
    return {"host": HOST, "port": port, "tls": "none"}


def personal(text: str) -> list[str]:
    """The names, addresses and phones of the sample's persons that stand in `text`, each once."""
    known = {part.strip() for one in (*PERSONS, SITE_MANAGER) for part in (one.last_name, one.email, one.phone)}
    return sorted(part for part in known if part and part in text)


def parsed(raw: bytes) -> EmailMessage:
    """A mail as the standard library reads it."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def words(mail: EmailMessage) -> str:
    """The text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files(mail: EmailMessage) -> dict[str, bytes]:
    """The files attached to a mail, by their ending."""
    return {str(part.get_filename()).rpartition(".")[2]: _content(part) for part in mail.iter_attachments()}


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
