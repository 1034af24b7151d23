"""The rows of one holding, a page at a time: no driver holds all of a long answer at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peewee import SQL

from mailbot.clients.prepared import Prepared, Rows, Slot, anybody
from mailbot.clients.query import Builder
from mailbot.core.mapping.mapshape import Holding
from mailbot.core.values import PersonRef

PAGE = 2000
"""Rows asked for at once."""
_PAGE = SQL(str(PAGE))  # as a parameter PostgreSQL does not know it when it plans, and walks along the key
_LAST = "the last key seen"


class Pager:
    """One query, built once and asked for any person.

    The next page begins behind the last key seen: rows that come or go meanwhile move no others. A table without a
    key of one column is read in one go.
    """

    def __init__(
        self, builder: Builder, holding: Holding, columns: Sequence[str], order: Sequence[str], key: str | None
    ) -> None:
        """`key`: the one column of the key that `order` is, None for none."""
        slots = anybody(holding)
        ordered = builder.columns(holding.table, order)
        query = builder.rows(holding, slots, columns).order_by(*ordered)
        self._all = Prepared(builder.database, query if key is None else query.limit(_PAGE))
        self._keyed = key is not None
        if key is not None:
            query = builder.rows(holding, slots, [*columns, key]).order_by(*ordered).limit(_PAGE)
            self._first = Prepared(builder.database, query)
            self._next = Prepared(builder.database, query.where(ordered[0] > Slot(_LAST)))

    def pages(self, ref: PersonRef) -> Iterator[Rows]:
        """The rows about one person; where they are many, each with its key behind it. No page is empty."""
        key = dict(ref.key)
        page = self._all.ask(key)
        if self._keyed and len(page) == PAGE:  # now with their keys
            page = self._first.ask(key)
            while len(page) == PAGE:
                yield page
                page = self._next.ask({**key, _LAST: page[-1][-1]})
        if page:
            yield page
