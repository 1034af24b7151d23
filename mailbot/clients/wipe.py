"""Rows erased: each to do if it is as its digest says, done if it is gone or overwritten, else changed by others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from peewee import Column, Expression

from mailbot.clients.cells import scalar
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.clients.stop import changed, differs
from mailbot.core.mapping.condition import parse_table
from mailbot.core.scalars import alike, digest
from mailbot.core.values import RowsErase, Scalar

_CHUNK = 300  # rows a statement
Key = tuple[Scalar, ...]


class Wiping:
    """A RowsErase under way."""

    def __init__(self, builder: Builder, schema: Schema, change: RowsErase, *, locks: bool) -> None:
        self._builder = builder
        self._schema = schema
        self._change = change
        self._locks = locks
        self._table = parse_table(change.table)
        self._to_do: list[Key] = []  # of the change's rows: they may be many

    def look(self) -> bool:
        """Read the rows, locked; whether any is to be erased. Raises Stop."""
        change = self._change
        names = tuple(dict.fromkeys((*change.seen, *(name for name, _ in change.writes))))
        for chunk in _chunks(change.rows):
            planned = {row[:-1]: row for row in chunk}
            for key, values in self._read(names, list(planned), lock=True):
                seen = dict(zip(names, values, strict=True))
                if self._done(seen):
                    continue
                if digest([seen[name] for name in change.seen]) != planned[key][-1]:
                    raise changed(change.table)
                self._to_do.append(planned[key])
        return bool(self._to_do)

    def _done(self, seen: Mapping[str, Scalar]) -> bool:
        writes = self._change.writes
        return bool(writes) and all(alike(seen[name], value) for name, value in writes)

    def loosen(self) -> None:
        """Empty the references among what is to be deleted."""
        if self._change.emptied:
            self._update(dict.fromkeys(self._change.emptied))

    def write(self) -> None:
        """Overwrite or delete. Raises Stop if rows vanish meanwhile."""
        change = self._change
        if change.writes:
            self._update({**dict(change.writes), **dict(change.blind)})
            return
        for chunk in _chunks(self._to_do):
            query = self._builder.table(self._table).delete().where(self._among(_keys(chunk)))
            query.bind(self._builder.database).execute()

    def verify(self) -> None:
        """Read again: the rows are gone, or hold what was written. Raises Stop."""
        names = tuple(name for name, _ in self._change.writes)
        found = 0
        for chunk in _chunks(self._to_do):
            for _, values in self._read(names, _keys(chunk)):
                found += 1
                if not self._done(dict(zip(names, values, strict=True))):
                    raise differs(self._change.table)
        if names and found != len(self._to_do):
            raise differs(self._change.table)

    def _update(self, new: Mapping[str, Scalar]) -> None:
        columns = self._builder.columns(self._table, new)
        values: dict[Column, Scalar] = dict(zip(columns, new.values(), strict=True))
        for chunk in _chunks(self._to_do):
            query = self._builder.table(self._table).update(values).where(self._among(_keys(chunk)))
            query.bind(self._builder.database).execute()

    def _among(self, keys: Sequence[Key]) -> Expression:
        return self._builder.among(self._table, self._change.key, keys)

    def _read(
        self, names: Sequence[str], keys: Sequence[Key], *, lock: bool = False
    ) -> Iterator[tuple[Key, tuple[Scalar, ...]]]:
        """Key and values of the rows that are there."""
        wanted = (*self._change.key, *names)
        types = [self._schema.type_of(self._table, name) for name in wanted]
        query = self._builder.table(self._table).select(*self._builder.columns(self._table, wanted))
        query = query.where(self._among(keys)).bind(self._builder.database)
        for row in (query.for_update() if lock and self._locks else query).tuples():
            values = tuple(scalar(value, kind) for value, kind in zip(row, types, strict=True))
            yield values[: len(self._change.key)], values[len(self._change.key) :]


def _chunks(rows: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _keys(rows: Sequence[Key]) -> list[Key]:
    """Of rows as they were planned their keys, without the digest behind."""
    return [row[:-1] for row in rows]
