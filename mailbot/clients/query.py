"""The data map as peewee expressions: every value is a parameter, every name quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from peewee import SQL, Column, Database, Expression, Function, Join, Node, Select, Table, fn

from mailbot.core.mapping.condition import ColumnRef, Condition, Literal, Operand, PersonKey, TableName
from mailbot.core.mapping.mapfit import chain
from mailbot.core.mapping.mapshape import Holding, PersonKind
from mailbot.core.values import PersonRef, Scalar

Key = Mapping[str, "Scalar | Column"]
"""The person's key: its values, or the columns that hold them."""


class Builder:
    """Builds queries for one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._percent = "%%" if database.param == "%s" else "%"  # such drivers read a single % as a placeholder
        self.false = Expression(1, "=", 0)
        self.text_type = "CHAR" if database.quote == "``" else "TEXT"

    def table(self, name: TableName) -> Table:
        """The table `name`."""
        return Table(self._safe(name.name), schema=self._safe(name.schema) if name.schema else None)

    def column(self, ref: ColumnRef, base: TableName) -> Column:
        """The column `ref`, of `base` if it names no table."""
        return Column(self.table(ref.table or base), self._safe(ref.name))

    def columns(self, table: TableName, names: Iterable[str]) -> list[Column]:
        """The columns `names` of one table."""
        return [Column(self.table(table), self._safe(name)) for name in names]

    def _safe(self, name: str) -> str:
        return name.replace("%", self._percent)

    def all_of(self, conditions: Iterable[Condition], base: TableName, key: Key) -> Expression:
        """All equalities of `conditions`, with the person's key filled in."""
        whole: Expression | None = None
        for equality in (equality for condition in conditions for equality in condition.equalities):
            one = self._equal(equality.left, equality.right, base, key)
            whole = one if whole is None else whole & one
        if whole is None:
            raise ValueError("a condition has at least one equality")
        return whole

    def _equal(self, left: Operand, right: Operand, base: TableName, key: Key) -> Expression:
        if not isinstance(left, ColumnRef):
            left, right = right, left
        if not isinstance(left, ColumnRef):
            return Expression(self._fixed(left, key), "=", self._fixed(right, key))
        column = self.column(left, base)
        if isinstance(right, ColumnRef):
            return column == self.column(right, base)
        value = self._fixed(right, key)
        return column.is_null() if value is None else column == value

    def _fixed(self, operand: Operand, key: Key) -> Scalar | Column:
        if isinstance(operand, PersonKey):
            return key[operand.column]
        return operand.value if isinstance(operand, Literal) else None

    def by_key(self, table: TableName, key: Iterable[tuple[str, Scalar]]) -> Expression:
        """The row of `table` with this key."""
        whole: Expression | None = None
        for name, value in key:
            one = self.column(ColumnRef(None, name), table) == value
            whole = one if whole is None else whole & one
        if whole is None:
            raise ValueError("a key has at least one column")
        return whole

    def persons(self, kind: PersonKind, refs: Iterable[ColumnRef], beside: Node | None = None) -> Select:
        """A query of `refs` for every person of `kind`; joined tables may have no row.

        `beside` is read first, and each person beside each of its rows.
        """
        refs, own = list(refs), self.table(kind.table)
        source = Join(beside, own, "CROSS JOIN") if beside else own
        query = Select([source], [self.column(ref, kind.table) for ref in refs])
        for table in chain(kind.table, kind.join, [ref.table for ref in refs if ref.table]):
            on = self.all_of([kind.join[table]], kind.table, {})
            query = query.join(self.table(table), "LEFT OUTER JOIN", on=on)
        return query.bind(self.database)

    def rows(self, holding: Holding, ref: PersonRef, columns: Iterable[str]) -> Select:
        """The rows of `holding` about one person, each once whatever its joins say."""
        key = dict(ref.key)
        query = self.table(holding.table).select(*self.columns(holding.table, columns)).bind(self.database)
        joined = chain(holding.table, holding.join, sorted(holding.where.tables, key=str))
        conditions = [holding.where, *(holding.join[table] for table in joined)]
        about = self.all_of(conditions, holding.table, key)
        if not joined:
            return query.where(about)
        others = Select([self.table(table) for table in joined], [SQL("1")]).where(about)
        return query.where(fn.EXISTS(others))

    def joined(self, holding: Holding, ref: PersonRef, column: ColumnRef) -> Select:
        """The different values of a joined `column` over the holding's rows about one person."""
        wanted = [*sorted(holding.where.tables, key=str), *([column.table] if column.table else [])]
        joined = chain(holding.table, holding.join, wanted)
        query = self.table(holding.table).select(self.column(column, holding.table)).distinct()
        for table in joined:
            on = self.all_of([holding.join[table]], holding.table, dict(ref.key))
            query = query.join(self.table(table), "INNER JOIN", on=on)
        return query.where(self.all_of([holding.where], holding.table, dict(ref.key))).bind(self.database)

    def dated(self, holding: Holding, ref: PersonRef, key: Sequence[str], date: ColumnRef) -> Select:
        """Of each row of the holding about one person its key and a joined date; none where no row is joined."""
        joined = chain(holding.table, holding.join, [*sorted(holding.where.tables, key=str), *_table(date)])
        query = self.table(holding.table).select(*self.columns(holding.table, key), self.column(date, holding.table))
        for table in joined:
            on = self.all_of([holding.join[table]], holding.table, dict(ref.key))
            query = query.join(self.table(table), "INNER JOIN", on=on)
        where = self.all_of([holding.where], holding.table, dict(ref.key))
        return query.where(where).distinct().bind(self.database)

    def owners(self, holding: Holding, kind: PersonKind, key: Sequence[str], *more: ColumnRef) -> Select:
        """The key of every person of `kind` with the key of each row of the holding about him, and joined columns."""
        wanted = [*sorted(holding.where.tables, key=str), *(table for ref in more for table in _table(ref))]
        joined = chain(holding.table, holding.join, wanted)
        person = {name: self.column(ColumnRef(None, name), kind.table) for name in kind.key}
        about = self.all_of([holding.where, *(holding.join[table] for table in joined)], holding.table, person)
        tables = dict.fromkeys([holding.table, *joined, kind.table])
        columns = [*person.values(), *self.columns(holding.table, key)]
        columns += [self.column(ref, holding.table) for ref in more]
        return Select([self.table(table) for table in tables], columns).where(about).bind(self.database)

    def among(self, table: TableName, key: Sequence[str], values: Sequence[Sequence[Scalar]]) -> Expression:
        """The rows of `table` whose columns `key` hold one of `values`."""
        columns = self.columns(table, key)
        if len(columns) == 1:
            return columns[0].in_([value for (value,) in values])
        rows = (reduce(and_, (c == v for c, v in zip(columns, row, strict=True))) for row in values)
        return reduce(or_, rows)

    def bare(self, column: Column) -> Function:
        """`column` as trimmed text in lower case."""
        return fn.LOWER(fn.TRIM(column.cast(self.text_type)))


def _table(ref: ColumnRef) -> tuple[TableName, ...]:
    return (ref.table,) if ref.table else ()
