"""Whether the parts of a data map fit each other: what no single key can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailbot.core.mapping.condition import ColumnRef, Condition, Equality, TableName
from mailbot.core.mapping.mapshape import TODO, DataMap, Holding, PersonKind
from mailbot.core.values import Problem


class Unreachable(ValueError):
    """A table that no join leads to."""


def chain(base: TableName, joins: Mapping[TableName, Condition], wanted: Iterable[TableName]) -> tuple[TableName, ...]:
    """The joined tables needed to reach `wanted` from `base`, each after those that it hangs on.

    Raises Unreachable with the table that no join leads to.
    """
    order: list[TableName] = []

    def add(table: TableName, trail: frozenset[TableName]) -> None:
        if table == base or table in order:
            return
        if table not in joins or table in trail:
            raise Unreachable(f"no join leads from {base} to {table}")
        for other in sorted(joins[table].tables - {table}, key=str):
            add(other, trail | {table})
        order.append(table)

    for table in wanted:
        add(table, frozenset())
    return tuple(order)


def holding_place(datamap: DataMap, holding: Holding) -> str:
    """Where `holding` stands, for messages: file, number and title."""
    number = datamap.holding.index(holding) + 1
    return f"{datamap.where} [[holding]] {number} ({next(iter(holding.title.values()))})"


def misfits(datamap: DataMap) -> tuple[Problem, ...]:
    """All problems between the parts of the map."""
    found: list[Problem] = []
    for name, kind in datamap.person.items():
        where = f"{datamap.where} [person.{name}]"
        found += [Problem(where, what) for what in _person(kind)]
    for holding in datamap.holding:
        where = holding_place(datamap, holding)
        found += [Problem(where, what) for what in _holding(holding, datamap.person)]
    return (*found, *_notified(datamap))


def person_refs(kind: PersonKind) -> tuple[ColumnRef, ...]:
    """The columns that a kind of person reads beside its key, each with its table."""
    find = kind.find
    others = [ref for ref in (kind.language, kind.company, kind.changed) if isinstance(ref, ColumnRef)]
    return tuple(ref.within(kind.table) for ref in (*find.email, *find.phone, *find.names, *find.customer, *others))


def _person(kind: PersonKind) -> Iterator[str]:
    refs = person_refs(kind)
    if not (kind.find.email or kind.find.phone or kind.find.names or kind.find.customer):
        yield "find names no column: at least one of email, phone, names, customer"
    yield from _joins(kind.table, kind.join, [ref.table for ref in refs if ref.table])
    if any(condition.person_keys for condition in kind.join.values()):
        yield "a join of a kind of person cannot use :person"


def _holding(holding: Holding, kinds: Mapping[str, PersonKind]) -> Iterator[str]:
    kind = kinds.get(holding.person)
    if kind is None:
        yield f"person = {holding.person!r} is not described; allowed: {', '.join(kinds)}"
        return
    if holding.where.person_keys != set(kind.key):
        keys = ", ".join(f":person.{key}" for key in kind.key)
        yield f"where must name the person by {keys}, all of it and nothing else, or it would show other persons' data"
    for condition in holding.join.values():
        if condition.person_keys - set(kind.key):
            yield f"a join names a key that {holding.person} does not have; its key: {', '.join(kind.key)}"
    erase = holding.change.erase
    refs = [holding.retention.after, erase.keep.after if erase and erase.keep else None]
    wanted = [ref.table for ref in refs if ref and ref.table]
    yield from _joins(holding.table, holding.join, [*wanted, *holding.where.tables])
    yield from _columns(holding)


def _columns(holding: Holding) -> Iterator[str]:
    secret = {name for name, rule in holding.columns.items() if rule.secret}
    for operation in ("unsubscribe", "restrict"):
        change = getattr(holding.change, operation)
        if change and secret & change.set.keys():
            yield f"change.{operation} sets a secret column, which is never read"


def _joins(base: TableName, joins: Mapping[TableName, Condition], wanted: Iterable[TableName]) -> Iterator[str]:
    for table, condition in joins.items():
        if not any(_links(equality, table) for equality in condition.equalities):
            yield f"join {table} must equal a column of {table} with one of another table"
    for table in (*joins, *wanted):
        try:
            chain(base, joins, [table])
        except Unreachable as error:
            yield f"{error}; write it under join"


def _links(equality: Equality, table: TableName) -> bool:
    tables = {side.table for side in equality.sides if isinstance(side, ColumnRef)}
    return table in tables and len(tables) > 1


def unfinished(datamap: DataMap, languages: Sequence[str]) -> Iterator[Problem]:
    """What a map that loads still lacks: words left to do, recipients (GDPR art. 15(1)(c)), labels in `languages`."""
    for holding in datamap.holding:
        where = holding_place(datamap, holding)
        texts = {"title": holding.title, "purpose": holding.purpose, "source": holding.source}
        texts |= {f"recipients {number}": one for number, one in enumerate(holding.recipients, 1)}
        texts |= {f"columns.{name}.title": rule.title for name, rule in holding.columns.items() if rule.title}
        texts |= {"retention.event": holding.retention.event} if holding.retention.event else {}
        if left := [name for name, one in texts.items() if any(TODO in text for text in one.values())]:
            yield Problem(where, f"{TODO} is left in {', '.join(left)}: write what a client may read")
        if "recipients" not in holding.model_fields_set:
            yield Problem(where, "recipients is missing: name who receives this data, processors too, or write []")
        named = [one for name, one in texts.items() if not name.startswith("recipients ")]
        missing = [code for code in languages if any(code not in one and "" not in one for one in named)]
        if missing:
            yield Problem(where, f"not all texts are written in {', '.join(missing)}: a client gets another language")


def _notified(datamap: DataMap) -> Iterator[Problem]:
    known = {text for holding in datamap.holding for texts in holding.recipients for text in texts.values()}
    for name in datamap.recipients.notify.keys() - known:
        yield Problem(f"{datamap.where} [recipients.notify]", f"{name!r} is a recipient of no holding")
