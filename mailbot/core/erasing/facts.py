"""What is known of a person's rows when their erasure is decided, and what is decided, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from dateutil.relativedelta import relativedelta

from mailbot.core.values import RowsErase, Scalar

RowId: TypeAlias = tuple[str, tuple[Scalar, ...]]
"""One row: its table as the data map writes it, and the values of its key."""


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """One column that the data map names, as the map and the live table describe it."""

    name: str
    title: str
    type: str  # as declared, in lower case
    nullable: bool = True
    unique: bool = False  # part of a unique index: no two rows may hold the same
    length: int | None = None  # characters
    erase: str | None = None  # null empty anonymise keep
    is_: str | None = None
    mandatory: bool = False
    secret: bool = False  # never read
    structural: bool = False  # part of a key or a reference


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row about the person; values in the order of the holding's columns that are not secret."""

    key: tuple[Scalar, ...]
    values: tuple[Scalar, ...]
    ends: tuple[Scalar, ...] = ()  # the dates that the retention counts from; none or an empty one: still running
    law_ends: tuple[Scalar, ...] = ()  # the dates that the law counts from
    others: frozenset[str] = frozenset()  # columns that are about other persons too


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one holding of the data map about one person."""

    title: str
    table: str
    key: tuple[str, ...]
    columns: tuple[HeldColumn, ...]
    rows: Sequence[HeldRow]
    how: str | None  # anonymise delete; None: the map names no erasure
    purpose: str
    period: str  # how long it is kept, in words
    span: relativedelta  # how long it is kept
    dated: bool = True  # the retention counts from a date of the database
    law: str | None = None  # that keeps it in spite of an erasure ask
    law_years: int = 0


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference between two tables; `nullable` says whether it may be left empty."""

    child: str
    columns: tuple[str, ...]
    parent: str
    nullable: bool


class Edge(NamedTuple):
    """One row that refers to another; `child` is None for a row that cannot be named: it stays."""

    child: RowId | None
    parent: RowId


@dataclass(frozen=True, slots=True)
class Gone:
    """What goes from one holding: rows deleted, or rows in which nothing points to the person any more."""

    title: str
    how: str  # deleted anonymised
    rows: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of one holding, and why."""

    title: str
    rows: int
    columns: tuple[str, ...]  # titles; none: all of it
    ground: str  # law contract others purpose
    because: str  # the law as cited, or the purpose
    period: str  # how long it is kept, in words
    until: date | None  # its last day; None: not known yet


@dataclass(frozen=True, slots=True)
class ErasePlan:
    """What erasing one person would do. `changes` in the order in which they are done."""

    changes: tuple[RowsErase, ...] = ()
    gone: tuple[Gone, ...] = ()
    kept: tuple[Kept, ...] = ()
    undecided: tuple[str, ...] = ()  # why a machine cannot plan it, for staff; no personal data

    @property
    def whole(self) -> bool:
        """Whether nothing stays."""
        return not self.kept


@dataclass(slots=True)
class Fate:
    """What becomes of one row; filled holding by holding. Rows of one fate share their values: they may be many."""

    row: RowId
    key: tuple[str, ...]
    delete: bool = True
    writes: Mapping[str, Scalar] = field(default_factory=dict)
    blind: Mapping[str, Scalar] = field(default_factory=dict)
    personal_key: bool = False  # what names the row is about the person: it cannot be overwritten
    stays: frozenset[str] = frozenset()  # columns that nothing may change
    holdings: frozenset[int] = frozenset()
    seen: tuple[str, ...] = ()  # the columns that were read
    digest: str = ""  # of their values
    as_wanted: frozenset[str] = frozenset()  # of the columns of `writes` those that hold it already

    def to_write(self) -> dict[str, Scalar]:
        """The columns that are not yet as they are to be."""
        done = self.stays | self.as_wanted
        return {name: value for name, value in self.writes.items() if name not in done}

    def to_write_blind(self) -> dict[str, Scalar]:
        """The columns that are never read and are written."""
        return {name: value for name, value in self.blind.items() if name not in self.stays}


def last_day(ends: tuple[Scalar, ...], span: relativedelta) -> date | None:
    """The last day of `span` counted from the latest of `ends`; None if there is none or any of them is open."""
    days = [end.date() if isinstance(end, datetime) else end for end in ends]
    known = [day for day in days if isinstance(day, date)]
    return max(known) + span if known and len(known) == len(days) else None
