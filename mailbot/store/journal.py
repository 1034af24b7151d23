"""The append-only, hash-chained record of every step.

An entry is canonical JSON with 16 random bytes; e(n) = SHA-256(entry); h(n) = SHA-256(h(n-1) || e(n)), never keyed, so
that anyone can check it. Each year is a table of its own, dropped whole when its time is over; its last h is the first
one's predecessor in the next year. The database itself refuses UPDATE, DELETE, REPLACE and TRUNCATE.

Entries hold references, states, field names and keyed hashes: never personal data.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailbot.core.moments import iso
from mailbot.store.database import Handle, Row

GENESIS = "0" * 64
_OPENED = "journal.opened"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be recorded; `details` hold no personal data."""

    event: str
    reference: str | None = None
    by: str = "mailbot"
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: number and hash of the last entry."""

    n: int
    h: str

    def __str__(self) -> str:
        """As a witness keeps it: N:HEX."""
        return f"{self.n}:{self.h}"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    n: int
    why: str


class Journal:
    """The record; append() is the last thing a transaction does."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._head = handle.table("journal_head")
        self.logins: dict[str, str] = {}
        """Under which login each staff account acts now: kept with its entries."""

    def append(self, now: datetime, entries: Sequence[Entry]) -> None:
        """Write entries inside the caller's transaction, as its last act: the head row is locked until it commits."""
        if not entries:
            return
        head = self._locked_head()
        n, h = head["n"], head["h"]
        year = max(now.year, head["year"])  # a clock set back opens no old year again
        if year != head["year"]:
            self._open_year(year)
            entries = [Entry(_OPENED, details={"after": h, "year": year}), *entries]
        rows: list[Row] = []
        for entry in entries:
            n += 1
            text = _canonical(n, now, self._signed(entry))
            e, h = link(h, text)
            columns = {"n": n, "at": iso(now), "event": entry.event, "reference": entry.reference}
            rows.append({**columns, "entry": text, "e": e, "h": h})
        self._handle.insert(_name(year), rows)
        self._handle.update("journal_head", {"one": head["one"]}, {"n": n, "h": h, "year": year})

    def _signed(self, entry: Entry) -> Entry:
        """An entry of staff with the login under which the account acted."""
        login = self.logins.get(entry.by)
        return replace(entry, details={**(entry.details or {}), "login": login}) if login else entry

    def head(self) -> Head:
        """The end of the chain now; Head(0, zeros) before the first entry."""
        [row] = self._handle.rows(self._head.select())
        return Head(row["n"], row["h"])

    def entries(self, reference: str | None = None, after: int = 0, event: str | None = None) -> Iterator[Row]:
        """All entries in order (n, at, event, reference, entry, e, h), or those of one request or event; in batches."""
        for year in self._years():
            last = after
            while rows := self._handle.rows(self._page(year, last, reference, event)):
                yield from rows
                last = rows[-1]["n"]

    def start(self) -> Head:
        """What comes before the first entry still kept."""
        return Head(*self._first())

    def between(self, after: int, last: int) -> list[Row]:
        """The entries with a number in (after, last], in order: a page of them."""
        found: list[Row] = []
        for year in self._years():
            table = self._handle.table(_name(year))
            query = table.select().where((table.c.n > after) & (table.c.n <= last)).order_by(table.c.n)
            found += self._handle.rows(query)
        return found

    def verify(self, known: Head | None = None) -> Break | None:
        """The first break of the chain, or None. `known` is a head kept elsewhere: it shows a cut or rewritten end.

        The journal may grow meanwhile: its own head is taken first, and the chain must reach it.
        """
        heads = {"its head": self.head(), **({"the head kept elsewhere": known} if known else {})}
        n, h = self._first()
        if gone := [name for name, head in heads.items() if head.n < n]:
            return Break(n, f"{gone[0]} lies in a year that was dropped: compare with a later one")
        if why := _strays(heads, n, h):
            return Break(n, why)
        for row in self.entries():
            n += 1
            if why := _fault(row, n, h) or _strays(heads, n, row["h"]):
                return Break(n, why)
            h = row["h"]
        if cut := [name for name, head in heads.items() if head.n > n]:
            return Break(n + 1, f"the journal ends before {cut[-1]}")
        return Break(n, "entries stand behind its head") if n > self.head().n else None

    def drop_years(self, before: datetime) -> list[dict[str, Any]]:
        """Drop whole years that ended before then, never the current one; of each year its number and last entry.

        The next year's first entry holds the hash that the dropped one ended with, so the rest still verifies.
        """
        current = self._handle.rows(self._head.select())[0]["year"]
        gone = []
        for year in self._years():
            if year >= min(before.year, current):
                break
            table = self._handle.table(_name(year))
            last = self._handle.one(table.select().order_by(table.c.n.desc()))
            self._handle.db.execute_sql(f"DROP TABLE {_name(year)}")
            gone.append({"year": year, "n": last["n"] if last else 0, "h": last["h"] if last else ""})
        return gone

    def _locked_head(self) -> Row:
        query = self._head.select()
        return self._handle.rows(query.for_update() if self._handle.postgres else query)[0]

    def _page(self, year: int, last: int, reference: str | None, event: str | None) -> Any:  # noqa: ANN401 -- a peewee query
        table = self._handle.table(_name(year))
        wanted = table.c.n > last
        if reference is not None:
            wanted &= table.c.reference == reference
        if event is not None:
            wanted &= table.c.event == event
        return table.select().where(wanted).order_by(table.c.n).limit(1000)

    def _years(self) -> list[int]:
        names = self._handle.db.get_tables()
        return sorted(int(name[8:]) for name in names if name.startswith("journal_") and name[8:].isdigit())

    def _first(self) -> tuple[int, str]:
        """What comes before the first entry still kept: after old years were dropped, their sealed end."""
        for year in self._years():
            table = self._handle.table(_name(year))
            row = self._handle.one(table.select().order_by(table.c.n))
            if row:
                opened = _entry(row)
                after = opened.get("details", {}).get("after") if opened.get("event") == _OPENED else None
                return row["n"] - 1, after if row["n"] > 1 and after else GENESIS
        return 0, GENESIS

    def _open_year(self, year: int) -> None:
        """Make the year's table; its first entry says where the chain comes from."""
        self._handle.db.execute_sql(_TABLE.format(name=_name(year)))
        for statement in _POSTGRES_GUARDS if self._handle.postgres else _SQLITE_GUARDS:
            self._handle.db.execute_sql(statement.format(name=_name(year)))


def link(previous: str, entry: str) -> tuple[str, str]:
    """(e, h) in hex of one entry text after the hash `previous` in hex."""
    e = hashlib.sha256(entry.encode())
    return e.hexdigest(), hashlib.sha256(bytes.fromhex(previous) + e.digest()).hexdigest()


def _name(year: int) -> str:
    return f"journal_{year}"


def _canonical(n: int, now: datetime, entry: Entry) -> str:
    """Sorted keys, no blanks, UTF-8; 16 random bytes, so that an entry's hash tells nothing of its content."""
    value = {
        "n": n,
        "at": iso(now),
        "event": entry.event,
        "ref": entry.reference,
        "by": entry.by,
        "details": dict(entry.details or {}),
        "salt": secrets.token_hex(16),
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _fault(row: Row, n: int, previous: str) -> str:
    """What is wrong with the entry that should have the number `n` and follow the hash `previous`, or nothing."""
    if row["n"] != n:
        return "the entry is missing"
    entry = _entry(row)
    said = [entry.get(key) for key in ("n", "at", "event", "ref")] == [
        row["n"],
        row["at"],
        row["event"],
        row["reference"],
    ]
    return "" if said and link(previous, row["entry"]) == (row["e"], row["h"]) else "the entry was changed"


def _strays(heads: Mapping[str, Head], n: int, h: str) -> str:
    """Which of the heads names another hash for entry `n`, or nothing."""
    return next((f"{name} names another entry" for name, head in heads.items() if head.n == n and head.h != h), "")


def _entry(row: Row) -> dict[str, Any]:
    """The entry as a value; empty if it was changed into something that is none."""
    try:
        value = json.loads(row["entry"])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


_TABLE = """CREATE TABLE {name} (n BIGINT PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, reference TEXT,
 entry TEXT NOT NULL, e TEXT NOT NULL, h TEXT NOT NULL)"""

_SQLITE_GUARDS = (
    "CREATE INDEX {name}_reference ON {name} (reference, n)",
    """CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    # INSERT OR REPLACE deletes without firing the delete trigger unless recursive_triggers is on: refused here
    """CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE n = NEW.n)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_POSTGRES_GUARDS = (
    "CREATE INDEX {name}_reference ON {name} (reference, n)",
    """CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION journal_refuses()",
    "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()",
)
