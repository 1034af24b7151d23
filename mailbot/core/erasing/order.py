"""The order in which rows are deleted: what refers before what is referred to; circles are opened first or refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from mailbot.core.erasing.facts import Edge, ForeignKey, RowId


class Circle(ValueError):
    """Tables that refer to each other, and none of the references may be empty."""

    def __init__(self, tables: Iterable[str]) -> None:
        """Name the tables."""
        names = ", ".join(sorted(set(tables)))
        super().__init__(
            f"rows of {names} refer to each other in a circle and no reference may be empty: delete them yourself"
        )


def table_order(
    tables: Collection[str], keys: Sequence[ForeignKey]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The tables, children first, and by table the columns to set to NULL before anything is deleted. Raises Circle."""
    within = [key for key in keys if key.child in tables and key.parent in tables]
    emptied: dict[str, set[str]] = {}
    for key in [one for one in within if one.child == one.parent and one.nullable]:
        emptied.setdefault(key.child, set()).update(key.columns)
    open_keys = [key for key in within if key.child != key.parent]
    while True:
        graph: dict[str, set[str]] = {table: set() for table in sorted(tables)}
        for key in open_keys:
            graph[key.parent].add(key.child)
        try:
            order = tuple(TopologicalSorter(graph).static_order())
        except CycleError as fault:
            circle = frozenset(fault.args[1])
            loose = [key for key in open_keys if key.nullable and {key.child, key.parent} <= circle]
            if not loose:
                raise Circle(circle) from None
            emptied.setdefault(loose[0].child, set()).update(loose[0].columns)
            open_keys.remove(loose[0])
        else:
            return order, {table: tuple(sorted(columns)) for table, columns in emptied.items()}


def generations(rows: Collection[RowId], edges: Iterable[Edge]) -> list[list[RowId]]:
    """The rows of one table that refer to each other, in groups.

    A group may go once those before it are gone: nothing refers to it any more. Raises Circle.
    """
    graph: dict[RowId, set[RowId]] = {row: set() for row in rows}
    for edge in edges:
        if edge.child in graph and edge.parent in graph and edge.child != edge.parent:
            graph[edge.parent].add(edge.child)
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as fault:
        raise Circle(row[0] for row in fault.args[1]) from None
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=repr)
        sorter.done(*ready)
        found.append(ready)
    return found
