"""The tiny language of the data map: table and column names, and equalities joined by AND.

    contact.client_id = client.id AND client."kind of" = 'customer' AND contact.id = :person.id

A condition is read into values and rebuilt as a query with parameters; its text never reaches a database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"]|"")+")
    | (?P<text>'(?:[^']|'')*')
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<mark>[.=:])
    )""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[^\W\d]\w*")
_SCHEMA_TABLE_COLUMN = 3
_ALLOWED = "equalities joined by AND between table.column, 'text', numbers, true, false, null and :person.<key column>"


class TableName(NamedTuple):
    """A table, with its schema where the map names one."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        """As the data map writes it; parse_table() reads it back equal."""
        return ".".join(_written(part) for part in (self.schema, self.name) if part is not None)


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of a table; without a table it belongs to the one that the map's entry is about."""

    table: TableName | None
    name: str

    def __str__(self) -> str:
        """As the data map writes it."""
        return f"{self.table}.{_written(self.name)}" if self.table else _written(self.name)

    def within(self, base: TableName) -> ColumnRef:
        """The same column with its table named: `base` if none was."""
        return self if self.table else ColumnRef(base, self.name)


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed value; None is NULL."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class PersonKey:
    """The value of one key column of the person asked for."""

    column: str


Operand: TypeAlias = ColumnRef | Literal | PersonKey


@dataclass(frozen=True, slots=True)
class Equality:
    """Both sides are equal (NULL equals NULL only where one side is the literal null)."""

    left: Operand
    right: Operand

    @property
    def sides(self) -> tuple[Operand, Operand]:
        """Both operands."""
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Condition:
    """Equalities that all hold."""

    equalities: tuple[Equality, ...]

    @property
    def columns(self) -> frozenset[ColumnRef]:
        """The columns named."""
        return frozenset(side for one in self.equalities for side in one.sides if isinstance(side, ColumnRef))

    @property
    def tables(self) -> frozenset[TableName]:
        """The tables named."""
        return frozenset(column.table for column in self.columns if column.table)

    @property
    def person_keys(self) -> frozenset[str]:
        """The key columns of the person named."""
        return frozenset(side.column for one in self.equalities for side in one.sides if isinstance(side, PersonKey))


def parse_table(text: str) -> TableName:
    """The table written as `table`, `schema.table`, odd names in double quotes. Raises ValueError."""
    parts = _Reader(text).only_name()
    if len(parts) >= _SCHEMA_TABLE_COLUMN:
        raise ValueError(f"{text}: a table is written table or schema.table, odd names in double quotes")
    return TableName(parts[0] if len(parts) > 1 else None, parts[-1])


def parse_column(text: str) -> ColumnRef:
    """The column written as `column`, `table.column` or `schema.table.column`. Raises ValueError."""
    return _column(_Reader(text).only_name())


def parse_condition(text: str) -> Condition:
    """The equalities written in `text`. Raises ValueError with what is allowed."""
    reader = _Reader(text)
    equalities = [reader.equality()]
    while reader.rest:
        reader.take("and")
        equalities.append(reader.equality())
    return Condition(tuple(equalities))


def _written(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def _column(parts: list[str]) -> ColumnRef:
    *table, name = parts
    if len(table) >= _SCHEMA_TABLE_COLUMN:
        raise ValueError(f"a column is written table.column or schema.table.column, not with {len(parts)} names")
    return ColumnRef(TableName(table[0] if len(table) > 1 else None, table[-1]) if table else None, name)


class _Reader:
    """Reads tokens from the left; every refusal says what is allowed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.rest = self._split(text)

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise self._refusal()
            tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens

    def _refusal(self) -> ValueError:
        return ValueError(f"{self._text!r} is not understood; allowed: {_ALLOWED}")

    def _next(self) -> tuple[str, str]:
        if not self.rest:
            raise self._refusal()
        return self.rest.pop(0)

    def take(self, wanted: str) -> None:
        """Step over the mark or word `wanted`."""
        if self._next()[1].lower() != wanted:
            raise self._refusal()

    def name(self) -> list[str]:
        """One or more names joined by dots."""
        parts = [self._one_name()]
        while self.rest and self.rest[0] == ("mark", "."):
            self.rest.pop(0)
            parts.append(self._one_name())
        return parts

    def only_name(self) -> list[str]:
        """A dotted name with nothing behind it."""
        parts = self.name()
        if self.rest:
            raise ValueError(f"{self._text!r} is not one name; odd names stand in double quotes")
        return parts

    def _one_name(self) -> str:
        group, text = self._next()
        if group == "quoted":
            return text[1:-1].replace('""', '"')
        if group == "word":
            return text
        raise self._refusal()

    def equality(self) -> Equality:
        """Operand = operand."""
        left = self._operand()
        self.take("=")
        return Equality(left, self._operand())

    def _operand(self) -> Operand:
        if not self.rest:
            raise self._refusal()
        group, text = self.rest[0]
        if group in {"text", "number"} or (group == "word" and text.lower() in {"true", "false", "null"}):
            self.rest.pop(0)
            return Literal(_value(group, text))
        if text == ":":
            return self._person_key()
        column = _column(self.name())
        if column.table is None:
            raise self._refusal()
        return column

    def _person_key(self) -> PersonKey:
        self.take(":")
        self.take("person")
        self.take(".")
        return PersonKey(self._one_name())


def _value(group: str, text: str) -> str | int | float | bool | None:
    if group == "text":
        return text[1:-1].replace("''", "'")
    if group == "number":
        return float(text) if "." in text else int(text)
    return {"true": True, "false": False, "null": None}[text.lower()]
