"""The append-only, hash-chained record of every step.

An entry is canonical JSON with 16 random bytes; e(n) = SHA-256(entry); h(n) = SHA-256(h(n-1) || e(n)), never keyed, so
that anyone can check it. Each year is a table of its own, dropped whole when its time is over; its last h is the first
one's predecessor in the next year. The database itself refuses UPDATE, DELETE, REPLACE and TRUNCATE.

Entries hold references, states, field names and keyed hashes: never personal data.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailbot.core.moments import iso
from mailbot.store.chain import GENESIS, OPENED, Break, Head, end_fault, entry_of, fault, link, strays, walk
from mailbot.store.database import Handle, Row
from mailbot.store.guards import open_table
from mailbot.store.signing import Signer


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be recorded; `details` hold no personal data."""

    event: str
    reference: str | None = None
    by: str = "mailbot"
    details: Mapping[str, Any] | None = None


class Journal:
    """The record; append() is the last thing a transaction does."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._head = handle.table("journal_head")
        self.logins: dict[str, str] = {}
        """Under which login each staff account acts now: kept with its entries."""
        self.signer: Signer | None = None
        """Who signs the ends of years; without one they stand unsigned, and no year is dropped."""

    @property
    def key(self) -> str | None:
        """The public key of our signatures, in hex; None without a signer."""
        return self.signer.public if self.signer else None

    def append(self, now: datetime, entries: Sequence[Entry]) -> None:
        """Write entries inside the caller's transaction, as its last act: the head row is locked until it commits."""
        if not entries:
            return
        head = self._locked_head()
        n, h = head["n"], head["h"]
        year = max(now.year, head["year"])  # a clock set back opens no old year again
        if year != head["year"]:
            open_table(self._handle, _name(year))
            entries = [Entry(OPENED, details={"after": h, "year": year, **self._signed_end(head)}), *entries]
        rows: list[Row] = []
        for entry in entries:
            n += 1
            text = _canonical(n, now, self._signed(entry))
            e, h = link(h, text)
            columns = {"n": n, "at": iso(now), "event": entry.event, "reference": entry.reference}
            rows.append({**columns, "entry": text, "e": e, "h": h})
        self._handle.insert(_name(year), rows)
        self._handle.update("journal_head", {"one": head["one"]}, {"n": n, "h": h, "year": year})

    def _signed_end(self, head: Row) -> dict[str, Any]:
        """What the first entry of a year says of the end of the year before."""
        if self.signer is None or head["n"] == 0:
            return {}
        year, n, h = head["year"], head["n"], head["h"]
        signature = self.signer.sign(year, n, h)
        return {"end": {"year": year, "n": n, "key": self.signer.public, "signature": signature}}

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
            yield from self._rows(year, after, reference, event)

    def start(self) -> Head:
        """What comes before the first entry still kept: after old years were dropped, their signed end."""
        for year in self._years():
            row = next(self._rows(year), None)
            if row:
                opened = entry_of(row)
                after = opened.get("details", {}).get("after") if opened.get("event") == OPENED else None
                return Head(row["n"] - 1, after if row["n"] > 1 and after else GENESIS)
        return Head(0, GENESIS)

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
        start = self.start()
        if gone := [name for name, head in heads.items() if head.n < start.n]:
            return Break(start.n, f"{gone[0]} lies in a year that was dropped: compare with a later one")
        if why := strays(heads, start):
            return Break(start.n, why)
        end, broken = walk(self.entries(), start, heads, self.key, signed=True)
        if broken:
            return broken
        if cut := [name for name, head in heads.items() if head.n > end.n]:
            return Break(end.n + 1, f"the journal ends before {cut[-1]}")
        return Break(end.n, "entries stand behind its head") if end.n > self.head().n else None

    def drop_years(self, before: datetime) -> list[Entry]:
        """Drop whole years that ended before then, never the current one, inside the caller's transaction.

        The one way in which entries ever go: a year goes only if its chain leads without a break to the end that the
        next one begins with, and that end is signed. What was dropped, or kept and why, as entries to journal.
        """
        current = self._handle.rows(self._head.select())[0]["year"]
        told: list[Entry] = []
        for year, following in itertools.pairwise(self._years()):
            if year >= min(before.year, current):
                break
            end, why = self._end_of(year, following)
            if why:
                return [*told, Entry("journal.kept", details={"year": year, "because": why})]
            self._handle.db.execute_sql(f"DROP TABLE {_name(year)}")
            told.append(Entry("journal.dropped", details={"year": year, "n": end.n, "h": end.h}))
        return told

    def ends(self) -> list[dict[str, Any]]:
        """The signed ends of years (year, n, h, key, signature) that the journal holds, oldest first."""
        opened = [entry_of(row)["details"] for row in self.entries(event=OPENED)]
        return [{**one["end"], "h": one["after"]} for one in opened if "end" in one]

    def _end_of(self, year: int, following: int) -> tuple[Head, str]:
        """Where the chain of a year ends, and why it may not be dropped, or nothing."""
        end, broken = walk(self._rows(year), self.start(), {}, self.key, signed=True)
        if broken:
            return end, f"it breaks at entry {broken.n}: {broken.why}"
        opening = next(self._rows(following), None)
        if opening is None:
            return end, "nothing follows it"
        return end, fault(opening, end) or end_fault(opening, end, self.key, needed=True)

    def _locked_head(self) -> Row:
        lock = " FOR UPDATE" if self._handle.postgres else ""
        return self._handle.query(f"SELECT * FROM journal_head{lock}", [])[0]  # noqa: S608 -- our own words

    def _rows(self, year: int, after: int = 0, reference: str | None = None, event: str | None = None) -> Iterator[Row]:
        last = after
        while rows := self._handle.rows(self._page(year, last, reference, event)):
            yield from rows
            last = rows[-1]["n"]

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
