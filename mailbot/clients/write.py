"""Writes planned updates in one transaction: all of them, or none.

A row whose cells are all new was done before; a row whose cells are all old is to do; any other stops everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from peewee import Column, Expression, SqliteDatabase

from mailbot.clients.cells import alike, same, scalar
from mailbot.clients.faults import DATABASE_ERRORS, Fault, fault_of, name_of
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.core.mapping.condition import TableName, parse_table
from mailbot.core.values import Outcome, Performed, RowUpdate, Scalar
from mailbot.failpoint import around


class _State(Enum):
    NEW = auto()
    OLD = auto()
    OTHER = auto()


class _Stop(Exception):
    """Roll everything back; `outcome` is why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.because)
        self.outcome = outcome


class Writer:
    """Carries out updates in one database."""

    def __init__(self, builder: Builder, schema: Schema) -> None:
        self._builder = builder
        self._schema = schema
        self._locks = not isinstance(builder.database, SqliteDatabase)  # SQLite's IMMEDIATE locks the whole file

    def perform(self, updates: Sequence[RowUpdate]) -> Outcome:
        """All `updates` in one transaction. Raises the errors of a database that is away."""
        ordered = sorted(updates, key=lambda update: (update.table, str(update.key)))  # one order: no deadlock
        try:
            with around("clients.commit"), self._builder.database.atomic(), around("clients.write"):
                return self._write_all(ordered)
        except _Stop as stop:
            return stop.outcome
        except DATABASE_ERRORS as error:
            if fault_of(error) in {Fault.AWAY, Fault.LOST}:
                raise
            return Outcome(Performed.REFUSED, f"the client database refused the change ({name_of(error)})")

    def _write_all(self, updates: Sequence[RowUpdate]) -> Outcome:
        to_do = []
        for update in updates:
            row = self._read(update)
            state = self._state(update, row)
            if row is None or state is _State.OTHER:
                raise _Stop(Outcome(Performed.CHANGED, f"changed by others meanwhile: {update.table}"))
            if state is _State.OLD:
                to_do.append((update, row))
        for update, row in to_do:
            self._write(update, row)
        for update, _ in to_do:
            if self._state(update, self._read(update)) is not _State.NEW:
                because = f"the client database wrote something else than the new value in {update.table}"
                raise _Stop(Outcome(Performed.REFUSED, because))
        return Outcome(Performed.DONE if to_do else Performed.ALREADY)

    def _read(self, update: RowUpdate) -> tuple[object, ...] | None:
        """The driver's values of the cells, the row locked; None if the row is gone."""
        table = parse_table(update.table)
        columns = self._builder.columns(table, [cell.column for cell in update.cells])
        query = self._builder.table(table).select(*columns).where(self._builder.by_key(table, update.key))
        if self._locks:
            query = query.for_update()
        rows = list(query.bind(self._builder.database).tuples())
        return tuple(rows[0]) if len(rows) == 1 else None

    def _state(self, update: RowUpdate, row: tuple[object, ...] | None) -> _State:
        if row is None:
            return _State.OTHER
        table = parse_table(update.table)
        now = [
            scalar(value, self._schema.type_of(table, cell.column))
            for value, cell in zip(row, update.cells, strict=True)
        ]
        if _all(same, now, [cell.new for cell in update.cells]):
            return _State.NEW
        if _all(same, now, [cell.old for cell in update.cells]):
            return _State.OLD
        return _State.NEW if _all(alike, now, [cell.new for cell in update.cells]) else _State.OTHER

    def _write(self, update: RowUpdate, row: tuple[object, ...]) -> None:
        table = parse_table(update.table)
        columns = self._builder.columns(table, [cell.column for cell in update.cells])
        values = dict(zip(columns, (cell.new for cell in update.cells), strict=True))
        where = self._builder.by_key(table, update.key)
        for guard in _guards(columns, row):
            where &= guard
        if self._execute(table, values, where) != 1:
            raise _Stop(Outcome(Performed.CHANGED, f"changed by others meanwhile: {update.table}"))

    def _execute(self, table: TableName, values: dict[Column, Scalar], where: Expression) -> int:
        return int(self._builder.table(table).update(values).where(where).bind(self._builder.database).execute())


def _guards(columns: Iterable[Column], row: Iterable[object]) -> Iterable[Expression]:
    """That each column still holds what was read; a float never equals itself for sure."""
    for column, value in zip(columns, row, strict=True):
        if value is None:
            yield column.is_null()
        elif not isinstance(value, float):
            yield column == value


def _all(equal: Callable[[Scalar, Scalar], bool], now: Sequence[Scalar], wanted: Sequence[Scalar]) -> bool:
    return all(equal(one, other) for one, other in zip(now, wanted, strict=True))
