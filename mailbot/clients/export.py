"""Everything held on one person: each holding's rows with the information of GDPR art. 15(1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from mailbot.clients.cells import scalar, typed
from mailbot.clients.paging import Pager
from mailbot.clients.query import Builder
from mailbot.clients.retention import retention_words, worded
from mailbot.clients.schema import LiveTable, Schema
from mailbot.core.mapping.mapshape import DataMap, Holding, in_language
from mailbot.core.packed import packed
from mailbot.core.values import Column, Export, HoldingData, Person, Scalar


class _Told(NamedTuple):
    """What is said of a holding in one language, whoever it is about: HoldingData without name and rows."""

    title: str
    purpose: str
    basis: str
    recipients: tuple[str, ...]
    source: str
    retention: str  # where no date of the person's own is told
    columns: tuple[Column, ...]


class _Known(NamedTuple):
    """What is made once for a holding, as long as its table stays the same."""

    live: LiveTable | None
    pager: Pager
    declared: tuple[str, ...]
    told: dict[str, _Told]  # by language


class Exporter:
    """Reads holdings; never a secret column and never a row about somebody else."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._known: dict[int, _Known] = {}

    def export(self, person: Person, language: str, as_of: datetime) -> Export:
        """The holdings that have rows about `person`, in the order of the map."""
        seen: Counter[str] = Counter()
        found = []
        for number, holding in enumerate(self._map.holding):
            if holding.person != person.ref.kind:
                continue
            known = self._of(number, holding)
            if rows := _rows(known, person):
                seen[holding.table.name] += 1
                again = f"_{seen[holding.table.name]}" if seen[holding.table.name] > 1 else ""
                told = known.told.get(language) or known.told.setdefault(language, self._told(holding, language))
                if ends := self._ends(holding, person, len(rows)):
                    told = told._replace(retention=self._retention(holding, language, ends, as_of.date()))
                found.append(HoldingData(f"{holding.table.name}{again}", *told, rows))
        return Export(person, language, as_of, tuple(found))

    def _of(self, number: int, holding: Holding) -> _Known:
        live = self._schema.table(holding.table)
        known = self._known.get(number)
        if known is None or known.live is not live:
            known = self._known[number] = self._look(holding, live)
        return known

    def _look(self, holding: Holding, live: LiveTable | None) -> _Known:
        shown = [name for name, rule in holding.columns.items() if not rule.secret]
        unique = live.key if live else ()
        order = holding.key or unique or tuple(shown[:1])
        key = unique[0] if len(unique) == 1 and tuple(order) == tuple(unique) else None
        declared = tuple(self._schema.type_of(holding.table, name) for name in shown)
        return _Known(live, Pager(self._builder, holding, shown, order, key), declared, {})

    def _told(self, holding: Holding, language: str) -> _Told:
        return _Told(
            title=in_language(holding.title, language),
            purpose=in_language(holding.purpose, language),
            basis=holding.basis,
            recipients=tuple(in_language(texts, language) for texts in holding.recipients),
            source=in_language(holding.source, language),
            retention=self._retention(holding, language, (), date.min),
            columns=_columns(holding, language),
        )

    def _retention(self, holding: Holding, language: str, ends: Sequence[Scalar], today: date) -> str:
        return retention_words(worded(self._map, holding), language, self._map.language, ends, today)

    def _ends(self, holding: Holding, person: Person, rows: int) -> list[Scalar]:
        """The dates that the retention counts from; none where each of several rows has its own."""
        after = holding.retention.after
        if after is None or (rows > 1 and after.within(holding.table).table == holding.table):
            return []
        kind = self._schema.type_of(after.table or holding.table, after.name)
        found = self._builder.joined(holding, person.ref, after.within(holding.table)).tuples()
        return [scalar(value, kind) for (value,) in found]


def _rows(known: _Known, person: Person) -> Sequence[tuple[Scalar, ...]]:
    """The rows about `person` in the order of their key."""
    return packed(chain.from_iterable(typed(page, known.declared) for page in known.pager.pages(person.ref)))


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
