"""The chain of the journal, as anyone can check it: e(n) = SHA-256(entry n), h(n) = SHA-256(h(n-1) || e(n))."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mailbot.store.database import Row
from mailbot.store.signing import holds

GENESIS = "0" * 64
OPENED = "journal.opened"
"""The first entry of a year: it says what it follows, and bears the signature of the end of the year before."""


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


def link(previous: str, entry: str) -> tuple[str, str]:
    """(e, h) in hex of one entry text after the hash `previous` in hex."""
    e = hashlib.sha256(entry.encode())
    return e.hexdigest(), hashlib.sha256(bytes.fromhex(previous) + e.digest()).hexdigest()


def walk(
    rows: Iterable[Row], start: Head, heads: Mapping[str, Head], key: str | None, *, signed: bool
) -> tuple[Head, Break | None]:
    """Follow the chain from `start` over `rows`: where it ends, and its first break.

    `heads`: by what people call them, heads that it must meet. `key`: our public one, where it is known. `signed`: the
    first of the rows begins a year whose predecessor is gone, so the end of that one must be signed.
    """
    at = start
    for row in rows:
        why = fault(row, at) or end_fault(row, at, key, needed=signed and at == start)
        at = Head(at.n + 1, at.h if why else row["h"])
        if why := why or strays(heads, at):
            return at, Break(at.n, why)
    return at, None


def fault(row: Row, before: Head) -> str:
    """What is wrong with the entry that should follow `before`, or nothing."""
    n = before.n + 1
    if row["n"] != n:
        return "the entry is missing"
    entry = entry_of(row)
    said = [entry.get(key) for key in ("n", "at", "event", "ref")] == [
        row["n"],
        row["at"],
        row["event"],
        row["reference"],
    ]
    return "" if said and link(before.h, row["entry"]) == (row["e"], row["h"]) else "the entry was changed"


def end_fault(row: Row, before: Head, key: str | None, *, needed: bool) -> str:
    """What is wrong with the signature that the first entry of a year bears of the end of the year before, or nothing.

    One written before ends were signed has none: it still stands on its chain as long as that year is there.
    """
    if row["event"] != OPENED or before.n == 0:
        return ""
    end = entry_of(row)["details"].get("end")
    if end is None:
        return "the end of the year before is not signed" if needed else ""
    if key is not None and end["key"] != key:
        return "the end of the year before is signed with another key"
    sound = holds(end["key"], end["signature"], end["year"], before.n, before.h)
    return "" if sound else "the signature of the end of the year before does not hold"


def strays(heads: Mapping[str, Head], at: Head) -> str:
    """Which of the heads names another hash for this entry, or nothing."""
    return next(
        (f"{name} names another entry" for name, head in heads.items() if head.n == at.n and head.h != at.h), ""
    )


def entry_of(row: Row) -> dict[str, Any]:
    """The entry as a value; empty if it was changed into something that is none."""
    try:
        value = json.loads(row["entry"])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
