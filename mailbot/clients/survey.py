"""Looks at a whole database: tables, columns, keys, links, and a sample of values. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

from peewee import Database, fn

from mailbot.clients.catalogue import catalogue_of
from mailbot.clients.connect import close_all, open_database
from mailbot.clients.faults import DATABASE_ERRORS, Fault, as_ours, fault_of
from mailbot.clients.query import Builder
from mailbot.core.drafting.links import candidates, chosen
from mailbot.core.drafting.personal import links_by_value, with_links
from mailbot.core.drafting.seen import Link, Seen, SeenTable
from mailbot.core.drafting.tables import Outline, outline
from mailbot.core.drafting.vocabulary import Vocabulary
from mailbot.core.mapping.condition import TableName
from mailbot.core.values import Scalar

ROWS = 200
"""Rows of a table that are looked at."""
_LONGEST = 200  # characters of a value
_VALUES = 20  # looked for in the table that they should name
_SAMPLED = frozenset({"text", "integer", "json", "uuid", "ip"})


def survey(database: Database, vocabulary: Vocabulary, country: str) -> Outline:
    """Everything found in a database. Raises the database's errors if it cannot be reached."""
    look = _Look(database)
    found = catalogue_of(database)
    seen = Seen({name: look.sampled(table) for name, table in found.tables.items()}, tuple(found.links))
    vocabulary = vocabulary.for_tables([name.name for name in seen.tables])
    possible = candidates(vocabulary, seen)
    held = look.held(seen, (one.link for one in possible))
    made = outline(vocabulary, seen, chosen(possible, held), country)
    return with_links(made, links_by_value(made))


class _Look:
    """Reads samples; a table that refuses is known by its names alone."""

    def __init__(self, database: Database) -> None:
        self._builder = Builder(database)

    def sampled(self, table: SeenTable) -> SeenTable:
        """The table with some values of each column."""
        names = [name for name, column in table.columns.items() if column.sort in _SAMPLED]
        if not names:
            return table
        columns = self._builder.columns(table.name, names)
        shown = [fn.SUBSTR(column.cast(self._builder.text_type), 1, _LONGEST) for column in columns]
        query = self._builder.table(table.name).select(*shown).limit(ROWS).bind(self._builder.database)
        with _tolerant():
            rows = list(query.tuples())
            values = {name: _different(row[place] for row in rows) for place, name in enumerate(names)}
            own = {name: replace(c, samples=values.get(name, ())) for name, c in table.columns.items()}
            return replace(table, columns=own, rows=len(rows))
        return table

    def held(self, seen: Seen, links: Iterable[Link]) -> Mapping[Link, float]:
        """The share of each link's sampled values that its target has; none where there is no value to look for."""
        shares: dict[Link, float] = {}
        for link in links:
            column = seen.tables[link.table].columns[link.columns[0]]
            values = [one for one in column.samples if one != "0"][:_VALUES]
            wanted: list[Scalar] = (
                [int(one) for one in values if one.lstrip("-").isdigit()] if column.sort == "integer" else [*values]
            )
            if wanted:
                with _tolerant():
                    shares[link] = self._count(link.target, link.keys[0], wanted) / len(wanted)
        return shares

    def _count(self, table: TableName, key: str, wanted: list[Scalar]) -> int:
        [column] = self._builder.columns(table, [key])
        query = self._builder.table(table).select(fn.COUNT(column.distinct())).where(column.in_(wanted))
        return int(next(iter(query.bind(self._builder.database).tuples()))[0])


@contextmanager
def _tolerant() -> Iterator[None]:
    """Swallow what one table refuses, and nothing that says that the database is gone."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if fault_of(error) in {Fault.AWAY, Fault.LOST}:
            raise


def _different(values: Iterable[object]) -> tuple[str, ...]:
    """The values as text, each once, without empty ones."""
    return tuple(dict.fromkeys(text for value in values if value is not None and (text := str(value).strip())))


def survey_url(url: str, vocabulary: Vocabulary, country: str) -> Outline:
    """As survey(), of the database at `url`, opened for reading only. Raises BadUrl, Away, Misconfigured."""
    database = open_database(url, read_only=True)
    try:
        with database.connection_context():
            return survey(database, vocabulary, country)
    except DATABASE_ERRORS as error:
        raise as_ours(error) from None
    finally:
        with suppress(*DATABASE_ERRORS):
            close_all(database)
