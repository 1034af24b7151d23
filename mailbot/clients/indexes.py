"""In which order the database keeps the values of a column: whether a span of texts can be looked up."""

from __future__ import annotations

from enum import Enum, auto

from peewee import Database, SqliteDatabase

from mailbot.core.mapping.condition import ColumnRef, TableName

_CODEPOINTS = ("C", "POSIX", "C.UTF-8", "C.utf8")
# a collation of ICU has names of its own; to_jsonb: older servers do not have the column
_POSTGRES = """SELECT c.relkind IN ('r', 'p', 'm'), t.typname IN ('text', 'varchar') AND m.amname = 'btree'
        AND i.indpred IS NULL AND i.indisvalid AND o.opcdefault AND getdatabaseencoding() = 'UTF8'
        AND CASE l.collname WHEN 'default'
            THEN COALESCE(to_jsonb(d)->>'datlocprovider', 'c') <> 'i' AND d.datcollate = ANY (%s)
            ELSE l.collprovider <> 'i' AND l.collcollate = ANY (%s) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = %s JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_database d ON d.datname = current_database()
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indkey[0] = a.attnum
    LEFT JOIN pg_opclass o ON o.oid = i.indclass[0] LEFT JOIN pg_am m ON m.oid = o.opcmethod
    LEFT JOIN pg_collation l ON l.oid = i.indcollation[0]
    WHERE c.relname = %s AND n.nspname = COALESCE(%s, current_schema())"""
_MARIADB = """SELECT t.table_type = 'BASE TABLE', s.index_name IS NOT NULL
    FROM information_schema.tables t LEFT JOIN information_schema.statistics s
    ON s.table_schema = t.table_schema AND s.table_name = t.table_name AND s.column_name = %s AND s.seq_in_index = 1
    WHERE t.table_name = %s AND t.table_schema = COALESCE(%s, DATABASE())"""


class Order(Enum):
    """What the first column of an index is ordered by."""

    BYTES = auto()  # the bytes of its UTF-8
    FOLDED = auto()  # the same, ASCII letters in lower case
    OTHER = auto()  # some other order, or a view: nobody knows
    NONE = auto()  # no index begins with the column


def order_of(database: Database, column: ColumnRef, base: TableName) -> Order:
    """How an index orders `column`, of `base` if it names no table. Raises the database's errors."""
    table = column.table or base
    if isinstance(database, SqliteDatabase):
        return _sqlite(database, table, column.name)
    named = (column.name, table.name, table.schema)
    if database.quote == "``":
        rows = database.execute_sql(_MARIADB, named).fetchall()
        return Order.OTHER if not rows or any(not real or indexed for real, indexed in rows) else Order.NONE
    rows = database.execute_sql(_POSTGRES, (list(_CODEPOINTS), list(_CODEPOINTS), *named)).fetchall()
    if any(real and bytewise for real, bytewise in rows):
        return Order.BYTES
    return Order.NONE if rows and all(real and bytewise is None for real, bytewise in rows) else Order.OTHER


def _sqlite(database: Database, table: TableName, column: str) -> Order:
    schema, name = (part.replace('"', '""') for part in (table.schema or "main", table.name))
    real = database.execute_sql(
        f'SELECT 1 FROM "{schema}".sqlite_master WHERE type = ? AND lower(name) = lower(?)',  # noqa: S608 -- quoted
        ("table", table.name),
    ).fetchone()
    found = set()
    for index in database.execute_sql(f'PRAGMA "{schema}".index_list("{name}")').fetchall():
        quoted = str(index[1]).replace('"', '""')
        first = database.execute_sql(f'PRAGMA "{schema}".index_xinfo("{quoted}")').fetchone()
        if first and str(first[2]).lower() == column.lower() and not index[4]:  # 4: of some rows only
            found.add(_SQLITE_ORDERS.get(str(first[4]).upper(), Order.OTHER))
    if not real:
        return Order.OTHER
    return next((order for order in (Order.BYTES, Order.FOLDED, Order.OTHER) if order in found), Order.NONE)


_SQLITE_ORDERS = {"BINARY": Order.BYTES, "NOCASE": Order.FOLDED}
