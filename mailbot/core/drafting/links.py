"""Links that no foreign key declares, guessed by the names and types of columns and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailbot.core.drafting.seen import Link, Seen, SeenColumn, SeenTable
from mailbot.core.drafting.vocabulary import Vocabulary, singular
from mailbot.core.mapping.condition import TableName

_MARKS = frozenset(
    {"id", "ids", "fk", "uid", "uuid", "guid", "no", "nr", "num", "numero", "nummer", "code", "key", "ref", "idx", "pk"}
)
_PLAIN_KEYS = frozenset({"id", "rowid", "uid", "uuid", "guid", "pk", "key", "code", "no", "nr", "ref", "idx", "oid"})
_LONG = 3  # letters of an abbreviation that may stand for a table
_ALIKE = {"number": "integer", "uuid": "text"}


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that others may name by one key column."""

    table: SeenTable
    key: SeenColumn
    words: tuple[str, ...]  # of its name, in the singular


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that names suggest; the better, the lower its rank. Values may confirm or refuse it."""

    link: Link
    rank: int


def candidates(vocabulary: Vocabulary, seen: Seen) -> tuple[Candidate, ...]:
    """The links that names and types suggest for columns without a declared one, sometimes several for one column."""
    declared = {(link.table, link.columns[0]) for link in seen.links if len(link.columns) == 1}
    targets = [target for table in seen.tables.values() if (target := _target(vocabulary, table))]
    found = []
    for table in seen.tables.values():
        for column in table.columns.values():
            if (table.name, column.name) in declared or table.key == (column.name,):
                continue
            found += list(_of_column(vocabulary, table, column, targets))
    return tuple(found)


def _target(vocabulary: Vocabulary, table: SeenTable) -> _Target | None:
    if len(table.key) != 1 or table.view:
        return None
    return _Target(table, table.columns[table.key[0]], name_words(vocabulary, table.name))


def name_words(vocabulary: Vocabulary, name: TableName) -> tuple[str, ...]:
    """The words of a table's name in the singular, without prefixes that say nothing."""
    words = [singular(word) for word in vocabulary.split(name.name)]
    telling = [vocabulary.person(word) or word for word in words if word not in vocabulary.words.noise]
    return tuple(telling or words)


def _of_column(
    vocabulary: Vocabulary, table: SeenTable, column: SeenColumn, targets: Iterable[_Target]
) -> Iterator[Candidate]:
    words = vocabulary.split(column.name)
    base = tuple(singular(word) for word in words if word not in _MARKS and word not in vocabulary.words.noise)
    marked = len(base) < len(words) or column.sort == "uuid"
    for target in targets:
        if target.table.name.schema != table.name.schema or _sort(column) != _sort(target.key):
            continue
        rank = _rank(vocabulary, column, base, target, table, marked=marked)
        if rank is not None:
            why = "its name" if rank < 3 else "its name alone: look"  # noqa: PLR2004 -- the ranks below
            yield Candidate(Link(table.name, (column.name,), target.table.name, target.table.key, why), rank)


def _rank(
    vocabulary: Vocabulary,
    column: SeenColumn,
    base: tuple[str, ...],
    target: _Target,
    table: SeenTable,
    *,
    marked: bool,
) -> int | None:
    """How well a column's name fits a table: 0 its key's own name, 1 its whole name, 2 a part, 3 a role, or None."""
    own = target.table.name == table.name
    key = column.name.casefold() == target.key.name.casefold() and not set(vocabulary.split(column.name)) <= _PLAIN_KEYS
    if key and not own:
        return 0
    if not marked and column.sort != "integer":
        return None
    if base and not own and (base == target.words or "".join(base) == "".join(target.words)):
        return 1
    if base and not own and marked and (_part(base, target.words) or _parent(vocabulary, base, target, table)):
        return 2
    small = column.type.startswith(("tinyint", "smallint")) and column.type[:4] != target.key.type[:4]
    return 3 if not own and not small and _alike(vocabulary, base, target, marked=marked) else None


def _part(base: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a column's words begin or end with the table's (billing_address), or shorten them (soc)."""
    size = len(words)
    if base[-size:] == words or base[:size] == words:
        return True
    if len(words) > 1 and (base == words[-1:] or base == ("".join(word[0] for word in words),)):
        return True
    short = base[0]
    return len(words) == 1 and len(short) >= _LONG and words[0].startswith(short) and len(base) <= 2  # noqa: PLR2004


def _parent(vocabulary: Vocabulary, base: tuple[str, ...], target: _Target, table: SeenTable) -> bool:
    """Whether `parent_id` of case_comment leads to case."""
    words = name_words(vocabulary, table.name)
    return base == ("parent",) and len(words) > len(target.words) and words[: len(target.words)] == target.words


def _alike(vocabulary: Vocabulary, base: tuple[str, ...], target: _Target, *, marked: bool) -> bool:
    """Whether another word for the same persons stands there: poster_id for users, contact for people."""
    if len(target.words) != 1:
        return False
    group = next((group for group in vocabulary.words.alike if target.words[0] in group), frozenset())
    return bool(set(base) & group) or (marked and base[-1:] == ("by",) and "user" in group)


def _sort(column: SeenColumn) -> str:
    return _ALIKE.get(column.sort, column.sort)


def beneath(
    links: Sequence[Link], keys: Mapping[TableName, tuple[str, ...]], persons: Collection[TableName]
) -> Iterator[Link]:
    """The links to persons whose key names a row of a wider table (an entity, a party): what names that row names them.

    `keys` has the primary key of each table. Another table whose whole key names such a row is another kind of entity.
    """
    for own in links:
        if own.table not in persons or own.columns != keys[own.table] or own.target in persons:
            continue
        for link in links:
            same = link.target == own.target and link.keys == own.keys and link.table not in persons
            if same and link.columns != keys[link.table]:
                yield Link(link.table, link.columns, own.table, own.columns, f"the key shared with {own.target}")


def chosen(candidates: Iterable[Candidate], held: Mapping[Link, float]) -> tuple[Link, ...]:
    """For each column the best link; `held` is the share of sampled values found in the target, where it was looked at.

    A link whose values are not there is none; a name that says little needs its values, or a table without rows.
    """
    best: dict[tuple[TableName, str], tuple[tuple[float, ...], Link]] = {}
    for one in candidates:
        share = held.get(one.link)
        if share is not None and share < 0.5:  # noqa: PLR2004 -- orphans happen
            continue
        place = (one.link.table, one.link.columns[0])
        order = (one.rank, -(share or 0.0), len(one.link.target.name))
        if place not in best or order < best[place][0]:
            best[place] = (order, one.link)
    return tuple(link for _, link in best.values())
