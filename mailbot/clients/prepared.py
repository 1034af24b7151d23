"""A query written once and asked with other values each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peewee import Database, Select
from peewee import __exception_wrapper__ as wrapped  # type: ignore[attr-defined] # what execute_sql() wraps errors by

from mailbot.core.mapping.mapshape import Holding
from mailbot.core.values import PersonRef

Rows = Sequence[Sequence[object]]


class Slot:
    """The place of a value that each asking gives anew, under its name."""

    def __init__(self, name: str) -> None:
        self.name = name


def anybody(holding: Holding) -> PersonRef:
    """Any person of a holding: a slot for each column of his key that its rows are found by."""
    return PersonRef(holding.person, tuple((name, Slot(name)) for name in holding.where.person_keys))  # type: ignore[misc]


class Prepared:
    """The SQL of a query with slots among its parameters, written where it is first asked."""

    def __init__(self, database: Database, query: Select) -> None:
        self._database = database
        self._query = query
        self._written: tuple[str, Sequence[object]] | None = None

    def ask(self, values: Mapping[str, object]) -> Rows:
        """The rows, with `values` in the slots of these names."""
        if self._written is None:
            self._written = self._query.sql()
        sql, slotted = self._written
        params = [values[one.name] if isinstance(one, Slot) else one for one in slotted]
        with wrapped:  # as execute_sql() does, without a look at its log
            cursor = self._database.cursor()
            cursor.execute(sql, params)
            rows: Rows = cursor.fetchall()
        return rows
