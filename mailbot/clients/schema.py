"""What the live database says of a table: columns with types and lengths, key, transactions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from peewee import Database, SqliteDatabase

from mailbot.core.mapping.condition import TableName

_MARIADB_COLUMNS = """SELECT column_name, column_type, character_maximum_length, is_nullable
    FROM information_schema.columns
    WHERE table_name = %s AND table_schema = COALESCE(%s, DATABASE()) ORDER BY ordinal_position"""
# as information_schema.columns tells it, in a tenth of its time; 1042, 1043: char and varchar
_POSTGRES_COLUMNS = """SELECT a.attname, COALESCE(b.typname, t.typname),
        CASE WHEN COALESCE(b.oid, t.oid) IN (1042, 1043)
            THEN NULLIF(CASE WHEN a.atttypmod = -1 THEN t.typtypmod ELSE a.atttypmod END, -1) - 4 END,
        CASE WHEN a.attnotnull OR t.typnotnull THEN 'NO' ELSE 'YES' END
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
    WHERE c.relname = %s AND n.nspname = COALESCE(%s, current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES') ORDER BY a.attnum"""
_MARIADB_KEY = """SELECT column_name FROM information_schema.statistics WHERE index_name = 'PRIMARY'
    AND table_name = %s AND table_schema = COALESCE(%s, DATABASE()) ORDER BY seq_in_index"""
# information_schema shows keys only to those who may write
_POSTGRES_KEY = """SELECT a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisprimary AND c.relname = %s AND n.nspname = COALESCE(%s, current_schema())
    ORDER BY array_position(i.indkey::int[], a.attnum::int)"""
_POSTGRES_UNIQUE = """SELECT DISTINCT a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisunique AND c.relname = %s AND n.nspname = COALESCE(%s, current_schema())"""
_MARIADB_UNIQUE = """SELECT DISTINCT column_name FROM information_schema.statistics
    WHERE non_unique = 0 AND table_name = %s AND table_schema = COALESCE(%s, DATABASE())"""
_LENGTH = re.compile(r"char\w*\s*\(\s*(\d+)\s*\)")


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column as the database declares it; `length` in characters where one is set."""

    type: str
    length: int | None
    nullable: bool = True
    unique: bool = False  # part of a unique index


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table as it stands in the database."""

    columns: Mapping[str, LiveColumn]
    key: tuple[str, ...]
    transactional: bool = True


class Schema:
    """Looks tables up, once each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[TableName, LiveTable | None] = {}

    def table(self, name: TableName) -> LiveTable | None:
        """The table `name`, or None if there is none. Raises the database's errors."""
        if name not in self._known:
            self._known[name] = self._look(name)
        return self._known[name]

    def type_of(self, table: TableName, column: str) -> str:
        """The declared type in lower case; empty if unknown."""
        live = self.table(table)
        return live.columns[column].type if live and column in live.columns else ""

    def forget(self) -> None:
        """Look everything up again."""
        self._known.clear()

    def _look(self, name: TableName) -> LiveTable | None:
        if isinstance(self._database, SqliteDatabase):
            return self._sqlite(name)
        return self._server(name)

    def _sqlite(self, name: TableName) -> LiveTable | None:
        schema = (name.schema or "main").replace('"', '""')
        table = name.name.replace('"', '""')
        rows = self._database.execute_sql(f'PRAGMA "{schema}".table_info("{table}")').fetchall()
        if not rows:
            return None
        unique = self._sqlite_unique(schema, table)
        columns = {row[1]: _sqlite_column(row, unique) for row in rows}
        return LiveTable(columns, tuple(name for _, name in sorted((row[5], row[1]) for row in rows if row[5])))

    def _sqlite_unique(self, schema: str, table: str) -> set[str]:
        indexes = self._database.execute_sql(f'PRAGMA "{schema}".index_list("{table}")').fetchall()
        names = [str(row[1]).replace('"', '""') for row in indexes if row[2]]
        infos = (self._database.execute_sql(f'PRAGMA "{schema}".index_info("{name}")').fetchall() for name in names)
        return {str(row[2]) for info in infos for row in info}

    def _server(self, name: TableName) -> LiveTable | None:
        mariadb = self._database.quote == "``"
        rows = self._database.execute_sql(
            _MARIADB_COLUMNS if mariadb else _POSTGRES_COLUMNS, (name.name, name.schema)
        ).fetchall()
        if not rows:
            return None
        named = (name.name, name.schema)
        found = self._database.execute_sql(_MARIADB_UNIQUE if mariadb else _POSTGRES_UNIQUE, named).fetchall()
        unique = {row[0] for row in found}
        columns = {row[0]: LiveColumn(str(row[1]).lower(), row[2], row[3] == "YES", row[0] in unique) for row in rows}
        if mariadb:
            return LiveTable(columns, self._key(_MARIADB_KEY, name), self._has_transactions(name))
        return LiveTable(columns, self._key(_POSTGRES_KEY, name))

    def _key(self, query: str, name: TableName) -> tuple[str, ...]:
        return tuple(row[0] for row in self._database.execute_sql(query, (name.name, name.schema)).fetchall())

    def _has_transactions(self, name: TableName) -> bool:
        row = self._database.execute_sql(
            "SELECT e.transactions FROM information_schema.tables t JOIN information_schema.engines e"
            " ON e.engine = t.engine WHERE t.table_name = %s AND t.table_schema = COALESCE(%s, DATABASE())",
            (name.name, name.schema),
        ).fetchone()
        return row is None or row[0] == "YES"  # a view has no engine: its tables decide


def _sqlite_column(row: tuple[object, ...], unique: set[str]) -> LiveColumn:
    """A row of table_info: number, name, type, not null, default, place in the key."""
    declared = str(row[2]).lower()
    length = _LENGTH.search(declared)
    nullable = not row[3] and not row[5]
    return LiveColumn(declared, int(length[1]) if length else None, nullable, row[1] in unique)
