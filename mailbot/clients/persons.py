"""Persons of the client database: which columns make one up, and rows read into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.clients.cells import scalar
from mailbot.clients.schema import Schema
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.mapping.mapshape import DataMap, PersonKind
from mailbot.core.values import Person, PersonRef, Scalar


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """The columns read for one kind of person, in the order of the query."""

    name: str
    kind: PersonKind
    refs: tuple[ColumnRef, ...]
    first_name: ColumnRef | None
    last_name: ColumnRef | None

    def person(self, row: Sequence[object], schema: Schema) -> Person:
        """The person that `row` holds."""
        values = {
            ref: scalar(value, schema.type_of(ref.table or self.kind.table, ref.name))
            for ref, value in zip(self.refs, row, strict=True)
        }
        kind = self.kind
        changed = values.get(kind.changed.within(kind.table)) if kind.changed else None
        return Person(
            PersonRef(self.name, tuple((name, values[ColumnRef(kind.table, name)]) for name in kind.key)),
            first_name=self._text(values, self.first_name),
            last_name=self._text(values, self.last_name),
            emails=self._texts(values, kind.find.email),
            phones=self._texts(values, kind.find.phone),
            language=self._language(values),
            company=self._text(values, kind.company) or None,
            changed=changed if isinstance(changed, date) else None,
        )

    def _text(self, values: dict[ColumnRef, Scalar], ref: ColumnRef | None) -> str:
        value = values.get(ref.within(self.kind.table)) if ref else None
        return "" if value is None else str(value).strip()

    def _texts(self, values: dict[ColumnRef, Scalar], refs: Sequence[ColumnRef]) -> tuple[str, ...]:
        found = (self._text(values, ref) for ref in refs)
        return tuple(dict.fromkeys(text for text in found if text))

    def _language(self, values: dict[ColumnRef, Scalar]) -> str | None:
        language = self.kind.language
        if isinstance(language, str) or language is None:
            return language
        return self._text(values, language).lower()[:2] or None


def columns_of(datamap: DataMap, name: str) -> PersonColumns:
    """The columns that make up a person of the kind `name`."""
    kind = datamap.person[name]
    last, first = _names(datamap, name)
    wanted = [ColumnRef(kind.table, column) for column in kind.key]
    language = kind.language if isinstance(kind.language, ColumnRef) else None
    optional = [kind.company, kind.changed, last, first, language]
    wanted += [ref.within(kind.table) for ref in (*kind.find.email, *kind.find.phone, *optional) if ref]
    return PersonColumns(name, kind, tuple(dict.fromkeys(wanted)), first_name=first, last_name=last)


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
