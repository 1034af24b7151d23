"""Whether the data map and the live database fit: missing names, joins that fail, writes that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailbot.clients.changes import Planner
from mailbot.clients.faults import DATABASE_ERRORS, Fault, fault_of, name_of
from mailbot.clients.persons import columns_of
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.core.mapping.condition import ColumnRef, TableName
from mailbot.core.mapping.mapfit import holding_place, person_refs
from mailbot.core.mapping.mapshape import DataMap, Holding
from mailbot.core.values import PersonRef, Problem


class Fit:
    """Checks one map against one database; reads no row and writes none."""

    def __init__(
        self, datamap: DataMap, builder: Builder, schema: Schema, planner: Planner, *, read_only: bool
    ) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._planner = planner
        self._read_only = read_only

    def problems(self) -> Iterator[Problem]:
        """All that does not fit. Raises the database's errors if it cannot be reached."""
        for name, kind in self._map.person.items():
            refs = [*(ColumnRef(kind.table, column) for column in kind.key), *person_refs(kind)]
            refs += [column for condition in kind.join.values() for column in condition.columns]
            missing = [*self._missing(kind.table, refs)]
            query = self._builder.persons(kind, columns_of(self._map, name).refs)
            for what in missing or self._failing(query):
                yield Problem(f"{self._map.where} [person.{name}]", what)
        for holding in self._map.holding:
            for what in self._holding(holding):
                yield Problem(holding_place(self._map, holding), what)

    def _holding(self, holding: Holding) -> Iterator[str]:
        refs = [ColumnRef(holding.table, name) for name in (*holding.columns, *holding.key, *_written(holding))]
        conditions = [holding.where, *holding.join.values()]
        refs += [column for condition in conditions for column in condition.columns]
        refs += [holding.retention.after.within(holding.table)] if holding.retention.after else []
        missing = list(self._missing(holding.table, refs))
        yield from missing
        if missing:
            return
        nobody = PersonRef(holding.person, tuple((key, None) for key in self._map.person[holding.person].key))
        yield from self._failing(self._builder.rows(holding, nobody, list(holding.columns)[:1]))
        if holding.retention.after:
            yield from self._failing(self._builder.joined(holding, nobody, holding.retention.after))
        if columns := (*_written(holding), *self._erased(holding)):
            yield from self._unwritable(holding, tuple(dict.fromkeys(columns)))
        if holding.change.erase and holding.change.erase.then == "delete" and not self._read_only:
            yield from self._undeletable(holding.table)

    def _missing(self, base: TableName, refs: Iterable[ColumnRef]) -> Iterator[str]:
        """The tables and columns that the database does not have."""
        named = list(dict.fromkeys(ref.within(base) for ref in refs))
        for table in dict.fromkeys([base, *(ref.table for ref in named if ref.table)]):
            live = self._schema.table(table)
            if live is None:
                yield f"the database has no table {table}"
                continue
            for ref in named:
                if ref.table == table and ref.name not in live.columns:
                    yield f"table {table} has no column {ref.name!r}; it has {', '.join(live.columns)}"

    def _failing(self, query: object) -> Iterator[str]:
        """Why the database does not run `query` (types that cannot be compared, a right missing)."""
        try:
            list(query.limit(0).tuples())  # type: ignore[attr-defined]
        except DATABASE_ERRORS as error:
            if fault_of(error) in {Fault.AWAY, Fault.LOST}:
                raise
            yield f"the database does not run the query of this entry ({name_of(error)}): check types, joins and rights"

    def _unwritable(self, holding: Holding, columns: tuple[str, ...]) -> Iterator[str]:
        changes = ", ".join(one for one in ("unsubscribe", "restrict", "erase") if getattr(holding.change, one))
        if self._read_only:
            yield f"{changes or 'rectify'} has no effect: the database is opened for reading only"
            return
        live = self._schema.table(holding.table)
        if not self._planner.key_of(holding):
            yield f"table {holding.table} has no primary key: write key = [...], or no row of it can be changed"
        if live and not live.transactional:
            yield f"table {holding.table} has no transactions (its engine must be InnoDB): nothing may be written to it"
            return
        yield from self._refused(holding.table, columns)

    def _erased(self, holding: Holding) -> tuple[str, ...]:
        """The columns that anonymising overwrites."""
        live = self._schema.table(holding.table)
        if holding.change.erase is None or holding.change.erase.then != "anonymise" or live is None:
            return ()
        key = self._planner.key_of(holding)
        named = [(name, rule) for name, rule in holding.columns.items() if name not in key and rule.erase != "keep"]
        return tuple(name for name, rule in named if rule.is_ or rule.erase or rule.secret)

    def _undeletable(self, table: TableName) -> Iterator[str]:
        """Whether the right to delete is missing: a deletion of no row, rolled back."""
        nothing = self._builder.table(table).delete().where(self._builder.false).bind(self._builder.database)
        if name := self._error_of(nothing):
            yield f"the database lets nothing be deleted from {table} ({name}): grant DELETE"

    def _error_of(self, query: object) -> str | None:
        """Run `query` and roll it back; the kind of error, or None."""
        try:
            with self._builder.database.atomic() as transaction:
                query.execute()  # type: ignore[attr-defined]
                transaction.rollback()
        except DATABASE_ERRORS as error:
            if fault_of(error) in {Fault.AWAY, Fault.LOST}:
                raise
            return name_of(error)
        return None

    def _refused(self, table: TableName, columns: tuple[str, ...]) -> Iterator[str]:
        """Whether the right to write is missing: an update of no row, rolled back."""
        values = {column: column for column in self._builder.columns(table, columns)}
        nothing = self._builder.table(table).update(values).where(self._builder.false).bind(self._builder.database)
        if name := self._error_of(nothing):
            yield f"the database lets nothing be written to {table} ({name}): grant UPDATE ({', '.join(columns)})"


def _written(holding: Holding) -> tuple[str, ...]:
    """The columns that a change or a rectification would write."""
    changes = [holding.change.unsubscribe, holding.change.restrict]
    names = [name for change in changes if change for name in change.set]
    return tuple(dict.fromkeys([*names, *(name for name, rule in holding.columns.items() if rule.rectify)]))
