"""What is past its time in the whole client database: which persons, and what the data map lets nobody erase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from peewee import SQL, Expression, fn

from mailbot.clients.cells import scalar
from mailbot.clients.changes import Planner
from mailbot.clients.query import Builder
from mailbot.clients.retention import span
from mailbot.clients.schema import Schema
from mailbot.core.erasing.facts import HeldColumn
from mailbot.core.erasing.replace import Keep, Unfit, replacement
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.mapping.mapshape import DataMap, Holding, in_language
from mailbot.core.values import PersonRef
from mailbot.interfaces import Overdue


class Finder:
    """Looks through whole tables, in the database."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema, planner: Planner) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._planner = planner

    def overdue(self, today: date) -> Overdue:
        """All that was to go before `today`, by the map's retention alone: the plan says what a law still keeps."""
        persons: dict[PersonRef, None] = {}
        unnamed: list[tuple[str, int]] = []
        for holding in self._map.holding:
            key = self._planner.key_of(holding)
            if holding.retention.after is None or not key:
                continue
            found = dict.fromkeys(self._past(holding, key, today))
            if holding.change.erase:
                persons |= dict.fromkeys(ref for ref, _ in found)
            elif found:
                unnamed.append((in_language(holding.title, self._map.language), len({row for _, row in found})))
        return Overdue(tuple(persons), tuple(unnamed))

    def _past(
        self, holding: Holding, key: tuple[str, ...], today: date
    ) -> Iterator[tuple[PersonRef, tuple[object, ...]]]:
        """Person and key of each row whose dates all lie far back; one that has none, or an empty one, still runs."""
        kind = self._map.person[holding.person]
        after = (holding.retention.after or ColumnRef(None, "")).within(holding.table)
        day = self._builder.column(after, holding.table)
        wanted = [ref for ref in (after,) if ref.table]
        query = self._builder.owners(holding, kind, key, *wanted)
        if (fresh := self._untouched(holding, key)) is not None:
            query = query.where(fresh)
        names = [(kind.table, name) for name in kind.key] + [(holding.table, name) for name in key]
        columns = [self._builder.column(ColumnRef(None, name), table) for table, name in names]
        cutoff = today - span(holding.retention)
        query = query.select(*columns).group_by(*columns)
        query = query.having((fn.MAX(day) < cutoff) & (fn.COUNT(day) == fn.COUNT(SQL("*"))))
        types = [self._schema.type_of(table, name) for table, name in names]
        for row in query.tuples():
            values = tuple(scalar(value, declared) for value, declared in zip(row, types, strict=True))
            ref = PersonRef(holding.person, tuple(zip(kind.key, values, strict=False)))
            yield ref, values[len(kind.key) :]

    def _untouched(self, holding: Holding, key: tuple[str, ...]) -> Expression | None:
        """That a row is not yet overwritten as erasure would: who was anonymised long ago is not looked at again."""
        if holding.change.erase is None or holding.change.erase.then != "anonymise":
            return None
        live = self._schema.table(holding.table)
        whole: Expression | None = None
        for name, rule in holding.columns.items():
            column = live.columns.get(name) if live else None
            if column is None or column.unique or rule.secret or name in key:
                continue
            facts = HeldColumn(name, name, column.type, column.nullable, False, column.length, rule.erase, rule.is_)  # noqa: FBT003
            try:
                value = replacement(facts, (str(holding.table), ()))
            except (Keep, Unfit):
                continue
            [there] = self._builder.columns(holding.table, [name])
            differs = there.is_null(is_null=False) if value is None else (there.is_null() | (there != value))
            whole = differs if whole is None else whole | differs
        return whole
