"""The whole plan: rows that others refer to are overwritten instead of deleted, the rest goes in the right order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from mailbot.core.erasing.decide import Decided
from mailbot.core.erasing.facts import Edge, ErasePlan, Fate, ForeignKey, Gone, Held, RowId
from mailbot.core.erasing.order import Circle, generations, table_order
from mailbot.core.values import PersonRef, RowsErase, Scalar


def plan(
    decided: Decided,
    holdings: Sequence[Held],
    edges: Iterable[Edge],
    keys: Sequence[ForeignKey],
    person: PersonRef,
    as_of: date,
    operation: str = "erase",
) -> ErasePlan:
    """What is written, row by row grouped, and what people are told of it.

    `edges` lead to every row of `decided.to_delete` from each row that refers to it.
    """
    own = _spare(decided, edges)
    undecided = list(decided.undecided)
    deleted = {row for row, fate in decided.fates.items() if fate.delete}
    try:
        groups, emptied = _deletions(deleted, own, keys)
    except Circle as fault:
        return ErasePlan(undecided=(*undecided, str(fault)), kept=tuple(decided.kept))
    todo = [fate for fate in decided.fates.values() if not fate.delete and fate.to_write()]
    undecided += sorted(
        f"{fate.row[0]}: the key of its rows is itself about the person, and other rows refer to it: erase it yourself"
        for fate in decided.fates.values()
        if not fate.delete and fate.personal_key and fate.holdings
    )
    undecided += sorted(
        f"{fate.row[0]}: only columns that are never read would be erased; delete its rows, or name one beside"
        for fate in decided.fates.values()
        if not fate.delete and _unseen(fate)
    )
    changes = [*_overwriting(todo, person, as_of, operation)]
    for table, rows in groups:
        changes += _deleting([decided.fates[row] for row in rows], emptied.get(table, ()), person, as_of, operation)
    return ErasePlan(
        tuple(changes), tuple(_told(decided, holdings)), tuple(decided.kept), tuple(dict.fromkeys(undecided))
    )


def _spare(decided: Decided, edges: Iterable[Edge]) -> list[Edge]:
    """A row that one that stays refers to is not deleted; it stays too, so what it refers to is not deleted either.

    The edges within one table are given back.
    """
    referring: dict[RowId | None, tuple[RowId, ...]] = {}
    own, fates = [], decided.fates
    for child, parent in edges:
        if child != parent:
            referring[child] = decided.one((*referring.get(child, ()), parent))
            own += [Edge(child, parent)] if child and child[0] == parent[0] else []
    staying = [child for child in referring if child is None or child not in fates or not fates[child].delete]
    while staying:
        for parent in referring.get(staying.pop(), ()):
            if parent in fates and fates[parent].delete:
                fates[parent].delete = False
                staying.append(parent)
    return own


def _unseen(fate: Fate) -> bool:
    return bool(fate.to_write_blind()) and not fate.writes.keys() - fate.stays


def _deletions(
    deleted: set[RowId], edges: Sequence[Edge], keys: Sequence[ForeignKey]
) -> tuple[list[tuple[str, list[RowId]]], dict[str, tuple[str, ...]]]:
    """Tables with their rows, in order. Raises Circle."""
    tables: defaultdict[str, list[RowId]] = defaultdict(list)
    for row in sorted(deleted, key=repr):
        tables[row[0]].append(row)
    order, emptied = table_order(tables.keys(), keys)
    own = {key.child for key in keys if key.child == key.parent and not key.nullable}
    groups = []
    for table in order:
        parts = generations(tables[table], edges) if table in own else [tables[table]]
        groups += [(table, rows) for rows in parts]
    return groups, emptied


def _overwriting(fates: Iterable[Fate], person: PersonRef, as_of: date, operation: str) -> Iterator[RowsErase]:
    """Rows of one table in which the same is written, together."""
    groups: defaultdict[tuple[object, ...], list[Fate]] = defaultdict(list)
    for fate in fates:
        writes = tuple(sorted(fate.to_write().items()))
        blind = tuple(sorted(fate.to_write_blind().items()))
        groups[fate.row[0], fate.key, fate.seen, repr(writes), repr(blind)].append(fate)
    for _, mine in sorted(groups.items(), key=lambda item: repr(item[0])):
        first = mine[0]
        writes = tuple(sorted(first.to_write().items()))
        blind = tuple(sorted(first.to_write_blind().items()))
        yield _change(mine, person, as_of, operation, writes=writes, blind=blind)


def _deleting(
    fates: Sequence[Fate], emptied: tuple[str, ...], person: PersonRef, as_of: date, operation: str
) -> Iterator[RowsErase]:
    """Rows of one table that go; those read in other columns stand apart."""
    groups: defaultdict[tuple[str, ...], list[Fate]] = defaultdict(list)
    for fate in fates:
        groups[fate.seen].append(fate)
    for _, mine in sorted(groups.items()):
        yield _change(mine, person, as_of, operation, emptied=emptied)


def _change(
    fates: Sequence[Fate],
    person: PersonRef,
    as_of: date,
    operation: str,
    *,
    writes: tuple[tuple[str, Scalar], ...] = (),
    blind: tuple[tuple[str, Scalar], ...] = (),
    emptied: tuple[str, ...] = (),
) -> RowsErase:
    seen = fates[0].seen
    rows = tuple((*fate.row[1], fate.digest) for fate in sorted(fates, key=lambda fate: repr(fate.row)))
    return RowsErase(operation, person, as_of, fates[0].row[0], fates[0].key, seen, rows, writes, blind, emptied)


def _told(decided: Decided, holdings: Sequence[Held]) -> Iterator[Gone]:
    """What goes, holding by holding. Rows that were erased before are not told again."""
    for number, held in enumerate(holdings):
        mine = [fate for fate in decided.fates.values() if number in fate.holdings]
        deleted = sum(fate.delete for fate in mine)
        written = sum(not fate.delete and bool(fate.to_write()) for fate in mine)
        if deleted:
            yield Gone(held.title, "deleted", deleted)
        if written:
            yield Gone(held.title, "anonymised", written)
