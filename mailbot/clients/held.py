"""The facts that an erasure is decided by: every row about a person, its dates, whom else it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from mailbot.clients.cells import scalar, typed
from mailbot.clients.changes import Planner
from mailbot.clients.paging import Pager
from mailbot.clients.query import Builder
from mailbot.clients.references import References
from mailbot.clients.retention import retention_words, span, worded
from mailbot.clients.schema import Schema
from mailbot.core.erasing.facts import Held, HeldColumn, HeldRow
from mailbot.core.mapping.condition import ColumnRef, PersonKey
from mailbot.core.mapping.mapshape import DataMap, Holding, in_language
from mailbot.core.packed import packed
from mailbot.core.values import PersonRef, Scalar

Key = tuple[Scalar, ...]
CHUNK = 300
"""Rows asked for by their keys at once."""


class Unwritable(Exception):
    """A holding that cannot be erased from; the text says why, for staff."""


class _Day(NamedTuple):
    """Where the dates of rows are: their column, or by the key of each row."""

    column: str | None
    joined: Mapping[Key, Key]


class Reader:
    """Reads what one person's holdings hold; never a secret column."""

    def __init__(
        self, datamap: DataMap, builder: Builder, schema: Schema, references: References, planner: Planner
    ) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._references = references
        self._planner = planner

    def held(self, holding: Holding, ref: PersonRef, language: str, today: date) -> Held:
        """One holding's rows about the person. Raises Unwritable, and the database's errors."""
        key = self._planner.key_of(holding)
        erase = holding.change.erase
        self._must_be_writable(holding, key)
        columns = self._columns(holding, key, language)
        law = erase.keep if erase else None
        ends: set[Key] = set()
        rows = packed(self._rows(holding, ref, key, [column.name for column in columns if not column.secret], ends))
        spoken = ends.pop() if len(ends) == 1 else ()
        return Held(
            title=in_language(holding.title, language),
            table=str(holding.table),
            key=key,
            columns=columns,
            rows=rows,
            how=erase.then if erase else None,
            purpose=in_language(holding.purpose, language),
            period=retention_words(worded(self._map, holding), language, self._map.language, spoken, today),
            span=span(holding.retention),
            dated=holding.retention.after is not None,
            law=law.law if law else None,
            law_years=law.years if law else 0,
        )

    def _must_be_writable(self, holding: Holding, key: Sequence[str]) -> None:
        live = self._schema.table(holding.table)
        if holding.change.erase is None:
            return
        if not key:
            raise Unwritable(f"table {holding.table} has no primary key: write key = [...] in the data map")
        if live and not live.transactional:
            raise Unwritable(f"table {holding.table} has no transactions (its engine must be InnoDB)")

    def _columns(self, holding: Holding, key: Sequence[str], language: str) -> tuple[HeldColumn, ...]:
        live = self._schema.table(holding.table)
        fixed = {*key, *self._references.of(holding.table), *_linking(holding)}
        fixed -= {name for name, rule in holding.columns.items() if rule.is_} - {*key}
        found = []
        for name, rule in holding.columns.items():
            column = live.columns.get(name) if live else None
            if column is not None:
                title = in_language(rule.title, language) if rule.title else name
                told = (title, column.type, column.nullable, column.unique, column.length)
                found.append(
                    HeldColumn(name, *told, rule.erase, rule.is_, rule.mandatory, rule.secret, structural=name in fixed)
                )
        return tuple(found)

    def _rows(
        self, holding: Holding, ref: PersonRef, key: Sequence[str], columns: Sequence[str], told: set[Key]
    ) -> Iterator[HeldRow]:
        """The rows, a page at a time; two of the different dates that their periods count from are put into `told`."""
        erase = holding.change.erase
        after, law = holding.retention.after, erase.keep.after if erase and erase.keep else None
        days = [self._day(holding, ref, key, one) for one in (after, law)]
        names = (*key, *columns, *(day.column for day in days if day.column))
        behind = len(key) + len(columns)
        for page in self._pages(holding, ref, key, names):
            named = [row[: len(key)] or (number,) for number, row in page]
            others = self.others(holding, ref, key, named) if erase else {}
            for mine, (_, row) in zip(named, page, strict=True):
                own = iter(row[behind:])
                ends, law_ends = (((next(own),) if day.column else day.joined.get(mine, ())) for day in days)
                if ends and len(told) < len(days):
                    told.add(ends)
                yield HeldRow(mine, row[len(key) : behind], ends, law_ends, others.get(mine, frozenset()))

    def _pages(
        self, holding: Holding, ref: PersonRef, key: Sequence[str], names: Sequence[str]
    ) -> Iterator[list[tuple[int, Key]]]:
        """Each row with its number, rows of one page together."""
        types = [self._schema.type_of(holding.table, name) for name in names]
        live = self._schema.table(holding.table)
        unique = key[0] if live and len(key) == 1 and tuple(key) == live.key else None
        count = 0
        for page in Pager(self._builder, holding, names, key or names[:1], unique).pages(ref):
            yield list(enumerate(typed(page, types), count))
            count += len(page)

    def _day(self, holding: Holding, ref: PersonRef, key: Sequence[str], after: ColumnRef | None) -> _Day:
        """Where the dates are that a period counts from: in a column of the rows themselves, or joined to them."""
        if after is None or not key:
            return _Day(None, {})
        column = after.within(holding.table)
        if column.table == holding.table:
            return _Day(column.name, {})
        kinds = [self._schema.type_of(holding.table, name) for name in key]
        kinds.append(self._schema.type_of(column.table or holding.table, column.name))
        found: defaultdict[Key, Key] = defaultdict(tuple)
        for row in self._builder.dated(holding, ref, key, column).tuples().iterator():
            *mine, day = (scalar(value, kind) for value, kind in zip(row, kinds, strict=True))
            found[tuple(mine)] += (day,)
        return _Day(None, found)

    # --- whom else? ---------------------------------------------------------------------------------------------------

    def others(
        self, holding: Holding, ref: PersonRef, key: Sequence[str], rows: Sequence[Key]
    ) -> dict[Key, frozenset[str]]:
        """Of each row the columns that are about other persons too: through this holding, or through another one."""
        found: defaultdict[Key, frozenset[str]] = defaultdict(frozenset)
        for other in self._map.holding:
            mine = other is holding or other.person == holding.person
            if other.table != holding.table or (other is holding and direct(holding)):
                continue
            columns = frozenset(other.columns) & frozenset(holding.columns)
            for row, owner in self._owners(other, key, rows) if columns else ():
                if not (mine and _same_person(owner, ref)):
                    found[row] |= columns
        return found

    def _owners(self, holding: Holding, key: Sequence[str], rows: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        kind = self._map.person[holding.person]
        types = [self._schema.type_of(kind.table, name) for name in kind.key]
        types += [self._schema.type_of(holding.table, name) for name in key]
        for start in range(0, len(rows), CHUNK):
            some = self._builder.among(holding.table, key, rows[start : start + CHUNK])
            for row in self._builder.owners(holding, kind, key).where(some).distinct().tuples():
                values = tuple(scalar(value, kind_) for value, kind_ in zip(row, types, strict=True))
                yield values[len(kind.key) :], values[: len(kind.key)]


def direct(holding: Holding) -> bool:
    """Whether a row of the holding names its one person itself: it is about nobody else through this holding."""
    sides = [one.sides for one in holding.where.equalities if any(isinstance(side, PersonKey) for side in one.sides)]
    return all(any(isinstance(s, ColumnRef) and s.table == holding.table for s in pair) for pair in sides)


def _linking(holding: Holding) -> set[str]:
    """The holding's columns that its conditions compare: they tie rows together and are no data about anybody."""
    conditions = [holding.where, *holding.join.values()]
    return {ref.name for one in conditions for ref in one.columns if ref.table == holding.table}


def _same_person(owner: Key, ref: PersonRef) -> bool:
    return [str(value) for value in owner] == [str(value) for _, value in ref.key]
