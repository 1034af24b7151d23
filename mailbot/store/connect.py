"""Opens the store's database, SQLite or PostgreSQL; whatever keeps it from serving us is told as StoreAway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import peewee
from peewee import Database, InterfaceError, OperationalError, PeeweeException, PostgresqlDatabase
from playhouse.db_url import parse
from playhouse.shortcuts import ReconnectMixin

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a committed step survives a power cut
    "foreign_keys": 1,
    "busy_timeout": 30_000,
    "secure_delete": 1,  # purged bytes are gone from the file
    "cache_size": -2_000,  # kB a connection, of which there are three: memory stays flat once they are full
    "recursive_triggers": 1,
}


_NO_JIT = {"options": "-c jit=off"}  # compiling a query takes longer than any of ours runs


class StoreAway(Exception):
    """The store's database cannot be reached or opened; the text has no personal data."""


class _Told(Database):
    """A database that cannot serve us now (full disk, lock, lost server) says so as StoreAway: nothing was written."""

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- the driver's cursor
        """As peewee's; raises StoreAway."""
        with _as_away():
            return super().execute_sql(*args, **kwargs)  # type: ignore[no-untyped-call]  # peewee leaves it untyped

    def connect(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- as above
        """As peewee's; raises StoreAway."""
        with _as_away():
            return super().connect(*args, **kwargs)

    def commit(self) -> Any:  # noqa: ANN401 -- as above
        """As peewee's; raises StoreAway."""
        with _as_away():
            return super().commit()

    def rollback(self) -> Any:  # noqa: ANN401 -- as above
        """As peewee's; raises StoreAway."""
        with _as_away():
            return super().rollback()


@contextmanager
def _as_away() -> Iterator[None]:
    """The driver's error as ours, by its kind alone: its text may hold what was to be written."""
    try:
        yield
    except (OperationalError, InterfaceError) as fault:
        driver = getattr(fault, "orig", None) or fault
        kind = getattr(driver, "sqlite_errorname", None) or type(driver).__name__
        if kind == "SQLITE_ERROR" and not str(driver).startswith(_ROLLED_BACK):  # a mistake of ours in a statement
            raise
        raise StoreAway(f"[store] url: the store cannot be used now ({kind}): {_MEND.get(kind, _LOOK)}") from None


_MEND = {
    "SQLITE_FULL": "the disk is full: make room",
    "SQLITE_BUSY": "another program holds it: end that",
    "SQLITE_READONLY": "it may not be written: give its owner the right",
    "SQLITE_IOERR_WRITE": "the disk takes no more: make room",
}
_ROLLED_BACK = ("cannot rollback", "cannot commit", "no such savepoint")
"""What SQLite says of a transaction that it ended itself, as it does where the disk is full."""
_LOOK = "check the disk, the server and its rights"


class SqliteDatabase(_Told, peewee.SqliteDatabase):
    """A file."""


class _Postgres(_Told, ReconnectMixin, PostgresqlDatabase):  # type: ignore[misc]  # playhouse brings no types
    """Connects again after the server was restarted; what was lost is a transaction under way, which raises."""

    reconnect_errors = tuple(
        (OperationalError, said)  # by psycopg 3
        for said in ("the connection is closed", "terminating connection", "server closed the connection")
    )


def open_database(url: str) -> Database:
    """The database of `url` (sqlite:///… or postgresql://…), connected lazily; raises StoreAway for another scheme."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(url.removeprefix("sqlite:///"))
        return SqliteDatabase(path, pragmas=_PRAGMAS, lock_type="IMMEDIATE", timeout=30)
    if parts.scheme in {"postgresql", "postgres"}:
        try:
            given = parse(url, unquote_password=True, unquote_user=True)
            return _Postgres(**_NO_JIT | given, prefer_psycopg3=True, connect_timeout=10)
        except PeeweeException as fault:
            message = f"[store] url: {type(fault).__name__}"
            raise StoreAway(message) from fault
    message = f"[store] url: the store runs on sqlite:/// or postgresql://, not on {parts.scheme}://"
    raise StoreAway(message)
