"""The client directory over SQL: the one door of this folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TypeVar

from mailbot.clients.changes import Planner
from mailbot.clients.connect import BadUrl, close_all, close_idle, open_database, read_any_text
from mailbot.clients.erase import Eraser
from mailbot.clients.export import Exporter
from mailbot.clients.faults import DATABASE_ERRORS, Fault, as_ours, fault_of, undecodable
from mailbot.clients.find import Finder
from mailbot.clients.fit import Fit
from mailbot.clients.overdue import Finder as OverdueFinder
from mailbot.clients.query import Builder
from mailbot.clients.schema import Schema
from mailbot.clients.write import Writer
from mailbot.core.erasing.facts import ErasePlan
from mailbot.core.mapping.mapshape import DataMap
from mailbot.core.values import (
    Change,
    Export,
    Identifiers,
    Match,
    Outcome,
    Person,
    PersonRef,
    Problem,
    RowChange,
    RowsErase,
    RowUpdate,
)
from mailbot.failpoint import around
from mailbot.interfaces import Away, Misconfigured, Overdue, RectifyPlan

__all__ = ["BadUrl", "SqlDirectory", "open_directory"]

T = TypeVar("T")


def open_directory(
    url: str, datamap: DataMap, *, read_only: bool = False, timeout: float = 10.0, country: str = "FR"
) -> SqlDirectory:
    """The directory of the database at `url`; connects on first use. Raises BadUrl.

    `timeout` (seconds) limits connecting, waiting for a lock and each statement. `country` (ISO 3166) is where phone
    numbers without a prefix belong. Opened for reading only where asked, or where the map allows no write.
    """
    return SqlDirectory(url, datamap, read_only=read_only, timeout=timeout, country=country)


class SqlDirectory:
    """A ClientDirectory on SQLite, PostgreSQL or MariaDB; may be used by several threads."""

    def __init__(self, url: str, datamap: DataMap, *, read_only: bool, timeout: float, country: str) -> None:
        self._database = open_database(url, read_only=read_only or not datamap.writes, timeout=timeout)
        builder, self._schema = Builder(self._database), Schema(self._database)
        self._finder = Finder(datamap, builder, self._schema, country)
        self._exporter = Exporter(datamap, builder, self._schema)
        self._planner = Planner(datamap, builder, self._schema, country)
        self._eraser = Eraser(datamap, builder, self._schema, self._planner)
        self._overdue = OverdueFinder(datamap, builder, self._schema, self._planner)
        self._writer = Writer(builder, self._schema)
        self._fit = Fit(datamap, builder, self._schema, self._planner, read_only=read_only)

    def by_email(self, addresses: Sequence[str]) -> Mapping[str, Sequence[Match]]:
        """The persons of each address, under the address as given; empty where none has it."""
        return self._reach(lambda: self._finder.by_email(addresses))

    def find(self, identifiers: Identifiers) -> Sequence[Match]:
        """All persons that match any identifier, with the reasons, best first."""
        return self._reach(lambda: self._finder.find(identifiers))

    def person(self, ref: PersonRef) -> Person | None:
        """The person of a key, typed by staff or stored; None if there is none."""
        return self._reach(lambda: self._finder.person(ref))

    def those(self, wanted: Callable[[Person], bool]) -> Sequence[Person]:
        """All persons of whom `wanted` holds; looks at everybody."""
        return self._reach(lambda: self._finder.those(wanted))

    def export(self, person: Person, language: str, as_of: datetime) -> Export:
        """Everything about the person and nothing about others; secret columns are never read."""
        return self._reach(lambda: self._exporter.export(person, language, as_of))

    def plan_rectify(self, person: Person, changes: Sequence[Change]) -> RectifyPlan:
        """The row updates that carry out `changes`, and what staff must decide, with reasons without personal data."""
        return self._reach(lambda: self._planner.rectify(person, changes))

    def plan_set(self, person: Person, operation: str) -> Sequence[RowUpdate]:
        """The row updates of "unsubscribe" or "restrict", for the rows that are not so yet."""
        return self._reach(lambda: self._planner.set(person, operation))

    def plan_erase(self, ref: PersonRef, today: date, language: str, only: Collection[str] | None = None) -> ErasePlan:
        """What erasing the person, or the holdings titled `only`, would do, and what stays, told in `language`."""
        return self._reach(lambda: self._eraser.erase(ref, today, language, only))

    def plan_overdue(self, ref: PersonRef, today: date, language: str) -> ErasePlan:
        """What of the person's data is past its time, and how it would go."""
        return self._reach(lambda: self._eraser.overdue(ref, today, language))

    def overdue(self, today: date) -> Overdue:
        """Who has data past its time, and what is past it and not to be erased by the map."""
        return self._reach(lambda: self._overdue.overdue(today))

    def perform(self, changes: Sequence[RowChange]) -> Outcome:
        """All changes in one transaction, or none. Asking again is safe: what is done is seen to be done.

        After an erasure the plan is made once more in the same transaction: what came meanwhile undoes everything.
        """
        wholes = [c for c in changes if isinstance(c, RowsErase) and c.operation != "directive"]  # a part: row by row
        wiped = {(c.person, c.operation, c.as_of) for c in wholes}

        def left() -> str:
            for ref, operation, day in wiped:
                plan = self._eraser.erase if operation == "erase" else self._eraser.overdue
                if tables := sorted({change.table for change in plan(ref, day, "en").changes}):
                    return f"new data came meanwhile: {', '.join(tables)}"
            return ""

        return self._reach(lambda: self._writer.perform(changes, left))

    def perform_each(self, releases: Sequence[Sequence[RowUpdate]]) -> Sequence[Outcome]:
        """As perform() for each of several releases that update rows only, in few transactions."""
        return self._reach(lambda: self._writer.perform_each(releases))

    def check(self) -> Sequence[Problem]:
        """Whether database and map fit each other: all problems."""
        self._schema.forget()
        self._eraser.references.forget()
        try:
            return tuple(self._reach(lambda: list(self._fit.problems())))
        except (Away, Misconfigured) as error:
            return (Problem("[clients] url", str(error)),)

    def close(self) -> None:
        """End all connections; never raises."""
        with suppress(*DATABASE_ERRORS):
            close_all(self._database)

    def _reach(self, work: Callable[[], T]) -> T:
        """The result of `work` on a connection of this thread; once more where an idle connection turns out dead."""
        try:
            return self._once(work)
        except DATABASE_ERRORS as error:
            if undecodable(error):
                read_any_text(self._database)
            elif fault_of(error) is not Fault.LOST:
                raise as_ours(error) from None
        close_idle(self._database)
        try:
            return self._once(work)
        except DATABASE_ERRORS as error:
            raise as_ours(error) from None

    def _once(self, work: Callable[[], T]) -> T:
        with around("clients.call"), self._database.connection_context():
            return work()
