"""One way to the store's database, whichever of the two it is."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from peewee import (
    Database,
    DatabaseError,
    InterfaceError,
    SqliteDatabase,
    Table,
    fn,
)
from playhouse.migrations import Runner

from mailbot.failpoint import around, committer, passing
from mailbot.store.connect import StoreAway

Row = dict[str, Any]

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(db: Database) -> list[str]:
    """Bring the tables to this version's form, in one transaction; the names applied. Raises StoreAway.

    Programs that start at once do it one after the other; where nothing is to be done nobody waits.
    """
    try:
        with (
            _made(Path(str(db.database))) if isinstance(db, SqliteDatabase) else nullcontext(),
            db.connection_context(),
        ):
            runner = Runner(db, str(MIGRATIONS))
            return _applied(db, runner) if any(one.applied is None for one in runner.status()) else []
    except (DatabaseError, InterfaceError, OSError) as fault:
        message = f"[store] url: {type(fault).__name__}: the database cannot be opened; check the path and its rights"
        raise StoreAway(message) from fault


def _applied(db: Database, runner: Runner) -> list[str]:
    with around("store.migrate"), db.atomic():
        if not isinstance(db, SqliteDatabase):
            db.execute_sql("SELECT pg_advisory_xact_lock(hashtext('mailbot'), hashtext('migrate'))")
        return list(runner.up())


@contextmanager
def _made(path: Path) -> Iterator[None]:
    """The file exists and only its owner reads it: it holds mails. One program at a time inside.

    SQLite does not wait where two turn a new file to its write-ahead log, it fails; the folder's lock makes them wait.
    """
    with around("store.folder"):
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with around("store.file"):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        yield
    finally:
        os.close(folder)


class Handle:
    """What every part of the store works through: tables by name and transactions."""

    def __init__(self, db: Database) -> None:
        """Work on `db`."""
        self.db = db
        self.postgres = not isinstance(db, SqliteDatabase)
        self._mark = "%s" if self.postgres else "?"
        self._turn = threading.RLock()

    def table(self, name: str) -> Table:
        """The table `name`; columns are reached by `.c.<name>`."""
        return Table(name).bind(self.db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together or not at all (nested: one transaction).

        SQLite has one writer, and whoever waits for it sleeps and asks again: our own threads take turns instead.
        """
        commit = "" if self.db.in_transaction() else committer()
        with nullcontext() if self.postgres else self._turn, self.db.atomic():
            yield
            passing(commit, "before")
        passing(commit, "after")

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Insert rows that have the same keys."""
        if rows:
            columns = list(rows[0])
            self._insert(name, columns, rows, "")

    def insert_ids(self, name: str, rows: Sequence[Row], key: str) -> dict[Any, int]:
        """Insert rows that have the same keys; the new ids by the value of `key`."""
        if not rows:
            return {}
        cursor = self._insert(name, list(rows[0]), rows, f" RETURNING {key}, id")
        return {row[0]: row[1] for row in cursor}

    def insert_pairs(self, name: str, rows: Sequence[Row], keys: tuple[str, str]) -> dict[tuple[Any, Any], int]:
        """Insert rows that have the same keys; the new ids by the values of two columns."""
        if not rows:
            return {}
        found = self._insert(name, list(rows[0]), rows, f" RETURNING {keys[0]}, {keys[1]}, id")
        return {(row[0], row[1]): row[2] for row in found}

    def _insert(self, name: str, columns: Sequence[str], rows: Sequence[Row], tail: str) -> list[tuple[Any, ...]]:
        """One INSERT for up to 200 rows at a time; names come from our own code, values are bound."""
        one = f"({', '.join([self._mark] * len(columns))})"
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(rows), 200):
            part = rows[start : start + 200]
            values = ", ".join([one] * len(part))
            sql = f"INSERT INTO {name} ({', '.join(columns)}) VALUES {values}{tail}"  # noqa: S608 -- see above
            cursor = self.db.execute_sql(sql, [row[column] for row in part for column in columns])
            if tail:
                found += cursor.fetchall()
        return found

    def update(self, name: str, found_by: Mapping[str, Any], columns: Mapping[str, Any]) -> int:
        """Write columns of the rows whose columns have the values of `found_by` (a list: one of them); how many.

        For the path: a query built by peewee costs ten times its execution.
        """
        return int(self._updated(name, found_by, columns).rowcount)

    def update_column(
        self, name: str, found_by: Mapping[str, Any], columns: Mapping[str, Any], wanted: str
    ) -> list[Any]:
        """As update(); the values of column `wanted` in the rows written."""
        return [row[0] for row in self._updated(name, found_by, columns, f" RETURNING {wanted}")]

    def _updated(self, name: str, found_by: Mapping[str, Any], columns: Mapping[str, Any], tail: str = "") -> Any:  # noqa: ANN401 -- the driver's cursor
        values = ", ".join(f"{column} = {self._mark}" for column in columns)
        where, bound = self._where(found_by)
        sql = f"UPDATE {name} SET {values} WHERE {where}{tail}"  # noqa: S608 -- names come from our own code
        return self.db.execute_sql(sql, [*columns.values(), *bound])

    def found(self, name: str, found_by: Mapping[str, Any], order: str = "id") -> list[Row]:
        """The rows whose columns have the values of `found_by` (a list: one of them), in order; as update()."""
        where, bound = self._where(found_by)
        return _dicts(self.db.execute_sql(f"SELECT * FROM {name} WHERE {where} ORDER BY {order}", bound))  # noqa: S608 -- as above

    def query(self, sql: str, bound: Sequence[Any]) -> list[Row]:
        """The rows of a SELECT of our own, its values marked by `?`."""
        return _dicts(self.cursor(sql, bound))

    def cursor(self, sql: str, bound: Sequence[Any]) -> Any:  # noqa: ANN401 -- the driver's cursor
        """As query(), row by row as tuples."""
        return self.db.execute_sql(sql.replace("?", self._mark), bound)

    def _where(self, found_by: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The condition and its values; an empty list is never met."""
        parts: list[str] = []
        bound: list[Any] = []
        for column, value in found_by.items():
            among = isinstance(value, list)
            marks = ", ".join([self._mark] * len(value)) if among else ""
            parts.append(f"{column} IN ({marks or 'NULL'})" if among else f"{column} = {self._mark}")
            bound += value if among else [value]
        return " AND ".join(parts), bound

    def rows(self, query: Any) -> list[Row]:  # noqa: ANN401 -- a peewee query of any kind
        """All rows of a query as dicts."""
        return list(query.dicts())

    def one(self, query: Any) -> Row | None:  # noqa: ANN401 -- a peewee query of any kind
        """The first row of a query, or None."""
        found = self.rows(query.limit(1))
        return found[0] if found else None

    def counts(self, name: str, column: str) -> dict[str, int]:
        """How many rows of table `name` have each value of `column`."""
        table = self.table(name)
        value = getattr(table.c, column)
        query = table.select(value.alias("value"), fn.COUNT(value).alias("n")).group_by(value)
        return {row["value"]: row["n"] for row in self.rows(query)}

    def locked(self, query: Any) -> Any:  # noqa: ANN401 -- a peewee query of any kind
        """The query with its rows claimed for this transaction; other workers skip them (SQLite has one writer)."""
        return query.for_update(skip_locked=True) if self.postgres else query


def _dicts(cursor: Any) -> list[Row]:  # noqa: ANN401 -- the driver's cursor
    """All that a cursor gives as rows."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
