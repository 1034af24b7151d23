"""Persons by what a mail gives: address, phone, name, customer number."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

from peewee import Column, ColumnBase, DataError, Expression, fn

from mailbot.clients.addresses import Addresses
from mailbot.clients.alike import last_digits, like_pattern, phone, words
from mailbot.clients.persons import PersonColumns, columns_of
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.core.address import normalise
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.mapping.mapshape import DataMap
from mailbot.core.scalars import alike
from mailbot.core.values import Identifiers, Match, Person, PersonRef, Scalar

_WEIGHT = {"email": 8, "phone": 4, "names": 2, "customer": 1}
_PHONE_MARKS = (" ", ".", "-", "(", ")", "/", "\u00a0", "\u202f")
_BATCH = 500
_PAGE = 5000  # persons read at once where all are looked at


class Finder:
    """Looks persons up in one database."""

    def __init__(self, datamap: DataMap, builder: Builder, schema: Schema, country: str) -> None:
        self._builder = builder
        self._schema = schema
        self._country = country
        self._kinds = tuple(columns_of(datamap, name) for name in datamap.person)
        self._addresses = [Addresses(kind, builder, schema) for kind in self._kinds]

    def person(self, ref: PersonRef) -> Person | None:
        """The person of a key, or None."""
        kind = next((kind for kind in self._kinds if kind.name == ref.kind), None)
        if kind is None or [name for name, _ in ref.key] != list(kind.kind.key):
            return None
        try:
            found = self._persons(kind, self._builder.by_key(kind.kind.table, ref.key))
        except DataError:  # a text that cannot be a key, on a database that says so
            return None
        # MariaDB takes the text '1x' for the number 1
        return next((one for one in found if all(map(alike, _values(one.ref), _values(ref)))), None)

    def by_email(self, addresses: Sequence[str]) -> Mapping[str, Sequence[Match]]:
        """The persons of each address, under the address as given."""
        forms = {address: normalise(address) for address in addresses}
        wanted = [(address, form) for address, form in forms.items() if "@" in form and form.isprintable()]
        found: dict[str, list[Match]] = {address: [] for address in addresses}
        for start in range(0, len(wanted), _BATCH):
            some = dict(wanted[start : start + _BATCH])
            for by_form in [addresses.owners(some) for addresses in self._addresses]:
                for address, form in some.items():
                    found[address] += [Match(person, ("email",)) for person in by_form.get(form, ())]
        return found

    def find(self, identifiers: Identifiers) -> Sequence[Match]:
        """All persons that match any identifier, best first."""
        found: dict[PersonRef, tuple[Person, list[str]]] = {}

        def add(persons: Iterable[Person], reason: str) -> None:
            for person in persons:
                reasons = found.setdefault(person.ref, (person, []))[1]
                if reason not in reasons:
                    reasons.append(reason)

        for matches in self.by_email(identifiers.emails).values():
            add((match.person for match in matches), "email")
        for kind in self._kinds:
            add(self._by_phone(kind, identifiers.phones), "phone")
            add(self._by_name(kind, identifiers.names), "names")
            add(self._by_customer(kind, identifiers.customers), "customer")
        matches = [Match(person, tuple(reasons)) for person, reasons in found.values()]
        return sorted(matches, key=lambda match: (-sum(map(_WEIGHT.__getitem__, match.by)), str(match.person.ref)))

    def those(self, wanted: Callable[[Person], bool]) -> Sequence[Person]:
        """Everybody of whom `wanted` holds, read in pages."""
        found: list[Person] = []
        for kind in self._kinds:
            query = self._builder.persons(kind.kind, kind.refs)
            query = query.order_by(*self._builder.columns(kind.kind.table, kind.kind.key))
            start = 0
            while rows := list(query.limit(_PAGE).offset(start).tuples()):
                found += filter(wanted, kind.persons(rows, self._schema))
                start += len(rows)
        return found

    def _by_phone(self, kind: PersonColumns, numbers: Iterable[str]) -> Sequence[Person]:
        wanted = {form for number in numbers if (form := phone(number, self._country))}
        columns = self._columns(kind, kind.kind.find.phone)
        if not wanted or not columns:
            return ()
        endings = [f"%{last_digits(form)}" for form in sorted(wanted)]
        found = self._persons(kind, _any(self._digits(column) ** end for column in columns for end in endings))
        return [one for one in found if any(phone(number, self._country) in wanted for number in one.phones)]

    def _digits(self, column: Column) -> ColumnBase:
        """`column` without the marks that people write between digits."""
        bare: ColumnBase = column.cast(self._builder.text_type)
        for mark in _PHONE_MARKS:
            bare = fn.REPLACE(bare, mark, "")
        return bare

    def _by_name(self, kind: PersonColumns, names: Iterable[str]) -> Sequence[Person]:
        wanted = [words(name) for name in names if words(name)]
        columns = self._columns(kind, [ref for ref in (kind.last_name, kind.first_name) if ref])
        if not wanted or not columns:
            return ()
        patterns = sorted({like_pattern(word) for given in wanted for word in given})
        likely = (_any(column**pattern for pattern in patterns) for column in columns[:1])
        found = self._persons(kind, reduce(operator.and_, likely))
        return [one for one in found if words(one.last_name) and any(words(one.name) <= given for given in wanted)]

    def _by_customer(self, kind: PersonColumns, numbers: Iterable[str]) -> Sequence[Person]:
        wanted = sorted({number.strip().lower() for number in numbers if number.strip().isprintable()} - {""})
        refs = kind.kind.find.customer
        if not wanted or not refs:
            return ()
        return self._persons(kind, _any(self._builder.bare(c).in_(wanted) for c in self._columns(kind, refs)), refs)

    def _columns(self, kind: PersonColumns, refs: Iterable[ColumnRef]) -> list[Column]:
        return [self._builder.column(ref, kind.kind.table) for ref in refs]

    def _persons(self, kind: PersonColumns, where: Expression, beside: Iterable[ColumnRef] = ()) -> list[Person]:
        """The persons of `kind` that meet `where`, which may also speak of the columns `beside`."""
        extra = [ref.within(kind.kind.table) for ref in beside]
        query = self._builder.persons(kind.kind, (*kind.refs, *extra)).where(where)
        query = query.order_by(*self._builder.columns(kind.kind.table, kind.kind.key))
        found = kind.persons(list(query.tuples()), self._schema)
        return list({person.ref: person for person in found}.values())


def _values(ref: PersonRef) -> list[Scalar]:
    return [value for _, value in ref.key]


def _any(conditions: Iterable[Expression]) -> Expression:
    return reduce(operator.or_, conditions)
