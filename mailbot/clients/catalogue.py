"""The system tables of the three databases: what tables, columns, keys and links there are, for those who only read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from peewee import Database, SqliteDatabase

from mailbot.core.drafting.seen import Link, SeenColumn, SeenTable
from mailbot.core.mapping.condition import TableName

# only what this account may read; information_schema shows keys to owners alone
_POSTGRES_COLUMNS = """SELECT NULLIF(n.nspname, current_schema()), c.relname, c.relkind IN ('v', 'm'), a.attname,
        format_type(COALESCE(NULLIF(t.typbasetype, 0), a.atttypid), a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname !~ '^(pg_|information_schema$)' AND has_schema_privilege(n.oid, 'USAGE')
        AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    ORDER BY n.nspname, c.relname, a.attnum"""
_POSTGRES_KEYS = """SELECT NULLIF(n.nspname, current_schema()), c.relname, a.attname
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisprimary ORDER BY c.oid, array_position(i.indkey::int[], a.attnum::int)"""
_POSTGRES_LINKS = """SELECT k.conname || k.oid, NULLIF(n.nspname, current_schema()), c.relname, a.attname,
        NULLIF(fn.nspname, current_schema()), f.relname, b.attname
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
    JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (one, other, place) ON true
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.one
    JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = u.other
    WHERE k.contype = 'f' ORDER BY k.oid, u.place"""
_MARIADB_COLUMNS = """SELECT NULL, c.table_name, t.table_type LIKE 'VIEW', c.column_name, c.column_type
    FROM information_schema.columns c JOIN information_schema.tables t
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position"""
_MARIADB_KEYS = """SELECT NULL, table_name, column_name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index"""
_MARIADB_LINKS = """SELECT CONCAT(table_name, '.', constraint_name), NULL, table_name, column_name, NULL,
        referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()
    ORDER BY table_name, constraint_name, ordinal_position"""


@dataclass(slots=True)
class Catalogue:
    """All tables without a look at their rows, and the links that are declared."""

    tables: dict[TableName, SeenTable] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


def catalogue_of(database: Database) -> Catalogue:
    """What the account may see. Raises the database's errors."""
    if isinstance(database, SqliteDatabase):
        return _sqlite(database)
    mariadb = database.quote == "``"
    columns, keys, links = (
        (_MARIADB_COLUMNS, _MARIADB_KEYS, _MARIADB_LINKS)
        if mariadb
        else (_POSTGRES_COLUMNS, _POSTGRES_KEYS, _POSTGRES_LINKS)
    )
    found: dict[TableName, dict[str, SeenColumn]] = defaultdict(dict)
    views = set()
    for schema, table, view, column, declared in database.execute_sql(columns).fetchall():
        name = TableName(schema, table)
        found[name][column] = SeenColumn(column, str(declared).lower())
        views |= {name} if view else set()
    key: dict[TableName, list[str]] = defaultdict(list)
    for schema, table, column in database.execute_sql(keys).fetchall():
        key[TableName(schema, table)].append(column)
    tables = {
        name: SeenTable(name, own, tuple(one for one in key[name] if one in own), name in views)
        for name, own in found.items()
    }
    return Catalogue(tables, list(_grouped(database.execute_sql(links).fetchall(), tables)))


def _grouped(
    rows: Sequence[tuple[str, str | None, str, str, str | None, str, str]], tables: Mapping[TableName, SeenTable]
) -> Iterator[Link]:
    """One link for the rows of one constraint."""
    parts: dict[str, list[tuple[TableName, str, TableName, str]]] = defaultdict(list)
    for constraint, schema, table, column, to_schema, to_table, key in rows:
        parts[constraint].append((TableName(schema, table), column, TableName(to_schema, to_table), key))
    for pairs in parts.values():
        link = Link(pairs[0][0], tuple(pair[1] for pair in pairs), pairs[0][2], tuple(pair[3] for pair in pairs))
        if link.table in tables and link.target in tables:
            yield link


def _sqlite(database: Database) -> Catalogue:
    listed = database.execute_sql(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    tables: dict[TableName, SeenTable] = {}
    links: list[tuple[str, tuple[int, int, str, str, str | None]]] = []
    for name, sort in listed:
        quoted = name.replace('"', '""')
        rows = database.execute_sql(f'PRAGMA table_info("{quoted}")').fetchall()
        columns = {row[1]: SeenColumn(row[1], str(row[2]).lower()) for row in rows}
        key = tuple(column for _, column in sorted((row[5], row[1]) for row in rows if row[5]))
        tables[TableName(None, name)] = SeenTable(TableName(None, name), columns, key, sort == "view")
        links += [(name, row) for row in database.execute_sql(f'PRAGMA foreign_key_list("{quoted}")').fetchall()]
    return Catalogue(tables, list(_sqlite_links(links, tables)))


def _sqlite_links(
    rows: Sequence[tuple[str, tuple[int, int, str, str, str | None]]], tables: Mapping[TableName, SeenTable]
) -> Iterator[Link]:
    """SQLite writes names as the statement did, in any case, and leaves out the key that is the primary one."""
    spelled = {name.name.casefold(): table for name, table in tables.items()}
    parts: dict[tuple[str, int], list[tuple[int, str, str, str | None]]] = defaultdict(list)
    for table, row in rows:
        parts[table, row[0]].append((row[1], row[2], row[3], row[4]))
    for (table, _), pairs in parts.items():
        ordered = sorted(pairs)
        target = spelled.get(ordered[0][1].casefold())
        own = tables[TableName(None, table)]
        if target is None:
            continue
        keys = tuple(_spelled(pair[3], target) for pair in ordered if pair[3]) or target.key
        columns = tuple(_spelled(pair[2], own) for pair in ordered)
        if len(keys) == len(columns):
            yield Link(own.name, columns, target.name, keys)


def _spelled(column: str, table: SeenTable) -> str:
    return next((name for name in table.columns if name.casefold() == column.casefold()), column)
