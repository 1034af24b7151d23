"""On schemas, names and data that nobody chose: a copy has every row about the person and not one value of another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from clients.bases import KINDS, NOW, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.clients.directory import open_directory
from mailbot.core.mapping.condition import ColumnRef, TableName
from mailbot.core.mapping.datamap import load_map
from mailbot.core.values import PersonRef, Scalar

ODD = ["", " ", '"', "'", "`", "%", "%s", "é", ".", ";--", "\\", ":person", "select ", "漢"]
VALUES = ["", "'", '"', "%s", "\\", "é", "漢字", "=1+1", "  x ", "\n", "null", "🙂"]
_number = itertools.count()


@dataclass(frozen=True)
class Child:
    """A table whose rows belong to a person, directly or through `parent`."""

    name: str
    column: str
    parent: int | None  # another child, before it
    filtered: bool  # only rows of one kind count
    rows: tuple[tuple[int, str, bool], ...]  # (owner: person or row of the parent, value, of that kind)


@dataclass(frozen=True)
class Base:
    """A whole database in the making."""

    person: str
    key: tuple[str, ...]
    people: int
    textual: bool
    children: tuple[Child, ...]


@st.composite
def bases(draw: st.DrawFn) -> Base:
    def name() -> str:
        return f"{draw(st.sampled_from(ODD))}n{next(_number)}{draw(st.sampled_from(ODD)).strip()}"

    people = draw(st.integers(1, 4))
    key = tuple(name() for _ in range(draw(st.integers(1, 2))))
    children: list[Child] = []
    for place in range(draw(st.integers(1, 4))):
        parent = draw(st.none() | st.integers(0, place - 1)) if place else None
        owners = people if parent is None else len(children[parent].rows)
        rows = st.tuples(st.integers(0, max(owners - 1, 0)), st.sampled_from(VALUES), st.booleans())
        drawn = tuple(draw(st.lists(rows, max_size=8))) if owners else ()
        children.append(Child(name(), name(), parent, draw(st.booleans()), drawn))
    return Base(name(), key, people, draw(st.booleans()), tuple(children))


class Written:
    """A base as SQL of one kind of database, as a map, and as what each person must get."""

    def __init__(self, base: Base, url: str) -> None:
        self.base = base
        self.mariadb = url.startswith("mysql")
        self.doubled = not url.startswith("sqlite")

    def name(self, text: str) -> str:
        quote = "`" if self.mariadb else '"'
        return quote + text.replace(quote, quote * 2) + quote

    def text(self, value: str) -> str:
        escaped = value.replace("\\", "\\\\") if self.mariadb else value
        return "'" + escaped.replace("'", "''") + "'"

    def key_of(self, person: int) -> tuple[str | int, ...]:
        own: str | int = f"k{person}" if self.base.textual else person
        return (own, *([person % 2] if len(self.base.key) > 1 else []))

    def written(self, value: str | int) -> str:
        return self.text(value) if isinstance(value, str) else str(value)

    def statements(self) -> Iterator[str]:
        base, sort = self.base, "VARCHAR(20)" if self.base.textual else "INTEGER"
        sorts = [sort, "INTEGER"][: len(base.key)]
        columns = [f"{self.name(key)} {sort}" for key, sort in zip(base.key, sorts, strict=True)]
        primary = f"PRIMARY KEY ({', '.join(map(self.name, base.key))})"
        yield f"CREATE TABLE {self.name(base.person)} ({', '.join([*columns, 'mail VARCHAR(40)', primary])})"
        for person in range(base.people):
            values = [*map(self.written, self.key_of(person)), self.text(f"p{person}@x.example")]
            yield f"INSERT INTO {self.name(base.person)} VALUES ({', '.join(values)})"  # noqa: S608 - ours
        for child in base.children:
            links = [f"o{n} {sort}" for n, sort in enumerate(sorts)] if child.parent is None else ["up INTEGER"]
            own = ["id INTEGER PRIMARY KEY", *links, f"{self.name(child.column)} VARCHAR(80)", "kind VARCHAR(9)"]
            yield f"CREATE TABLE {self.name(child.name)} ({', '.join(own)})"
            for number, (owner, value, counts) in enumerate(child.rows):
                link = map(self.written, self.key_of(owner)) if child.parent is None else [str(owner)]
                values = [str(number), *link, self.text(f"{child.name}:{number}:{value}")]
                values.append(self.text("it's" if counts else "other"))
                yield f"INSERT INTO {self.name(child.name)} VALUES ({', '.join(values)})"  # noqa: S608 - ours

    def drops(self) -> Iterator[str]:
        for name in (self.base.person, *(child.name for child in self.base.children)):
            yield f"DROP TABLE IF EXISTS {self.name(name)}"

    def run(self, url: str, statements: Iterator[str]) -> None:
        run(url, *(one.replace("%", "%%") if self.doubled else one for one in statements))

    def map(self) -> str:
        base = self.base
        text = f"""[person.p]\ntable = {_toml(str(TableName(None, base.person)))}
key = [{", ".join(map(_toml, base.key))}]\nfind = {{ email = ["mail"] }}\n"""
        for child in base.children:
            where, joins = self.where(child)
            text += f"""\n[[holding]]\nperson = "p"\ntable = {_toml(str(TableName(None, child.name)))}
where = {_toml(where)}\ntitle = "t"\npurpose = "p"\nbasis = "contract"\nsource = "s"\nretention = {{ years = 1 }}\n"""
            text += "[holding.join]\n" + "".join(f"{_toml(one)} = {_toml(other)}\n" for one, other in joins)
            text += f'[holding.columns]\n{_toml(child.column)} = {{ title = "v" }}\n'
        return text

    def where(self, child: Child) -> tuple[str, list[tuple[str, str]]]:
        joins, top = [], child
        while top.parent is not None:
            parent = self.base.children[top.parent]
            joins.append((str(TableName(None, parent.name)), f"{_column(top, 'up')} = {_column(parent, 'id')}"))
            top = parent
        quoted = ['"' + key.replace('"', '""') + '"' for key in self.base.key]
        equal = [f"{_column(top, f'o{n}')} = :person.{key}" for n, key in enumerate(quoted)]
        equal += [f"{_column(child, 'kind')} = 'it''s'"] if child.filtered else []
        return " AND ".join(equal), joins

    def expected(self, person: int) -> dict[str, set[str]]:
        found = {}
        for child in self.base.children:
            rows = {
                f"{child.name}:{number}:{value}"
                for number, (_, value, counts) in enumerate(child.rows)
                if self.owner(child, number) == person and (counts or not child.filtered)
            }
            if rows:
                found[child.name] = rows
        return found

    def owner(self, child: Child, number: int) -> int:
        owner = child.rows[number][0]
        return owner if child.parent is None else self.owner(self.base.children[child.parent], owner)


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _column(child: Child, name: str) -> str:
    return str(ColumnRef(TableName(None, child.name), name))


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("base") / "c.db"
            file.touch()
            yield f"sqlite:///{file}"
        else:
            yield stack.enter_context(request.getfixturevalue(request.param).database())


def exact(url: str, base: Base) -> None:
    """Every person's copy is what he must get."""
    written = Written(base, url)
    written.run(url, written.statements())
    try:
        with closing(open_directory(url, load_map(written.map(), "map.toml"))) as directory:
            assert directory.check() == ()
            for number in range(base.people):
                key: tuple[tuple[str, Scalar], ...] = tuple(zip(base.key, written.key_of(number), strict=True))
                person = directory.person(PersonRef("p", key))
                assert person is not None
                copy = directory.export(person, "fr", NOW)
                found = {one.name: [str(row[0]) for row in one.rows] for one in copy.holdings}
                assert {name: set(rows) for name, rows in found.items()} == written.expected(number)
                assert all(len(rows) == len(set(rows)) for rows in found.values())
                [match] = directory.by_email([f"p{number}@x.example"])[f"p{number}@x.example"]
                assert match.person == person
    finally:
        written.run(url, written.drops())


_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=10, deadline=None, suppress_health_check=_PATIENT)
@given(base=bases())
def test_a_copy_is_complete_and_exact_on_any_schema(url: str, base: Base) -> None:
    exact(url, base)


@pytest.mark.soak
@settings(max_examples=200, deadline=None, suppress_health_check=_PATIENT)
@given(base=bases())
def test_a_copy_is_complete_and_exact_on_very_many_schemas(url: str, base: Base) -> None:
    exact(url, base)
