"""Changes in the client database as row updates, planned and not yet written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mailbot.clients.alike import words
from mailbot.clients.cells import scalar
from mailbot.clients.prepared import Prepared, anybody
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.clients.wish import Unfit, means, new_value
from mailbot.core.mapping.mapshape import ColumnRule, DataMap, Holding, SetColumns, in_language
from mailbot.core.scalars import same
from mailbot.core.values import Cell, Change, Person, RowUpdate, Scalar
from mailbot.interfaces import RectifyPlan

_STAFF_ALONE = {
    "company": "a change of company: staff decide",
    "site_contact": "another person in charge of a site: staff decide",
    "other": "a correction that names no known field: staff decide",
}


class _Undecided(Exception):
    """A wish that a machine cannot plan; the text is the reason for staff."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """One cell of one row about the person that a wish may concern."""

    holding: Holding
    key: tuple[tuple[str, Scalar], ...]
    column: str
    rule: ColumnRule
    stored: Scalar
    own: bool  # in the person's own table


class Planner:
    """Plans changes on the rows about a person; reads, and writes nothing."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema, country: str) -> None:
        self._map = datamap
        self._builder = builder
        self._schema = schema
        self._country = country
        self._queries: dict[tuple[int, tuple[str, ...]], Prepared] = {}

    def key_of(self, holding: Holding) -> tuple[str, ...]:
        """The key columns of the holding's table; empty if it has none."""
        kind = self._map.person[holding.person]
        if holding.table == kind.table:
            return kind.key
        live = self._schema.table(holding.table)
        return holding.key or (live.key if live else ())

    def set(self, person: Person, operation: str) -> tuple[RowUpdate, ...]:
        """The updates of the change `operation` that the map names, for the rows that are not so yet."""
        found = []
        for holding in self._map.holdings(person.ref.kind):
            change = getattr(holding.change, operation, None)
            if isinstance(change, SetColumns):
                found += [
                    RowUpdate(operation, person.ref, str(holding.table), key, cells)
                    for key, values in self._rows(holding, person, tuple(change.set))
                    if (cells := self._to_set(holding, person, change, values))
                ]
        return tuple(found)

    def _to_set(
        self, holding: Holding, person: Person, change: SetColumns, values: Sequence[Scalar]
    ) -> tuple[Cell, ...]:
        pairs = zip(change.set.items(), values, strict=True)
        return tuple(
            Cell(name, old, new, self._title(holding.columns.get(name), name, person))
            for (name, new), old in pairs
            if not same(old, new)
        )

    def _rows(
        self, holding: Holding, person: Person, columns: Sequence[str]
    ) -> Iterator[tuple[tuple[tuple[str, Scalar], ...], list[Scalar]]]:
        """Key and values of `columns` of each row of `holding` about the person; nothing where it has no key."""
        key = self.key_of(holding)
        if not key:
            return
        names = (*key, *columns)
        types = [self._schema.type_of(holding.table, name) for name in names]
        for row in self._asked(holding, names).ask(dict(person.ref.key)):
            values = [scalar(value, kind) for value, kind in zip(row, types, strict=True)]
            yield tuple(zip(key, values, strict=False)), values[len(key) :]

    def _asked(self, holding: Holding, names: tuple[str, ...]) -> Prepared:
        """The query for these columns, built once: that takes ten times as long as to ask it."""
        wanted = id(holding), names  # the map keeps its holdings
        if wanted not in self._queries:
            query = self._builder.rows(holding, anybody(holding), names)
            self._queries[wanted] = Prepared(self._builder.database, query)
        return self._queries[wanted]

    def _title(self, rule: ColumnRule | None, name: str, person: Person) -> str:
        return in_language(rule.title, person.language or self._map.language) if rule and rule.title else name

    def rectify(self, person: Person, changes: Sequence[Change]) -> RectifyPlan:
        """The updates that carry out `changes`; a wish that cannot be planned leaves the others alone."""
        cells: dict[tuple[str, tuple[tuple[str, Scalar], ...]], dict[str, Cell]] = {}
        undecided: list[str] = []
        staff: list[str] = []
        spots = list(self._spots(person))
        for change in changes:
            if _another_person(person, changes, change):
                undecided.append(f"{change.field}: last and first name both change: another person taking over?")
                continue
            try:
                planned = self._planned(change, spots)
            except (_Undecided, Unfit) as reason:
                undecided.append(f"{change.field}: {reason}")
                continue
            if planned and (change.field == "email" or any(spot.rule.rectify == "staff" for spot, _ in planned)):
                staff.append(f"{change.field}: a human releases this change")
            for spot, new in planned:
                cell = Cell(spot.column, spot.stored, new, self._title(spot.rule, spot.column, person))
                cells.setdefault((str(spot.holding.table), spot.key), {})[spot.column] = cell
        updates = (
            RowUpdate("rectify", person.ref, table, key, tuple(row.values())) for (table, key), row in cells.items()
        )
        return RectifyPlan(tuple(updates), tuple(undecided), tuple(staff))

    def _spots(self, person: Person) -> Iterator[_Spot]:
        """Every cell about the person that the map says what it is."""
        table = self._map.person[person.ref.kind].table
        for holding in self._map.holdings(person.ref.kind):
            rules = [(name, rule) for name, rule in holding.columns.items() if rule.is_]
            for key, values in self._rows(holding, person, [name for name, _ in rules]) if rules else ():
                for (name, rule), stored in zip(rules, values, strict=True):
                    yield _Spot(holding, key, name, rule, stored, holding.table == table)

    def _planned(self, change: Change, spots: Iterable[_Spot]) -> list[tuple[_Spot, str]]:
        """The cells that `change` writes, with their new values; none where all is as wished."""
        if reason := _STAFF_ALONE.get(change.field):
            raise _Undecided(reason)
        about = [spot for spot in spots if spot.rule.is_ == change.field]
        allowed = [spot for spot in about if spot.rule.rectify]
        if not allowed:
            raise _Undecided("the data map does not let it be rectified" if about else "not in the data map")
        if not change.new or not change.new.strip():
            raise _Undecided("the mail gives no new value")
        wanted = [(spot, self._new(change, change.new, spot)) for spot in self._meant(change, change.new, allowed)]
        return [(spot, new) for spot, new in wanted if spot.stored != new]

    def _new(self, change: Change, new: str, spot: _Spot) -> str:
        live = self._schema.table(spot.holding.table)
        column = live.columns.get(spot.column) if live else None
        stored = "" if spot.stored is None else str(spot.stored)
        return new_value(change.field, new, stored, column.length if column else None, self._country)

    def _meant(self, change: Change, new: str, spots: Sequence[_Spot]) -> Sequence[_Spot]:
        """The cells that the wish speaks of: those that hold the old value, given or alone on file."""

        def holds(value: str, spot: _Spot) -> bool:
            return means(change.field, value, spot.stored, self._country)

        if change.old:
            meant = [spot for spot in spots if holds(change.old, spot)]
            if not meant and not any(holds(new, spot) for spot in spots):
                raise _Undecided("the old value that the mail gives is not on file")
            return meant
        own = [spot for spot in spots if spot.own] or list(spots)
        filled = [spot for spot in own if spot.stored not in {None, ""}]
        if not filled:
            return own[:1]
        if any(holds(new, spot) for spot in filled) and len(filled) > 1:
            return []
        if any(not holds(str(filled[0].stored), spot) and spot.stored != filled[0].stored for spot in filled[1:]):
            raise _Undecided("several values are on file and the mail does not say which one is meant")
        return [spot for spot in spots if spot.stored == filled[0].stored or holds(str(filled[0].stored), spot)]


def _another_person(person: Person, changes: Sequence[Change], change: Change) -> bool:
    """Whether `change` is part of a whole new name; last and first name merely swapped are the same person."""
    if change.field not in {"last_name", "first_name"}:
        return False
    new = {one.field: words(one.new) for one in changes if one.new}
    last, first = words(person.last_name), words(person.first_name)
    if not {"last_name", "first_name"} <= new.keys() or not (last and first):
        return False
    both = new["last_name"] != last and new["first_name"] != first
    return both and (new["last_name"] | new["first_name"]) != last | first
