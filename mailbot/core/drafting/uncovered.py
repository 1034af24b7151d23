"""What the live database holds about persons and the data map does not name."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.core.drafting.columns import evidence
from mailbot.core.drafting.personal import personal
from mailbot.core.drafting.seen import Link
from mailbot.core.drafting.tables import Outline
from mailbot.core.mapping.condition import ColumnRef, TableName
from mailbot.core.mapping.mapfit import person_refs
from mailbot.core.mapping.mapshape import DataMap
from mailbot.core.values import Problem


def uncovered(made: Outline, datamap: DataMap) -> Iterator[Problem]:
    """Columns that look personal and tables that name a person, where no holding shows them and [left_out] does not."""
    where = f"{datamap.where} [left_out]"
    told: set[TableName] = set()
    for link in _unreached(made, datamap):
        if link.table not in told:
            told.add(link.table)
            yield Problem(where, f"table {link.table} names a person ({_link(link)}) and is in no holding: {_HOW}")
    mapped = {one.table for one in datamap.holding}
    for table in dict.fromkeys(table for table, *_ in personal(made)):
        columns = [name for name in _columns(made, datamap, table) if table in mapped or _alone(made, table, name)]
        if columns and table not in told:
            yield Problem(where, f"table {table}: {', '.join(columns)} look personal and are in no holding: {_HOW}")


_HOW = "map them, or name them under [left_out]"


def _link(link: Link) -> str:
    return f"{', '.join(link.columns)} → {link.target}"


def _unreached(made: Outline, datamap: DataMap) -> Iterator[Link]:
    """Links to a table of persons from tables that are in no holding about that kind of person."""
    kinds = {kind.table: name for name, kind in datamap.person.items()}
    holdings = {(one.person, one.table) for one in datamap.holding}
    mapped = {one.table for one in datamap.holding} | set(kinds)
    for link in made.links:
        kind = kinds.get(link.target)
        if kind is None or (kind, link.table) in holdings or made.table(link.table).view:
            continue
        weak = made.clerk(link) or link.table in kinds or not link.declared
        if link.table not in datamap.left_out.tables and not (weak and link.table in mapped):
            yield link


def _columns(made: Outline, datamap: DataMap, table: TableName) -> list[str]:
    """The personal columns of one table that the map names nowhere."""
    if table in datamap.left_out.tables:
        return []
    named = {name for one in datamap.holding if one.table == table for name in one.columns}
    refs = {ref for kind in datamap.person.values() for ref in person_refs(kind)} | set(datamap.left_out.columns)
    found = [name for one, name, *_ in personal(made) if one == table]
    return [name for name in found if name not in named and ColumnRef(table, name) not in refs]


def _alone(made: Outline, table: TableName, column: str) -> bool:
    """Whether a column of a table that is not mapped at all is personal by itself."""
    return made.guesses[table][column].where == "anywhere" and bool(evidence(made.guesses[table]))
