"""The rows of one holding, a page at a time: no driver holds all of a long answer at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peewee import Select

from mailbot.clients.query import Builder
from mailbot.core.mapping.mapshape import Holding
from mailbot.core.values import PersonRef, Scalar

PAGE = 2000
"""Rows asked for at once."""


class _Slot:
    """Where a value of the person, or the last key seen, stands in a prepared query."""

    def __init__(self, name: str) -> None:
        self.name = name


_LAST = _Slot("the last key seen")


class Pager:
    """One query, built once and asked for any person.

    The next page begins behind the last key seen: rows that come or go meanwhile move no others. A table without a
    key of one column is read in one go.
    """

    def __init__(
        self, builder: Builder, holding: Holding, columns: Sequence[str], order: Sequence[str], place: int | None
    ) -> None:
        """`place`: where the one key column stands among `columns`, None for none."""
        self._database = builder.database
        self._place = place
        self._holding = holding.person
        keys = holding.where.person_keys
        slots = PersonRef(holding.person, tuple((name, _Slot(name)) for name in keys))  # type: ignore[misc]
        query = builder.rows(holding, slots, columns)
        ordered = query.order_by(*builder.columns(holding.table, order))
        if place is None:
            self._first = self._next = _sql(ordered)
        else:
            [key] = builder.columns(holding.table, order)
            self._first = _sql(ordered.limit(PAGE))
            self._next = _sql(ordered.where(key > _LAST).limit(PAGE))

    def rows(self, ref: PersonRef) -> Iterator[Sequence[object]]:
        """The rows about one person."""
        page = self._ask(self._first, dict(ref.key), None)
        yield from page
        while self._place is not None and len(page) == PAGE:
            page = self._ask(self._next, dict(ref.key), page[-1][self._place])
            yield from page

    def _ask(
        self, query: tuple[str, Sequence[object]], key: dict[str, Scalar], last: object
    ) -> Sequence[Sequence[object]]:
        sql, params = query
        values = [last if one is _LAST else key[one.name] if isinstance(one, _Slot) else one for one in params]
        rows: Sequence[Sequence[object]] = self._database.execute_sql(sql, values).fetchall()
        return rows


def _sql(query: Select) -> tuple[str, Sequence[object]]:
    sql, params = query.sql()
    return sql, params
