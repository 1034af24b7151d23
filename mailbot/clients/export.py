"""Everything held on one person: each holding's rows with the information of GDPR art. 15(1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from mailbot.clients.cells import reader, scalar
from mailbot.clients.paging import Pager
from mailbot.clients.query import Builder
from mailbot.clients.retention import retention_words, worded
from mailbot.clients.schema import LiveTable, Schema
from mailbot.core.mapping.mapshape import DataMap, Holding, in_language
from mailbot.core.packed import packed
from mailbot.core.values import Column, Export, HoldingData, Person, Scalar


class _Prepared(NamedTuple):
    """What is made once for a holding, as long as its table stays the same."""

    live: LiveTable | None
    pager: Pager
    readers: tuple[Callable[[object], Scalar], ...]


class Exporter:
    """Reads holdings; never a secret column and never a row about somebody else."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._pagers: dict[int, _Prepared] = {}

    def export(self, person: Person, language: str, as_of: datetime) -> Export:
        """The holdings that have rows about `person`, in the order of the map."""
        seen: Counter[str] = Counter()
        found = []
        for number, holding in enumerate(self._map.holding):
            rows = self._rows(number, holding, person) if holding.person == person.ref.kind else ()
            if rows:
                seen[holding.table.name] += 1
                again = f"_{seen[holding.table.name]}" if seen[holding.table.name] > 1 else ""
                found.append(self._data(holding, f"{holding.table.name}{again}", person, language, as_of, rows))
        return Export(person, language, as_of, tuple(found))

    def _rows(self, number: int, holding: Holding, person: Person) -> Sequence[tuple[Scalar, ...]]:
        """The rows in the order of their key; the key is read beside them, to go on from."""
        live = self._schema.table(holding.table)
        known = self._pagers.get(number)
        if known is None or known.live is not live:
            known = self._pagers[number] = self._prepared(holding, live)
        readers, width = known.readers, len(known.readers)
        rows = known.pager.rows(person.ref)
        return packed(tuple([read(value) for read, value in zip(readers, row[:width], strict=True)]) for row in rows)

    def _prepared(self, holding: Holding, live: LiveTable | None) -> _Prepared:
        shown = [name for name, rule in holding.columns.items() if not rule.secret]
        unique = live.key if live else ()
        order = holding.key or unique or tuple(shown[:1])
        place = len(shown) if len(unique) == 1 and tuple(order) == tuple(unique) else None
        readers = tuple(reader(self._schema.type_of(holding.table, name)) for name in shown)
        return _Prepared(live, Pager(self._builder, holding, [*shown, *unique], order, place), readers)

    def _data(
        self,
        holding: Holding,
        name: str,
        person: Person,
        language: str,
        as_of: datetime,
        rows: Sequence[tuple[Scalar, ...]],
    ) -> HoldingData:
        ends = self._ends(holding, person, len(rows))
        return HoldingData(
            name=name,
            title=in_language(holding.title, language),
            purpose=in_language(holding.purpose, language),
            basis=holding.basis,
            recipients=tuple(in_language(texts, language) for texts in holding.recipients),
            source=in_language(holding.source, language),
            retention=retention_words(worded(self._map, holding), language, self._map.language, ends, as_of.date()),
            columns=_columns(holding, language),
            rows=rows,
        )

    def _ends(self, holding: Holding, person: Person, rows: int) -> list[Scalar]:
        """The dates that the retention counts from; none where each of several rows has its own."""
        after = holding.retention.after
        if after is None or (rows > 1 and after.within(holding.table).table == holding.table):
            return []
        kind = self._schema.type_of(after.table or holding.table, after.name)
        found = self._builder.joined(holding, person.ref, after.within(holding.table)).tuples()
        return [scalar(value, kind) for (value,) in found]


def _columns(holding: Holding, language: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=name,
            title=in_language(rule.title, language) if rule.title else name,
            category=rule.category,
            provided=rule.provided,
            others=rule.others,
        )
        for name, rule in holding.columns.items()
        if not rule.secret
    )
