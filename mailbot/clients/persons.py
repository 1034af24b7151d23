"""Persons of the client database: which columns make one up, and rows read into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mailbot.clients.cells import typed
from mailbot.clients.schema import Schema
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.mapping.mapshape import DataMap, PersonKind
from mailbot.core.values import Person, PersonRef, Scalar


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """The columns read for one kind of person, in the order of the query, and where each value stands in a row."""

    name: str
    kind: PersonKind
    refs: tuple[ColumnRef, ...]
    first_name: ColumnRef | None
    last_name: ColumnRef | None
    places: _Places

    def persons(self, rows: Sequence[Sequence[object]], schema: Schema) -> list[Person]:
        """The person of each row, which may go on behind the columns."""
        declared = [schema.type_of(ref.table or self.kind.table, ref.name) for ref in self.refs]
        return [self._person(row) for row in typed(rows, declared)]

    def _person(self, row: Sequence[Scalar]) -> Person:
        at = self.places
        language = self.kind.language
        changed = row[at.changed] if at.changed is not None else None
        return Person(
            PersonRef(self.name, tuple([(name, row[place]) for name, place in at.key])),
            first_name=_text(row, at.first_name),
            last_name=_text(row, at.last_name),
            emails=_texts(row, at.emails),
            phones=_texts(row, at.phones),
            language=language if isinstance(language, str) else _text(row, at.language).lower()[:2] or None,
            company=_text(row, at.company) or None,
            changed=changed if isinstance(changed, date) else None,
        )


class _Places(NamedTuple):
    """Where each value stands in a row."""

    key: tuple[tuple[str, int], ...]
    first_name: int | None
    last_name: int | None
    emails: tuple[int, ...]
    phones: tuple[int, ...]
    language: int | None
    company: int | None
    changed: int | None


def _text(row: Sequence[Scalar], place: int | None) -> str:
    value = row[place] if place is not None else None
    return "" if value is None else str(value).strip()


def _texts(row: Sequence[Scalar], places: Sequence[int]) -> tuple[str, ...]:
    found = (_text(row, place) for place in places)
    return tuple(dict.fromkeys(text for text in found if text))


def columns_of(datamap: DataMap, name: str) -> PersonColumns:
    """The columns that make up a person of the kind `name`."""
    kind = datamap.person[name]
    last, first = _names(datamap, name)
    keys = [ColumnRef(kind.table, column) for column in kind.key]
    language = kind.language if isinstance(kind.language, ColumnRef) else None
    found = [*kind.find.email, *kind.find.phone, kind.company, kind.changed, last, first, language]
    refs = tuple(dict.fromkeys([*keys, *(ref.within(kind.table) for ref in found if ref)]))

    def place(ref: ColumnRef | None) -> int | None:
        return refs.index(ref.within(kind.table)) if ref else None

    places = _Places(
        key=tuple((name, refs.index(ref)) for name, ref in zip(kind.key, keys, strict=True)),
        first_name=place(first),
        last_name=place(last),
        emails=tuple(refs.index(ref.within(kind.table)) for ref in kind.find.email),
        phones=tuple(refs.index(ref.within(kind.table)) for ref in kind.find.phone),
        language=place(language),
        company=place(kind.company),
        changed=place(kind.changed),
    )
    return PersonColumns(name, kind, refs, first_name=first, last_name=last, places=places)


def _names(datamap: DataMap, name: str) -> tuple[ColumnRef | None, ColumnRef | None]:
    """Last and first name: as the holdings' `is` says, else by the order of find.names."""
    kind = datamap.person[name]
    said = dict(_said(datamap, name))
    order = [ref for ref in kind.find.names if ref not in said.values()]
    last = said.get("last_name") or (order.pop(0) if order else None)
    return last, said.get("first_name") or (order.pop(0) if order else None)


def _said(datamap: DataMap, name: str) -> Iterator[tuple[str, ColumnRef]]:
    kind = datamap.person[name]
    for holding in datamap.holdings(name):
        for column, rule in holding.columns.items():
            ref = ColumnRef(None, column)
            if holding.table == kind.table and rule.is_ in {"last_name", "first_name"}:
                yield str(rule.is_), ref
