"""From each kind of person to every table with data about him: the join paths."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.drafting.seen import Link
from mailbot.core.drafting.tables import Outline
from mailbot.core.mapping.condition import ColumnRef, Condition, Equality, PersonKey, TableName

_DEEPEST = 4  # links between a person and a table
_HIS = frozenset({"address", "email", "bank"})


@dataclass(frozen=True, slots=True)
class Path:
    """How rows of `table` belong to a person: links from it to him; `sort` says in which sense."""

    table: TableName
    links: tuple[Link, ...]
    sort: str  # own about clerk person beside (an address or a card that he or his rows name)

    @property
    def unsure(self) -> tuple[str, ...]:
        """What about the path is guessed."""
        return tuple(
            f"{link.table}.{link.columns[0]} = {link.target}.{link.keys[0]} is guessed from {link.because}"
            for link in self.links
            if not link.declared
        )


def paths(made: Outline, person: TableName) -> Iterator[Path]:
    """All paths to one kind of person, the person's own table first; each table by its shortest ways."""
    yield Path(person, (), "own")
    direct = [link for link in made.to(person) if not made.table(link.table).view or made.table(person).view]
    for link in direct:
        yield Path(link.table, (link,), _sort(made, link))
    reached = {person, *(link.table for link in direct)}
    about = deque(
        [Path(person, (), "own"), *(Path(one.table, (one,), "about") for one in direct if _sort(made, one) == "about")]
    )
    while about:
        path = about.popleft()
        for found in (*_rows_of(made, path), *_named_by(made, path)):
            if found.table in reached:
                continue
            reached.add(found.table)
            yield found
            if found.sort == "about":
                about.append(found)


def _sort(made: Outline, link: Link) -> str:
    if link.table in made.persons:
        return "person"
    return "clerk" if made.clerk(link) or made.place(link.table) else "about"


def _rows_of(made: Outline, path: Path) -> Iterator[Path]:
    """Rows that belong to rows about the person: the lines of his orders."""
    if path.sort == "own" or len(path.links) >= _DEEPEST or _shared(made, path.table):
        return
    for link in made.to(path.table):
        if link.table not in made.persons and not made.clerk(link) and not made.table(link.table).view:
            yield Path(link.table, (link, *path.links), "about")


def _shared(made: Outline, table: TableName) -> bool:
    """Whether rows of others hang on the same rows: a list of many, or a place."""
    return made.place(table)


def _named_by(made: Outline, path: Path) -> Iterator[Path]:
    """Rows that the person, or his rows, name and that hold an address or a card: the link, followed the other way."""
    for link in made.of(path.table):
        if link.target in made.persons or made.clerk(link) or not _is_address(made, link.target):
            continue
        back = Link(link.target, link.keys, link.table, link.columns, link.because)
        yield Path(link.target, (back, *path.links), "beside")


def _is_address(made: Outline, name: TableName) -> bool:
    """Whether a table holds addresses or cards of persons: of a company with a name of its own it does not."""
    found = made.guesses[name].values()
    named = any(guess.category in {"full_name", "company"} and guess.where != "anywhere" for guess in found)
    his = _HIS - {"bank"} if made.till(name) else _HIS
    return not made.place(name) and not named and bool({guess.category for guess in found} & his)


def condition_of(made: Outline, path: Path, person: TableName) -> tuple[Condition, dict[TableName, Condition]]:
    """`where`, and the joins that lead to the tables it names."""
    key = made.key(person)
    joins: dict[TableName, Condition] = {}
    for link in path.links[:-1]:
        joins[link.target] = _equal(link)
    last = path.links[-1] if path.links else None
    if last is None:
        return _is_person(person, key, key), {}
    if set(last.keys) == set(key):
        pairs = dict(zip(last.keys, last.columns, strict=True))
        return _is_person(last.table, tuple(pairs[name] for name in key), key), joins
    joins[person] = _equal(last)
    return _is_person(person, key, key), joins


def _is_person(table: TableName, columns: tuple[str, ...], key: tuple[str, ...]) -> Condition:
    pairs = zip(columns, key, strict=True)
    return Condition(tuple(Equality(ColumnRef(table, column), PersonKey(name)) for column, name in pairs))


def _equal(link: Link) -> Condition:
    pairs = zip(link.columns, link.keys, strict=True)
    return Condition(
        tuple(Equality(ColumnRef(link.table, column), ColumnRef(link.target, key)) for column, key in pairs)
    )
