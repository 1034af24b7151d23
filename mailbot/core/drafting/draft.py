"""The parts of a drafted map, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.core.drafting.columns import Guess
from mailbot.core.mapping.condition import ColumnRef, Condition, TableName


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """One column of a holding; without a guess it is no personal data of its own, but says more of the person."""

    name: str
    guess: Guess | None = None


@dataclass(frozen=True, slots=True)
class DraftPerson:
    """One kind of person."""

    kind: str
    table: TableName
    key: tuple[str, ...]
    find: Mapping[str, tuple[ColumnRef, ...]]
    language: ColumnRef | None = None
    company: ColumnRef | None = None
    changed: ColumnRef | None = None
    join: Mapping[TableName, Condition] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftHolding:
    """One holding."""

    person: str
    table: TableName
    where: Condition
    columns: tuple[DraftColumn, ...]
    join: Mapping[TableName, Condition] = field(default_factory=dict)
    left: tuple[str, ...] = ()  # columns that were left out
    own: bool = False  # the persons' own table
    key: tuple[str, ...] = ()  # where the table has no primary key
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole map to be."""

    persons: tuple[DraftPerson, ...]
    holdings: tuple[DraftHolding, ...]
    remarks: tuple[str, ...] = ()  # what was seen and is in no holding
