"""Client databases as they might be: tables that hang on persons and on each other, rows that tell whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from mailbot.core.mapping.datamap import DataMap, load_map

TODAY = date(2026, 11, 23)
PERSONS = 3
_HOLDING = """
[[holding]]
person = "person"
table = "{table}"
where = "{where}"
title = "{table}"
purpose = "p"
basis = "contract"
source = "s"
retention = {{ years = 5 }}
{join}
[holding.columns]
{columns}
{change}
"""
_COLUMNS = """
words = { title = "W" }
amount = { title = "A", erase = "keep" }
day = { title = "D", erase = "keep" }
"""


@dataclass(frozen=True, slots=True)
class Hanging:
    """One table beside that of the persons."""

    parent: int | None  # the number of the table that it hangs on; None: the persons
    how: str | None  # anonymise delete; None: not to be erased
    law: str | None  # kept (the law still runs), over
    nullable: bool
    unique: bool
    own: bool  # its rows refer to each other
    rows: tuple[int, ...]  # whose each row is, by the number of the person (or of the parent's row)


@dataclass(frozen=True, slots=True)
class World:
    """A schema with its rows."""

    how: str
    unique: bool
    bosses: bool  # persons refer to each other
    circle: bool  # persons refer to the first table, too
    tables: tuple[Hanging, ...]


def token(person: int) -> str:
    """What every value about a person holds, and no other value."""
    return f"zq{person}qz"


@st.composite
def hanging(draw: st.DrawFn, number: int) -> Hanging:
    parent = draw(st.none() | st.integers(0, number - 1)) if number else None
    how = draw(st.sampled_from([None, "anonymise", "delete", "delete"]))
    law = draw(st.sampled_from([None, None, "kept", "over"])) if how else None
    rows = tuple(draw(st.lists(st.integers(0, 5), min_size=1, max_size=6)))
    flags = [draw(st.booleans()) for _ in range(3)]
    return Hanging(parent, how, law, flags[0], flags[1], flags[2], rows)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 4))
    tables = tuple(draw(hanging(number)) for number in range(count))
    flags = [draw(st.booleans()) for _ in range(3)]
    return World(draw(st.sampled_from(["anonymise", "delete"])), flags[0], flags[1], flags[2], tables)


# --- the world in SQL -------------------------------------------------------------------------------------------------


def owner(world: World, table: int, row: int) -> int:
    """Whom a row is about: 1 … PERSONS."""
    one = world.tables[table]
    if one.parent is None:
        return one.rows[row] % PERSONS + 1
    above = world.tables[one.parent]
    return owner(world, one.parent, one.rows[row] % len(above.rows))


def statements(world: World, *, sqlite: bool) -> list[str]:
    """What makes and fills it."""
    circle = "FOREIGN KEY (first_one) REFERENCES t0 (id)"
    person = (
        "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INTEGER, first_one INTEGER, name VARCHAR(60) NOT NULL,"
        f" email VARCHAR(80) NOT NULL{' UNIQUE' * world.unique}, phone VARCHAR(30), born DATE NOT NULL,"
        f" FOREIGN KEY (boss) REFERENCES person (id){f', {circle}' if sqlite else ''})"
    )
    made = [person, *(_table(world, number) for number in range(len(world.tables)))]
    if not sqlite:
        made.append(f"ALTER TABLE person ADD {circle}")
    for one in range(1, PERSONS + 1):
        boss = one - 1 if world.bosses and one > 1 else "NULL"
        name, born = token(one), f"1970-0{one}-01"
        made.append(
            f"INSERT INTO person VALUES ({one}, {boss}, NULL, 'N {name}', '{name}@x.example', '{name}', '{born}')"  # noqa: S608
        )
    for number, hung in enumerate(world.tables):
        made += [_row(world, number, row) for row in range(len(hung.rows))]
    if world.circle:
        first = {
            owner(world, 0, row): row + 1 for row in range(len(world.tables[0].rows)) if not world.tables[0].parent
        }
        made += [f"UPDATE person SET first_one = {row} WHERE id = {who}" for who, row in first.items()]  # noqa: S608
    return made


def _table(world: World, number: int) -> str:
    one = world.tables[number]
    above = "person" if one.parent is None else f"t{one.parent}"
    return (
        f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, above_id INTEGER NOT NULL, before_id INTEGER,"
        f" words VARCHAR(80){'' if one.nullable else ' NOT NULL'}{' UNIQUE' * one.unique},"
        " amount DECIMAL(9, 2) NOT NULL,"
        f" day DATE NOT NULL, FOREIGN KEY (above_id) REFERENCES {above} (id),"
        f" FOREIGN KEY (before_id) REFERENCES t{number} (id))"
    )


def _row(world: World, number: int, row: int) -> str:
    one = world.tables[number]
    above = (
        one.rows[row] % PERSONS + 1 if one.parent is None else one.rows[row] % len(world.tables[one.parent].rows) + 1
    )
    before = row if one.own and row else "NULL"
    day = "2020-05-05" if one.law == "kept" else "2001-05-05"
    words = f"{token(owner(world, number, row))} {number} {row}"
    return f"INSERT INTO t{number} VALUES ({row + 1}, {above}, {before}, '{words}', 12.50, '{day}')"  # noqa: S608


# --- its data map -----------------------------------------------------------------------------------------------------


def datamap(world: World) -> DataMap:
    text = '[person.person]\ntable = "person"\nkey = ["id"]\nfind = { email = ["email"], names = ["name"] }\n'
    columns = {"name": "last_name", "email": "email", "phone": "phone", "born": ""}
    text += _HOLDING.format(
        table="person",
        where="person.id = :person.id",
        join="",
        columns="\n".join(_column(name, is_) for name, is_ in columns.items()),
        change=f'[holding.change]\nerase = "{world.how}"',
    )
    for number, one in enumerate(world.tables):
        text += _HOLDING.format(
            table=f"t{number}",
            where=f"{_top(world, number)}.above_id = :person.id",
            join=_joins(world, number),
            columns=_COLUMNS,
            change=_change(number, one),
        )
    return load_map(text, "map.toml")


def _column(name: str, is_: str) -> str:
    role = f'is = "{is_}", rectify = true' if is_ else "rectify = false"
    return f'{name} = {{ title = "{name}", {role} }}'


def _change(number: int, one: Hanging) -> str:
    if one.how is None:
        return ""
    if one.law is None:
        return f'[holding.change]\nerase = "{one.how}"'
    keep = f'{{ law = "L", years = 10, after = "t{number}.day" }}'
    return f'[holding.change]\nerase = {{ keep = {keep}, then = "{one.how}" }}'


def _chain(world: World, number: int) -> list[int]:
    parent = world.tables[number].parent
    return [number] if parent is None else [number, *_chain(world, parent)]


def _top(world: World, number: int) -> str:
    return f"t{_chain(world, number)[-1]}"


def _joins(world: World, number: int) -> str:
    chain = _chain(world, number)
    lines = [f't{above} = "t{below}.above_id = t{above}.id"' for below, above in pairwise(chain)]
    return "\n".join(["[holding.join]", *lines]) if lines else ""
