"""The facts that an erasure is decided by: every row about a person, its dates, whom else it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from mailbot.clients.cells import scalar
from mailbot.clients.changes import Planner
from mailbot.clients.query import Builder
from mailbot.clients.references import References
from mailbot.clients.retention import retention_words, span, worded
from mailbot.clients.schema import Schema
from mailbot.core.erasing.facts import Held, HeldColumn, HeldRow
from mailbot.core.mapping.condition import ColumnRef, PersonKey
from mailbot.core.mapping.mapshape import DataMap, Holding, in_language
from mailbot.core.values import PersonRef, Scalar

Key = tuple[Scalar, ...]
CHUNK = 300
"""Rows asked for by their keys at once."""


class Unwritable(Exception):
    """A holding that cannot be erased from; the text says why, for staff."""


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
        rows = self._rows(holding, ref, key, [column.name for column in columns if not column.secret])
        ends = self._dates(holding, ref, key, holding.retention.after) if rows else {}
        law = erase.keep if erase else None
        law_ends = self._dates(holding, ref, key, law.after) if law and rows else {}
        others = self.others(holding, ref, key, list(rows)) if erase and rows else {}
        spoken = [end for mine in ends.values() for end in mine] if len({tuple(e) for e in ends.values()}) == 1 else []
        return Held(
            title=in_language(holding.title, language),
            table=str(holding.table),
            key=key,
            columns=columns,
            rows=tuple(
                HeldRow(row, values, ends.get(row, ()), law_ends.get(row, ()), others.get(row, frozenset()))
                for row, values in rows.items()
            ),
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
        self, holding: Holding, ref: PersonRef, key: Sequence[str], columns: Sequence[str]
    ) -> dict[Key, tuple[Scalar, ...]]:
        """The values of each row, by its key; rows of a table without a key are numbered."""
        names = (*key, *columns)
        types = [self._schema.type_of(holding.table, name) for name in names]
        found: dict[Key, tuple[Scalar, ...]] = {}
        for number, row in enumerate(self._builder.rows(holding, ref, names).tuples()):
            values = tuple(scalar(value, kind) for value, kind in zip(row, types, strict=True))
            found[values[: len(key)] or (number,)] = values[len(key) :]
        return found

    def _dates(
        self, holding: Holding, ref: PersonRef, key: Sequence[str], after: ColumnRef | None
    ) -> dict[Key, tuple[Scalar, ...]]:
        """The dates that a period counts from, row by row."""
        if after is None or not key:
            return {}
        date_column = after.within(holding.table)
        kinds = [self._schema.type_of(holding.table, name) for name in key]
        kinds.append(self._schema.type_of(date_column.table or holding.table, date_column.name))
        found: defaultdict[Key, tuple[Scalar, ...]] = defaultdict(tuple)
        for row in self._builder.dated(holding, ref, key, date_column).tuples():
            *mine, day = (scalar(value, kind) for value, kind in zip(row, kinds, strict=True))
            found[tuple(mine)] += (day,)
        return found

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
