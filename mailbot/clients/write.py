"""Writes planned changes in one transaction: all of them, or none.

Every row is looked at before anything is written: as it is to be, it was done before; as it was planned from, it is to
do; any other stops everything. All is read again before the transaction ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from peewee import SqliteDatabase

from mailbot.clients.faults import DATABASE_ERRORS, Fault, fault_of, name_of
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.clients.stop import Stop
from mailbot.clients.update import Updating
from mailbot.clients.wipe import Wiping
from mailbot.core.values import Outcome, Performed, RowChange, RowUpdate
from mailbot.failpoint import around


class Doing(Protocol):
    """One change under way."""

    def look(self) -> bool:
        """Lock and read its rows; whether there is anything to do. Raises Stop for a row that others changed."""
        ...

    def loosen(self) -> None:
        """Empty the references that would keep rows from being deleted."""
        ...

    def write(self) -> None:
        """Write what is to do. Raises Stop."""
        ...

    def verify(self) -> None:
        """Read again what was written; raises Stop if it is not what was planned."""
        ...


class Writer:
    """Carries out changes in one database."""

    def __init__(self, builder: Builder, schema: Schema) -> None:
        self._builder = builder
        self._schema = schema
        self._locks = not isinstance(builder.database, SqliteDatabase)  # SQLite's IMMEDIATE locks the whole file

    def perform(self, changes: Sequence[RowChange], left: Callable[[], str] = str) -> Outcome:
        """All `changes` in one transaction. Raises the errors of a database that is away.

        `left` is asked inside the transaction, once all is written: what should be gone and is still there; a text
        undoes everything and has it planned again.
        """
        try:
            with around("clients.commit"), self._builder.database.atomic(), around("clients.write"):
                return self._write_all([self._doing(change) for change in _in_order(changes)], left)
        except Stop as stop:
            return stop.outcome
        except DATABASE_ERRORS as error:
            if fault_of(error) in {Fault.AWAY, Fault.LOST}:
                raise
            return Outcome(Performed.REFUSED, f"the client database refused the change ({name_of(error)})")

    def perform_each(self, releases: Sequence[Sequence[RowUpdate]]) -> list[Outcome]:
        """As perform() for each of them; in one transaction where nothing stands in the way of any."""
        try:
            with around("clients.commit"), self._builder.database.atomic(), around("clients.write"):
                return [self._write_all([self._doing(change) for change in _in_order(one)], str) for one in releases]
        except Stop:
            pass  # one of them cannot be: each for itself
        except DATABASE_ERRORS as error:
            if fault_of(error) in {Fault.AWAY, Fault.LOST}:
                raise
        return [self.perform(changes) for changes in releases]

    def _doing(self, change: RowChange) -> Doing:
        kind = Updating if isinstance(change, RowUpdate) else Wiping
        return kind(self._builder, self._schema, change, locks=self._locks)  # type: ignore[arg-type] # each its own

    def _write_all(self, all_of_it: Sequence[Doing], left: Callable[[], str]) -> Outcome:
        to_do = [doing for doing in all_of_it if doing.look()]
        for doing in to_do:
            doing.loosen()
        for doing in to_do:
            doing.write()
        for doing in to_do:
            doing.verify()
        if because := left():
            raise Stop(Outcome(Performed.CHANGED, because))
        return Outcome(Performed.DONE if to_do else Performed.ALREADY)


def _in_order(changes: Sequence[RowChange]) -> list[RowChange]:
    """Single rows first, always in one order, so that two never wait for each other; erasures as they were planned."""
    updates = [change for change in changes if isinstance(change, RowUpdate)]
    others = [change for change in changes if not isinstance(change, RowUpdate)]
    return [*sorted(updates, key=_place), *others]


def _place(update: RowUpdate) -> tuple[str, str]:
    return update.table, str(update.key)
