"""Tricky mails of one day at one company: what became of each, as its store, its journal and its clients tell it."""

from __future__ import annotations

import contextlib
import email
import json
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from path.company import Company, Row, words
from servers.dovecot import PASSWORD, Dovecot
from servers.postfix import Postfix
from typer.testing import CliRunner

from mailbot.cli import program

PARIS = ZoneInfo("Europe/Paris")
SATURDAY = 5
REMEDIES = ("cnil.fr/fr/plaintes", "recours juridictionnel")
ALARMS = "alarms@astrallys.example"


@dataclass(slots=True)
class Day:
    """The company, and each mail by the name that its test gives it."""

    company: Company
    mails: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def arrives(self, name: str, raw: bytes, *, ago: timedelta = timedelta(), at: datetime | None = None) -> None:
        """A mail that lies in the mailbox, arrived some time `ago`, or `at` a moment."""
        when = at or datetime.now(UTC) - ago
        self.company.mailbox.append(raw, when)
        self.mails[name] = (raw, when)

    def passes(self) -> None:
        """One pass of mailbot; the references of all that became a request."""
        self.company.passes()
        of = "SELECT m.message_id, r.reference FROM request r JOIN message m ON m.id = r.message_id"
        known = {row["message_id"]: row["reference"] for row in self.sql(of)}
        for name, (raw, _) in self.mails.items():
            if (own := _message_id(raw)) in known:
                self.refs[name] = known[own]

    def does(self, *words: str, code: int = 0) -> str:
        """Anna does something at the command line; what it printed."""
        line = ["--config", str(self.company.folder / "config.toml"), *words, "--by", "anna"]
        env = {"MAILBOX_PASSWORD": PASSWORD, "LOGNAME": "anna", "COLUMNS": "200"}
        result = CliRunner().invoke(program(), line, env=env)
        assert result.exit_code == code, (words, result.exit_code, result.stderr, result.exception)
        return result.stdout if code == 0 else result.stderr

    def decides(self, name: str, command: str, *words: str) -> None:
        """Anna does something to the request of this name."""
        self.does(command, self.refs[name], *words)

    def releases(self, name: str, purpose: str) -> None:
        """Anna releases the latest of this purpose; it leaves with the next pass."""
        one = self.release(name, purpose)
        self.does("approve", f"{self.refs[name]}/{one['n']}", "--hash", one["hash"])

    # --- what became of it ---

    def sql(self, statement: str, *values: object) -> list[Row]:
        """What the store says."""
        with contextlib.closing(sqlite3.connect(self.company.folder / "store.db")) as store:
            store.row_factory = sqlite3.Row
            return [dict(row) for row in store.execute(statement, values).fetchall()]

    def request(self, name: str) -> Row:
        """The row of the request."""
        [row] = self.sql("SELECT * FROM request WHERE reference = ?", self.refs[name])
        return row

    def ask_rows(self, name: str) -> list[Row]:
        """The rows of its asks."""
        return self.sql("SELECT * FROM ask WHERE request_id = ?", self.request(name)["id"])

    def asks(self, name: str) -> dict[str, str]:
        """The state of each ask."""
        return {ask["kind"]: ask["status"] for ask in self.ask_rows(name)}

    def release(self, name: str, purpose: str) -> Row:
        """The latest release of the request with this purpose."""
        of = "SELECT * FROM release WHERE request_id = ? AND purpose = ? ORDER BY n DESC"
        return self.sql(of, self.request(name)["id"], purpose)[0]

    def events(self, name: str) -> list[str]:
        """What the journal says of the request."""
        tables = self.sql("SELECT name FROM sqlite_master WHERE name LIKE 'journal_2%' AND type = 'table'")
        rows = [row for table in tables for row in self.sql(f"SELECT * FROM {table['name']} ORDER BY n")]  # noqa: S608
        return [json.loads(row["entry"])["event"] for row in rows if row["reference"] == self.refs[name]]

    def told(self, name: str, client: str) -> list[EmailMessage]:
        """The mails that `client` got on this request, oldest first."""
        return [one for one in self.company.got(client) if self.refs[name] in str(one["Subject"])]

    def runs_on_time(self, name: str, months: int = 1) -> None:
        """The clock of every ask runs from arrival, whatever happened: calendar months, then past days of rest."""
        due = self.mails[name][1].astimezone(PARIS).date() + relativedelta(months=months)
        for ask in self.ask_rows(name):
            assert (ask["due"], ask["legal_end"]) == (due.isoformat(), rolled(due).isoformat()), ask["kind"]

    def became(self, name: str) -> Row:
        """What became of a mail that is no request: its row of the store."""
        [row] = self.sql("SELECT * FROM message WHERE message_id = ?", _message_id(self.mails[name][0]))
        return row


def open_day(folder: Path, sample: Path, office: Path, servers: tuple[Dovecot, Postfix], boxes: Sequence[str]) -> Day:
    """A company in mode live that has its staff; `boxes` of others are emptied."""
    dovecot, postfix = servers
    shutil.copy(sample, folder)
    company = Company(folder, dovecot, postfix, dovecot.fresh(), office)
    company.hires()
    staff: dict[str, Any] = {"alarms_to": [ALARMS], "digest": "none"}
    company.configure(mailbox={"since": "2026-01-01"}, staff=staff)
    for box in (*boxes, ALARMS):
        dovecot.clear(box)
    return Day(company)


def _message_id(raw: bytes) -> str:
    return str(email.message_from_bytes(raw)["Message-ID"])


def rolled(day: date) -> date:
    """The next day on which France works."""
    while day.weekday() >= SATURDAY or day in holidays.country_holidays("FR", years=day.year):
        day += timedelta(days=1)
    return day


def says(letter: EmailMessage, *parts: str) -> bool:
    """Whether a letter says all of it, wherever its lines break."""
    text = plain(letter)
    return all(part in text for part in parts)


def refuses(letter: EmailMessage, *reasons: str) -> bool:
    """Whether a letter names the reasons, where to complain and that there is a judge."""
    return says(letter, *REMEDIES, *reasons)


def plain(letter: EmailMessage) -> str:
    """The words of a letter in one line, with plain blanks."""
    return " ".join(words(letter).split())
