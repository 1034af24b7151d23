"""Persons by their address, in whatever notation it is stored, reading as little of the database as may be.

Where an index is ordered by bytes, each notation lies in one of some twenty spans of it: they are asked for in one
statement. Where there is no index, the column is read once, for a pattern that each notation meets. Where an index is
ordered in another way (or there are many addresses), equality uses it, and the few stored addresses that are not in
their normal form are read once and remembered for ten minutes.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from typing import NamedTuple

import idna
from peewee import OP, Column, Expression, Node

from mailbot.clients.indexes import Order, order_of
from mailbot.clients.oddly import SHARING, in_spans, like, odd, span_values
from mailbot.clients.persons import PersonColumns
from mailbot.clients.prepared import Prepared, Rows, Slot
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.core.address import normalise
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.values import Person

_FEW = 20  # addresses that are asked for one by one
_AT_ONCE = 3  # patterns that are looked for in one reading of the column
_ODD_FOR = 600.0  # seconds that we remember which stored addresses are not in their normal form
_ODD_MOST = 10_000


class Addresses:
    """Looks addresses up in the columns of one kind of person."""

    def __init__(self, kind: PersonColumns, builder: Builder, schema: Schema) -> None:
        self._kind = kind
        self._schema = schema
        table = kind.kind.table
        self._columns = [_Column(kind, ref, builder.column(ref, table), builder) for ref in kind.kind.find.email]

    def owners(self, wanted: Mapping[str, str]) -> Mapping[str, Sequence[Person]]:
        """The persons by normal form; `wanted` maps addresses as given to their normal form."""
        forms = set(wanted.values())
        if not self._columns:
            return {}
        rows = list(chain.from_iterable(column.rows(wanted) for column in self._columns))
        found: dict[str, list[Person]] = {}
        for person in {person.ref: person for person in self._kind.persons(rows, self._schema)}.values():
            for form in dict.fromkeys(map(normalise, person.emails)):
                if form in forms:
                    found.setdefault(form, []).append(person)
        return found


class _Odd(NamedTuple):
    """The stored addresses that equality does not find, by normal form; None where they are too many."""

    made: float  # time.monotonic()
    spelled: Mapping[str, set[str]] | None
    folds: bool  # case and blanks around are taken off by the database, so these are not listed


class _Column:
    """One column of addresses, and what was learnt of it."""

    def __init__(self, kind: PersonColumns, ref: ColumnRef, column: Column, builder: Builder) -> None:
        self._person = kind
        self._kind = kind.kind
        self._ref = ref
        self._column = column
        self._builder = builder
        self._order_by = builder.columns(kind.kind.table, kind.kind.key)
        self._order: Order | None = None
        self._spans: Prepared | None = None
        self._equal: dict[int, Prepared] = {}
        self._list: _Odd | None = None
        self._place = kind.refs.index(ref.within(kind.kind.table))

    def rows(self, wanted: Mapping[str, str]) -> Iterator[Sequence[object]]:
        """The rows of all persons with one of these addresses, and perhaps of some others."""
        if self._order is None:
            self._order = order_of(self._builder.database, self._ref, self._kind.table)
        forms = sorted(set(wanted.values()))
        if len(forms) > _FEW or self._order is Order.OTHER:
            yield from self._by_list(wanted)
        elif self._order is Order.NONE:
            yield from self._by_pattern(forms)
        else:
            for form in forms:
                yield from self._by_spans(form, self._order)

    def _by_spans(self, form: str, order: Order) -> Rows:
        values = span_values(form, order)
        if values is None:
            return self._by_pattern([form])
        if self._spans is None:
            query = in_spans(self._builder, self._person, self._ref, order).order_by(*self._order_by)
            self._spans = Prepared(self._builder.database, query)
        found = self._spans.ask(values)
        return found if len(found) < SHARING else self._by_pattern([form])

    def _by_pattern(self, forms: Sequence[str]) -> Rows:
        database = self._builder.database
        found: list[Sequence[object]] = []
        for start in range(0, len(forms), _AT_ONCE):
            some = (like(database, self._column, form) for form in forms[start : start + _AT_ONCE])
            found += self._prepared(reduce(_or, some)).ask({})
        return found

    def _by_list(self, wanted: Mapping[str, str]) -> Rows:
        """What is not found is looked for again with a list made anew: it may have come since."""
        known = self._list
        if known is not None and time.monotonic() - known.made < _ODD_FOR:
            found = self._equal_to(known, wanted)
            if self._all_found(found, wanted):
                return found
        known = self._list = self._listed()
        return self._equal_to(known, wanted)

    def _listed(self) -> _Odd:
        """The stored addresses that are not in their normal form, or where they are too many, the oddest of them."""
        for folds in (False, True):
            side = self._builder.bare(self._column) if folds else self._column
            query = self._builder.persons(self._kind, [self._ref]).where(odd(self._builder.database, side))
            rows = list(query.limit(_ODD_MOST + 1).tuples())
            if len(rows) <= _ODD_MOST:
                break
        else:
            return _Odd(time.monotonic(), None, folds=True)
        spelled: defaultdict[str, set[str]] = defaultdict(set)
        for stored in (text for (text,) in rows if isinstance(text, str)):
            spelled[normalise(stored)].add(stored)
        return _Odd(time.monotonic(), spelled, folds)

    def _equal_to(self, known: _Odd, wanted: Mapping[str, str]) -> Rows:
        forms = set(wanted.values())
        if known.spelled is None:
            return self._by_pattern(sorted(forms))
        plain = {one for one in (*wanted, *forms, *map(_unicode_domain, forms)) if one.isprintable()}
        odd_ones = {stored for form in forms for stored in known.spelled.get(form, ())}
        if known.folds:
            either = self._builder.bare(self._column).in_(sorted(plain))
            return self._prepared(either | self._column.in_(sorted(odd_ones)) if odd_ones else either).ask({})
        stored = sorted(plain | odd_ones)
        if len(stored) not in self._equal:
            slots = [Slot(str(place)) for place in range(len(stored))]
            self._equal[len(stored)] = self._prepared(self._column.in_(slots))
        return self._equal[len(stored)].ask({str(place): one for place, one in enumerate(stored)})

    def _all_found(self, rows: Rows, wanted: Mapping[str, str]) -> bool:
        return {normalise(str(row[self._place])) for row in rows} >= set(wanted.values())

    def _prepared(self, where: Node) -> Prepared:
        query = self._builder.persons(self._kind, self._person.refs).where(where)
        return Prepared(self._builder.database, query.order_by(*self._order_by))


def _or(one: Node, other: Node) -> Node:
    return Expression(one, OP.OR, other)


def _unicode_domain(address: str) -> str:
    """The address with its domain as people write it (IDNA 2008), else as it is."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return local + at + idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return address
