"""An address in any notation, as conditions in each database's SQL.

Each holds of every notation and of some more values; what is found is compared by `normalise`, which alone decides.
"""

from __future__ import annotations

import json
from itertools import chain

from peewee import SQL, Column, Database, Entity, Join, Node, NodeList, Select, SqliteDatabase

from mailbot.clients.indexes import Order
from mailbot.clients.persons import PersonColumns
from mailbot.clients.prepared import Slot
from mailbot.clients.query import Builder
from mailbot.core.mapping.condition import ColumnRef
from mailbot.core.notation import folded_spans, pattern, spans

SHARING = 200
"""Rows that in_spans() gives at most on PostgreSQL: where there are so many, there may be more."""

# ''||: a bare parameter has the statement prepared anew for each pattern
_SQLITE_SPANS = "{0} COLLATE %s >= r.key AND {0} COLLATE %s < r.value AND {0} LIKE (''||?)"
# without the limit the planner expects many rows and reads the whole table
_POSTGRES_SPANS = """(SELECT s.{column} FROM json_each_text(%s::json) AS r(start, behind) CROSS JOIN LATERAL
    (SELECT c.{column} FROM {table} AS c WHERE c.{column} >= r.start AND c.{column} < r.behind
    AND lower(c.{column} COLLATE "C") LIKE %s LIMIT {most}) AS s LIMIT {most})"""
_LIKE = {
    "sqlite": "{0} LIKE ?",
    "postgres": 'lower(CAST({0} AS TEXT) COLLATE "C") LIKE %s',
    "mariadb": "CONVERT({0} USING utf8mb4) COLLATE utf8mb4_general_ci LIKE %s",
}
# beyond printable ASCII, upper case (where it makes a difference to =), or a dot at the end
_ODD = {
    "sqlite": "({0} <> lower({0}) OR {0} < '!' OR substr({0}, -1) < '!' OR substr({0}, -1) = '.'"
    " OR length({0}) <> length(CAST({0} AS BLOB)))",
    "postgres": """(CAST({0} AS TEXT) COLLATE "C" ~ '[^!-@[-`a-~]|\\.$')""",
    "mariadb": "(CONVERT({0} USING utf8mb4) COLLATE utf8mb4_bin REGEXP '[^!-~]|[.]$'"
    " OR (CONVERT({0} USING utf8mb4) COLLATE utf8mb4_bin REGEXP '[A-Z]' AND {0} <> LOWER({0})))",
}


def in_spans(builder: Builder, kind: PersonColumns, ref: ColumnRef, order: Order) -> Select:
    """The persons whose stored value lies in the spans of a form; span_values() go into the slots."""
    database, table, column = builder.database, ref.table or kind.kind.table, builder.column(ref, kind.kind.table)
    if not isinstance(database, SqliteDatabase):
        names = {"table": _quoted(database, *table), "column": _quoted(database, ref.name), "most": SHARING}
        stored = SQL(_POSTGRES_SPANS.format(**names), [Slot("spans"), Slot("pattern")])
        return builder.persons(kind.kind, kind.refs).where(column.in_(stored))
    listed = SQL("json_each(?) AS r", [Slot("spans")])
    within = _SQLITE_SPANS.replace("%s", "NOCASE" if order is Order.FOLDED else "BINARY")
    if table == kind.kind.table:
        persons = builder.persons(kind.kind, kind.refs, beside=listed)
        return persons.where(_filled(within, column, Slot("pattern")))
    own = Select([Join(listed, builder.table(table).alias("s"), "CROSS JOIN")], [Entity("s", ref.name)])
    own = own.where(_filled(within, Entity("s", ref.name), Slot("pattern")))
    return builder.persons(kind.kind, kind.refs).where(column.in_(own))


def span_values(form: str, order: Order) -> dict[str, object] | None:
    """The values for in_spans(); None where `form` has no spans."""
    found = (folded_spans if order is Order.FOLDED else spans)(form)
    if found is None:
        return None
    return {"spans": json.dumps(dict(found)), "pattern": pattern(form)}


def like(database: Database, column: Column, form: str) -> Node:
    """Every notation of the normal form `form`; reads the whole column."""
    return _filled(_LIKE[_kind(database)], column, pattern(form))


def odd(database: Database, column: Node) -> Node:
    """Every value that is not its own normal form, or that = tells from it; reads the whole column."""
    return _filled(_ODD[_kind(database)], column)


def _kind(database: Database) -> str:
    if isinstance(database, SqliteDatabase):
        return "sqlite"
    return "mariadb" if database.quote == "``" else "postgres"


def _quoted(database: Database, *names: str | None) -> str:
    """A name as it stands in a statement."""
    sql: str = database.get_sql_context().sql(Entity(*names)).query()[0]
    return sql.replace("%", "%%") if database.param == "%s" else sql


def _filled(template: str, column: Node, *params: object) -> Node:
    """`template` with the column at each {0}, and `params` where their mark stands."""
    first, *others = (SQL(text, params if "?" in text or "%s" in text else None) for text in template.split("{0}"))
    return NodeList([first, *chain.from_iterable((column, other) for other in others)], glue="")
