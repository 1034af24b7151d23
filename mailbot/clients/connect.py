"""Opens a client database by URL: SQLite, PostgreSQL (psycopg 3) or MariaDB (PyMySQL), pooled, with time limits."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlparse

from playhouse.db_url import parse as parse_url
from playhouse.pool import PooledDatabase, PooledMySQLDatabase, PooledPostgresqlDatabase, PooledSqliteDatabase

if TYPE_CHECKING:
    from peewee import Database
    from psycopg import Connection

SCHEMES = ("sqlite", "postgresql", "mysql")
_POOL = {"max_connections": 20, "stale_timeout": 300, "timeout": 10}


class BadUrl(ValueError):
    """A database URL that is not understood; the text says what is allowed and never repeats the URL (password)."""


def open_database(url: str, *, read_only: bool = False, timeout: float = 10.0, create: bool = False) -> Database:
    """A pooled peewee Database; nothing is connected yet. Raises BadUrl.

    `timeout` (seconds) limits connecting, waiting for locks and each statement. `create` lets SQLite make its file.
    """
    scheme = urlparse(url).scheme
    scheme = {"postgres": "postgresql", "mariadb": "mysql"}.get(scheme, scheme)
    if scheme not in SCHEMES:
        allowed = ", ".join(f"{one}://…" for one in SCHEMES)
        raise BadUrl(f"the database URL must start with one of {allowed}")
    logging.getLogger("peewee").setLevel(logging.INFO)  # its debug lines hold every parameter: personal data
    if scheme == "sqlite":
        return _sqlite(url, read_only=read_only, timeout=timeout, create=create)
    settings = parse_url(url, unquote_password=True, unquote_user=True)
    if not settings.get("database"):
        raise BadUrl(f"the database URL names no database: {scheme}://user@host/database")
    opened = _postgres if scheme == "postgresql" else _mariadb
    return opened(settings, read_only=read_only, timeout=timeout)


def close_idle(database: Database) -> None:
    """Drop the connections that no thread uses: the next ones are new."""
    cast("PooledDatabase", database).close_idle()


def close_all(database: Database) -> None:
    """End every connection."""
    cast("PooledDatabase", database).close_all()


class _Sqlite(PooledSqliteDatabase):  # type: ignore[misc]
    """SQLite that reads texts which are not UTF-8 too, once it is told that there are some."""

    any_text = False

    def _add_conn_hooks(self, conn: sqlite3.Connection) -> None:
        super()._add_conn_hooks(conn)
        if self.any_text:
            conn.text_factory = _decoded


class _Postgres(PooledPostgresqlDatabase):  # type: ignore[misc]
    """PostgreSQL without a question before each use whether the connection lives: who finds it dead asks once more."""

    def _is_closed(self, conn: Connection[object]) -> bool:
        return conn.closed


def _decoded(raw: bytes) -> str:
    """Bytes that stand in a text column: UTF-8, else what old programs on Windows wrote."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def read_any_text(database: Database) -> None:
    """From the next connection on read texts that are not UTF-8; slower, so it waits until there is one."""
    if isinstance(database, _Sqlite):
        database.any_text = True


def _sqlite(url: str, *, read_only: bool, timeout: float, create: bool) -> Database:
    name = url.removeprefix("sqlite:///")
    if name in {url, "", ":memory:"}:
        raise BadUrl("a SQLite URL is sqlite:///relative/path or sqlite:////absolute/path")
    mode = "ro" if read_only else "rwc" if create else "rw"
    pragmas = {"foreign_keys": 1, "busy_timeout": int(timeout * 1000)}
    file = f"{Path(name).absolute().as_uri()}?mode={mode}"
    settings = {"uri": True, "pragmas": pragmas, "lock_type": "IMMEDIATE", "check_same_thread": False}
    return cast("Database", _Sqlite(file, **settings, **_POOL))


def _postgres(settings: dict[str, object], *, read_only: bool, timeout: float) -> Database:
    milliseconds = int(timeout * 1000)
    options = [str(settings.pop("options", "")), f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"]
    if read_only:
        options.append("-c default_transaction_read_only=on")
    settings.setdefault("connect_timeout", max(2, int(timeout)))
    settings.setdefault("application_name", "mailbot")
    settings |= {"options": " ".join(options).strip(), "prefer_psycopg3": True}
    return cast("Database", _Postgres(**settings, **_POOL))


def _mariadb(settings: dict[str, object], *, read_only: bool, timeout: float) -> Database:
    from pymysql.constants import CLIENT  # noqa: PLC0415 - the driver is an extra

    # max_statement_time is MariaDB's own; a row counts as written when it was found, changed or not.
    session = f"SET SESSION max_statement_time={timeout}, innodb_lock_wait_timeout={max(1, int(timeout))}"
    if read_only:
        session += ", tx_read_only=1"
    settings.pop("scheme", None)
    if "passwd" in settings:
        settings["password"] = settings.pop("passwd")
    limits = {name: max(2, int(timeout) + 1) for name in ("connect_timeout", "read_timeout", "write_timeout")}
    settings |= {"charset": "utf8mb4", "init_command": session, "client_flag": CLIENT.FOUND_ROWS}
    return cast("Database", PooledMySQLDatabase(**{**limits, **settings}, **_POOL))
