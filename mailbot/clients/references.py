"""Which tables refer to which: the foreign keys of the live database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database, SqliteDatabase

from mailbot.clients.schema import Schema
from mailbot.core.mapping.condition import TableName

# information_schema shows keys only to those who may write: pg_catalog shows them all
_POSTGRES = """SELECT k.oid::bigint, cn.nspname, c.relname, ca.attname, pn.nspname, p.relname, pa.attname
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (here, there, place)
    JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = u.here
    JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = u.there
    WHERE k.contype = 'f' ORDER BY k.oid, u.place"""
_MARIADB = """SELECT CONCAT(constraint_schema, '.', table_name, '.', constraint_name), table_schema, table_name,
    column_name, referenced_table_schema, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL
    ORDER BY constraint_schema, table_name, constraint_name, ordinal_position"""


@dataclass(frozen=True, slots=True)
class Reference:
    """One foreign key: the columns of `child` hold the values of those of `parent`."""

    child: TableName
    columns: tuple[str, ...]
    parent: TableName
    targets: tuple[str, ...]
    nullable: bool


class References:
    """Looks all foreign keys up, once; tables are named as the data map names them."""

    def __init__(self, database: Database, schema: Schema, named: Iterable[TableName]) -> None:
        self._database = database
        self._schema = schema
        self._named = tuple(named)
        self._all: tuple[Reference, ...] | None = None

    def all(self) -> tuple[Reference, ...]:
        """Every foreign key. Raises the database's errors."""
        if self._all is None:
            rows = self._sqlite() if isinstance(self._database, SqliteDatabase) else self._server()
            self._all = tuple(self._read(rows))
        return self._all

    def forget(self) -> None:
        """Look them up again."""
        self._all = None

    def to(self, table: TableName) -> tuple[Reference, ...]:
        """The foreign keys that refer to `table`."""
        return tuple(one for one in self.all() if one.parent == table)

    def of(self, table: TableName) -> frozenset[str]:
        """The columns of `table` that refer to others."""
        return frozenset(name for one in self.all() if one.child == table for name in one.columns)

    def _sqlite(self) -> list[Sequence[object]]:
        found: list[Sequence[object]] = []
        tables = self._database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            quoted = str(name).replace('"', '""')
            for row in self._database.execute_sql(f'PRAGMA main.foreign_key_list("{quoted}")').fetchall():
                number, place, parent, column, target = row[:5]
                found.append((f"{name}.{number}", "main", name, column, "main", parent, target or place))
        return found

    def _server(self) -> list[Sequence[object]]:
        mariadb = self._database.quote == "``"
        return list(self._database.execute_sql(_MARIADB if mariadb else _POSTGRES).fetchall())

    def _read(self, rows: Iterable[Sequence[object]]) -> Iterable[Reference]:
        known = self._names()
        by_key: defaultdict[object, list[Sequence[object]]] = defaultdict(list)
        for row in rows:
            by_key[row[0]].append(row)
        for parts in by_key.values():
            child, parent = (known(str(parts[0][place]), str(parts[0][place + 1])) for place in (1, 4))
            columns = tuple(str(part[3]) for part in parts)
            yield Reference(child, columns, parent, self._targets(parent, parts), self._nullable(child, columns))

    def _targets(self, parent: TableName, parts: Sequence[Sequence[object]]) -> tuple[str, ...]:
        """The columns referred to; SQLite leaves out those of the primary key."""
        live = self._schema.table(parent)
        key = live.key if live else ()
        return tuple(
            part[6] if isinstance(part[6], str) else key[number] if number < len(key) else ""
            for number, part in enumerate(parts)
        )

    def _nullable(self, table: TableName, columns: Sequence[str]) -> bool:
        live = self._schema.table(table)
        return all(live is not None and name in live.columns and live.columns[name].nullable for name in columns)

    def _names(self) -> _Names:
        return _Names(self._database, self._named)


class _Names:
    """Full names of tables as the data map writes them."""

    def __init__(self, database: Database, named: Iterable[TableName]) -> None:
        if isinstance(database, SqliteDatabase):
            self._home = "main"
        else:
            query = "SELECT DATABASE()" if database.quote == "``" else "SELECT current_schema()"
            self._home = str(database.execute_sql(query).fetchone()[0])
        self._fold = isinstance(database, SqliteDatabase)
        self._written = {self._full(name.schema or self._home, name.name): name for name in named}

    def __call__(self, schema: str, table: str) -> TableName:
        """The table as the map writes it, else plainly."""
        plain = TableName(None if schema == self._home else schema, table)
        return self._written.get(self._full(schema, table), plain)

    def _full(self, schema: str, table: str) -> tuple[str, str]:
        return (schema.casefold(), table.casefold()) if self._fold else (schema, table)
