"""What a database error means for us: try later, mend the configuration, or the database refused the change."""

from __future__ import annotations

import sqlite3
from enum import Enum, auto

from peewee import InterfaceError, PeeweeException
from playhouse.pool import MaxConnectionsExceeded

from mailbot.interfaces import Away, Misconfigured

DATABASE_ERRORS = (PeeweeException, MaxConnectionsExceeded, OSError, sqlite3.Error)
"""All that a database call may raise; sqlite3 reads rows while they are fetched, where peewee wraps nothing."""

# SQLSTATE classes (PostgreSQL manual, appendix A): connection, resources, operator intervention, rollback, system error
_POSTGRES_LOST = ("08", "57P")
_POSTGRES_AWAY = ("53", "57014", "40", "58", "55P03", "25P03")
_POSTGRES_MISFIT = ("28", "3D", "3F", "42", "0A")
# MariaDB manual, error codes
_MARIADB_LOST = frozenset({0, 1053, 1152, 1158, 1159, 1160, 1161, 1184, 1927})
_MARIADB_AWAY = frozenset({1040, 1077, 1129, 1203, 1205, 1213, 1226, 1317, 1969, 3024})
_MARIADB_MISFIT = frozenset({1044, 1045, 1046, 1049, 1054, 1064, 1142, 1143, 1146, 1698})
_MARIADB_CLIENT = range(2000, 3000)
_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_SQLITE_MISFIT = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_AUTH})


class Fault(Enum):
    """The meanings of an error."""

    LOST = auto()  # the connection is dead: a new one may serve
    AWAY = auto()  # busy or out of reach: later
    MISFIT = auto()  # names, types or rights do not fit: the operator
    REFUSED = auto()  # the change itself is refused


def fault_of(error: Exception) -> Fault:
    """What `error` (one of DATABASE_ERRORS) means."""
    driver = _driver_error(error)
    if isinstance(driver, sqlite3.Error):
        return _sqlite(driver)
    code = driver.args[0] if driver.args else None
    if type(driver).__module__.startswith("pymysql") and isinstance(code, int):
        return _mariadb(code)
    state = getattr(driver, "sqlstate", None)
    if state is not None:
        return _by_prefix(str(state))
    if isinstance(error, (MaxConnectionsExceeded, OSError, InterfaceError)):
        return Fault.LOST if isinstance(error, InterfaceError) else Fault.AWAY
    # psycopg gives no SQLSTATE where the connection broke or never was
    refused_login = "authentication failed" in str(driver) or "does not exist" in str(driver)
    return Fault.MISFIT if refused_login else Fault.LOST


def as_ours(error: Exception) -> Away | Misconfigured:
    """The error as the edge's own, to be raised from None: the driver's text may hold personal data."""
    if fault_of(error) in {Fault.AWAY, Fault.LOST}:
        return Away(f"the client database cannot be reached now ({name_of(error)})")
    return Misconfigured(
        f"the client database does not serve us ({name_of(error)}): check its URL, rights and the data map"
    )


def undecodable(error: Exception) -> bool:
    """Whether a text of SQLite is not UTF-8."""
    driver = _driver_error(error)
    return isinstance(driver, sqlite3.OperationalError) and "decode to UTF-8" in str(driver)


def name_of(error: Exception) -> str:
    """The kind of error in one word, such as UniqueViolation: the driver's text may hold personal data."""
    return type(_driver_error(error)).__name__


def _driver_error(error: Exception) -> BaseException:
    """The driver's own error, which peewee wraps."""
    wrapped = getattr(error, "orig", None)
    return wrapped if isinstance(wrapped, BaseException) else error


def _sqlite(error: sqlite3.Error) -> Fault:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return Fault.AWAY
    base = code & 0xFF  # extended codes keep the base code in their low byte
    if base in _SQLITE_AWAY:
        return Fault.AWAY
    return Fault.MISFIT if base in _SQLITE_MISFIT else Fault.REFUSED


def _by_prefix(state: str) -> Fault:
    if state.startswith(_POSTGRES_LOST):
        return Fault.LOST
    if state.startswith(_POSTGRES_AWAY):
        return Fault.AWAY
    return Fault.MISFIT if state.startswith(_POSTGRES_MISFIT) else Fault.REFUSED


def _mariadb(code: int) -> Fault:
    if code in _MARIADB_LOST or code in _MARIADB_CLIENT:
        return Fault.LOST
    if code in _MARIADB_AWAY:
        return Fault.AWAY
    return Fault.MISFIT if code in _MARIADB_MISFIT else Fault.REFUSED
