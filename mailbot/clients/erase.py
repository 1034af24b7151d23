"""Erasure planned on the live database: facts read, references followed, the decision left to the core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from mailbot.clients.cells import scalar
from mailbot.clients.changes import Planner
from mailbot.clients.held import CHUNK, Key, Reader, Unwritable, direct
from mailbot.clients.query import Builder
from mailbot.clients.references import Reference, References
from mailbot.clients.schema import Schema
from mailbot.core.erasing.decide import Decided, decide, decide_overdue
from mailbot.core.erasing.facts import Edge, ErasePlan, ForeignKey, Held, RowId
from mailbot.core.erasing.plan import plan
from mailbot.core.mapping.condition import TableName
from mailbot.core.mapping.mapshape import DataMap, Holding
from mailbot.core.values import PersonRef

Decision = Callable[[Sequence[Held], date], Decided]


class Eraser:
    """Plans what erasing a person, or what is past its time about him, would do; reads, and writes nothing."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema, planner: Planner) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._planner = planner
        named = [kind.table for kind in datamap.person.values()]
        named += [table for one in datamap.holding for table in (one.table, *one.join)]
        self.references = References(builder.database, schema, named)
        self._reader = Reader(datamap, builder, schema, self.references, planner)

    def erase(self, ref: PersonRef, today: date, language: str, only: Collection[str] | None = None) -> ErasePlan:
        """The plan of an erasure ask, or of the holdings titled `only` alone. Raises the database's errors."""
        return self._plan(ref, today, language, decide, "erase" if only is None else "directive", only)

    def overdue(self, ref: PersonRef, today: date, language: str) -> ErasePlan:
        """The plan for what is past its time. Raises the database's errors."""
        return self._plan(ref, today, language, decide_overdue, "retention")

    def _plan(
        self,
        ref: PersonRef,
        today: date,
        language: str,
        decision: Decision,
        operation: str,
        only: Collection[str] | None = None,
    ) -> ErasePlan:
        held: list[Held] = []
        holdings: list[Holding] = []
        for holding in self._map.holdings(ref.kind):
            try:
                one = self._reader.held(holding, ref, language, today)
                asked = only is None or not set(only).isdisjoint(holding.title.values())
                held.append(one if asked else replace(one, how=None, law=None))
            except Unwritable as fault:
                return ErasePlan(undecided=(str(fault),))
            holdings.append(holding)
        decided = decision(held, today)
        tables = {str(one.table): one.table for one in holdings}
        edges = chain(self._edges(decided, tables, holdings), self._ties(ref, decided, held, holdings))
        keys = [ForeignKey(str(r.child), r.columns, str(r.parent), r.nullable) for r in self.references.all()]
        return plan(decided, held, edges, keys, ref, today, operation)

    def _edges(self, decided: Decided, tables: Mapping[str, TableName], holdings: Sequence[Holding]) -> Iterator[Edge]:
        """Every row that refers to one that would be deleted."""
        by_table: defaultdict[str, list[Key]] = defaultdict(list)
        for table, key in decided.to_delete:
            by_table[table].append(key)
        keys = {one.table: self._planner.key_of(one) for one in holdings}
        for table, rows in by_table.items():
            for reference in self.references.to(tables[table]):
                for child, parent in self._referring(reference, rows, keys):
                    yield Edge(decided.named(child) if child else None, decided.named(parent))

    def _referring(
        self, reference: Reference, rows: Sequence[Key], keys: Mapping[TableName, tuple[str, ...]]
    ) -> Iterator[Edge]:
        parent_key = keys[reference.parent]
        live = self._schema.table(reference.child)
        child_key = keys.get(reference.child) or (live.key if live else ())
        for start in range(0, len(rows), CHUNK):
            parents = self._targets(reference, parent_key, rows[start : start + CHUNK])
            some = self._builder.among(reference.child, reference.columns, list(parents))
            found = self._read(reference.child, (*child_key, *reference.columns), some)
            for values in found:
                child: RowId | None = (str(reference.child), values[: len(child_key)]) if child_key else None
                for parent in parents.get(values[len(child_key) :], ()):
                    yield Edge(child, (str(reference.parent), parent))

    def _targets(self, reference: Reference, key: tuple[str, ...], rows: Sequence[Key]) -> dict[Key, list[Key]]:
        """The rows by the values that others refer to them by."""
        found: defaultdict[Key, list[Key]] = defaultdict(list)
        if reference.targets == key:
            return {row: [row] for row in rows}
        for values in self._read(
            reference.parent, (*key, *reference.targets), self._builder.among(reference.parent, key, rows)
        ):
            if None not in values[len(key) :]:
                found[values[len(key) :]].append(values[: len(key)])
        return found

    def _read(self, table: TableName, names: Sequence[str], where: object) -> Iterator[Key]:
        types = [self._schema.type_of(table, name) for name in names]
        query = self._builder.table(table).select(*self._builder.columns(table, names)).where(where)
        for row in query.bind(self._builder.database).tuples().iterator():
            yield tuple(scalar(value, kind) for value, kind in zip(row, types, strict=True))

    def _ties(
        self, ref: PersonRef, decided: Decided, held: Sequence[Held], holdings: Sequence[Holding]
    ) -> Iterator[Edge]:
        """Rows that name the person by his key refer to his own row, whether the database knows that or not."""
        table = str(self._map.person[ref.kind].table)
        own = [row for row in decided.to_delete if row[0] == table]
        for facts, holding in zip(held, holdings, strict=True):
            if own and facts.table != table and direct(holding):
                named = ((facts.table, row.key) for row in facts.rows)
                yield from (Edge(decided.named(child), mine) for child in named for mine in own)
