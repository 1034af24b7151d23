"""One row with new values: done if every cell is new, to do if all are old, changed by others in any other case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from peewee import Column, Expression

from mailbot.clients.cells import scalar
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.clients.stop import changed, differs
from mailbot.core.mapping.condition import parse_table
from mailbot.core.scalars import alike, same
from mailbot.core.values import RowUpdate, Scalar


class _State(Enum):
    NEW = auto()
    OLD = auto()
    OTHER = auto()


class Updating:
    """A RowUpdate under way."""

    def __init__(self, builder: Builder, schema: Schema, update: RowUpdate, *, locks: bool) -> None:
        self._builder = builder
        self._schema = schema
        self._update = update
        self._locks = locks
        self._table = parse_table(update.table)
        self._row: tuple[object, ...] | None = None

    def look(self) -> bool:
        """Read the row, locked; whether it is to be written. Raises Stop."""
        self._row = self._read()
        state = self._state(self._row)
        if self._row is None or state is _State.OTHER:
            raise changed(self._update.table)
        return state is _State.OLD

    def loosen(self) -> None:
        """Nothing refers to a row that stays."""

    def write(self) -> None:
        """Write the new values over what was read. Raises Stop."""
        columns = self._columns()
        values = dict(zip(columns, (cell.new for cell in self._update.cells), strict=True))
        where = self._builder.by_key(self._table, self._update.key)
        for guard in _guards(columns, self._row or ()):
            where &= guard
        query = self._builder.table(self._table).update(values).where(where).bind(self._builder.database)
        if int(query.execute()) != 1:
            raise changed(self._update.table)

    def verify(self) -> None:
        """Read the row again. Raises Stop."""
        if self._state(self._read()) is not _State.NEW:
            raise differs(self._update.table)

    def _columns(self) -> list[Column]:
        return self._builder.columns(self._table, [cell.column for cell in self._update.cells])

    def _read(self) -> tuple[object, ...] | None:
        """The driver's values of the cells, the row locked; None if the row is gone."""
        where = self._builder.by_key(self._table, self._update.key)
        query = self._builder.table(self._table).select(*self._columns()).where(where)
        if self._locks:
            query = query.for_update()
        rows = list(query.bind(self._builder.database).tuples())
        return tuple(rows[0]) if len(rows) == 1 else None

    def _state(self, row: tuple[object, ...] | None) -> _State:
        if row is None:
            return _State.OTHER
        cells = self._update.cells
        now = [
            scalar(value, self._schema.type_of(self._table, cell.column))
            for value, cell in zip(row, cells, strict=True)
        ]
        if _all(same, now, [cell.new for cell in cells]):
            return _State.NEW
        if _all(same, now, [cell.old for cell in cells]):
            return _State.OLD
        return _State.NEW if _all(alike, now, [cell.new for cell in cells]) else _State.OTHER


def _guards(columns: Iterable[Column], row: Iterable[object]) -> Iterable[Expression]:
    """That each column still holds what was read; a float never equals itself for sure."""
    for column, value in zip(columns, row, strict=True):
        if value is None:
            yield column.is_null()
        elif not isinstance(value, float):
            yield column == value


def _all(equal: Callable[[Scalar, Scalar], bool], now: Sequence[Scalar], wanted: Sequence[Scalar]) -> bool:
    return all(equal(one, other) for one, other in zip(now, wanted, strict=True))
