"""What becomes of each row, looked at alone: the map's erasure, the law that keeps, the contract that runs, others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta

from mailbot.core.erasing.facts import Fate, Held, HeldColumn, HeldRow, Kept, RowId, last_day
from mailbot.core.erasing.replace import Keep, Unfit, replacement
from mailbot.core.scalars import digest, same
from mailbot.core.values import Scalar

T = TypeVar("T")


@dataclass(slots=True)
class Decided:
    """The fates of all rows, what stays whole, and what no machine can decide."""

    fates: dict[RowId, Fate] = field(default_factory=dict)
    shared: dict[object, Any] = field(default_factory=dict)  # one of all equal values
    kept: list[Kept] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    @property
    def to_delete(self) -> list[RowId]:
        """The rows that would be deleted if nothing refers to them."""
        return [row for row, fate in self.fates.items() if fate.delete]

    def named(self, row: RowId) -> RowId:
        """`row`, by the value that stands for it here if it does."""
        fate = self.fates.get(row)
        return fate.row if fate else row

    def one(self, value: T) -> T:
        """The first value that was equal to this one."""
        found: T = self.shared.setdefault(value, value)
        return found

    def one_with(self, values: Mapping[str, Scalar], name: str, value: Scalar) -> Mapping[str, Scalar]:
        """`values` with one more; the same mapping for all rows in which the same is written."""
        whole = {**values, name: value}
        written = tuple((column, type(new), new) for column, new in whole.items())
        found: Mapping[str, Scalar] = self.shared.setdefault(written, whole)
        return found


def decide(holdings: Sequence[Held], today: date) -> Decided:
    """An erasure ask (GDPR art. 17): all goes but what a law keeps, a contract needs, or is others' too."""
    found = Decided()
    for number, held in enumerate(holdings):
        staying, parts = _Lines(), _Lines()
        for row in held.rows:
            kept = _stays(held, row, today)
            if kept:
                staying.add(kept)
                _stay(found, held, row, number)
            else:
                needed = _needed(held, row, today)
                _erase(found, held, row, number, needed=needed)
                for part in _parts(held, row, needed):
                    parts.add(part)
        found.kept += [*staying.values(), *parts.values()]
    _look(found, holdings)
    return found


def decide_overdue(holdings: Sequence[Held], today: date) -> Decided:
    """Retention (GDPR art. 5(1)(e)): what is past its time goes, unless a law keeps it longer; the rest stays."""
    found = Decided()
    for number, held in enumerate(holdings):
        for row in held.rows:
            end = last_day(row.ends, held.span)
            past = end is not None and end < today
            if held.how is not None and past and not _by_law(held, row, today):
                _erase(found, held, row, number, needed=frozenset())
            else:
                _stay(found, held, row, number)
    _look(found, holdings)
    return found


def _stays(held: Held, row: HeldRow, today: date) -> Kept | None:
    """Why the whole row stays, or None."""
    if held.how is None:
        until = last_day(row.ends, held.span) if held.dated else None
        return Kept(held.title, 1, (), "purpose", held.purpose, held.period, until)
    if law := _by_law(held, row, today):
        return law
    if row.others >= {column.name for column in held.columns if not column.structural}:
        return Kept(held.title, 1, (), "others", held.purpose, held.period, None)
    return None


def _by_law(held: Held, row: HeldRow, today: date) -> Kept | None:
    if held.law is None:
        return None
    until = last_day(row.law_ends, relativedelta(years=held.law_years))
    if until is not None and until < today:
        return None
    return Kept(held.title, 1, (), "law", held.law, held.period, until)


def _needed(held: Held, row: HeldRow, today: date) -> frozenset[str]:
    """The mandatory columns, while the contract that they are for runs."""
    mandatory = frozenset(column.name for column in held.columns if column.mandatory)
    if not (held.dated and mandatory):
        return frozenset()
    end = last_day(row.ends, relativedelta())
    running = end is None or end >= today
    return mandatory if running else frozenset()


def _parts(held: Held, row: HeldRow, needed: frozenset[str]) -> Iterator[Kept]:
    """What stays of a row of which the rest goes."""
    for ground, names in (("contract", needed), ("others", row.others)):
        stay = tuple(column.title for column in held.columns if column.name in names)
        if stay:
            yield Kept(held.title, 1, stay, ground, held.purpose, held.period, None)


class _Lines(dict[tuple[str, str, str, tuple[str, ...]], Kept]):
    """One line for all rows that stay for the same reason, with the latest day."""

    def add(self, one: Kept) -> None:
        """Count one more row."""
        same = (one.title, one.ground, one.because, one.columns)
        before = self.get(same)
        until = max(before.until, one.until) if before and before.until and one.until else one.until
        if before and before.until is None:
            until = None
        rows = (before.rows if before else 0) + one.rows
        self[same] = Kept(one.title, rows, one.columns, one.ground, one.because, one.period, until)


def _look(found: Decided, holdings: Sequence[Held]) -> None:
    """Tell of each row what was seen of it: the rows are read once more, their values not kept."""
    by_table: defaultdict[str, list[Held]] = defaultdict(list)
    for held in holdings:
        by_table[held.table].append(held)
    for table, several in by_table.items():
        for key, seen in _seen(several):
            fate = found.fates[table, key]
            fate.seen = found.one(tuple(sorted(seen)))
            fate.digest = digest([seen[name] for name in fate.seen])
            there = ((name, value) for name, value in fate.writes.items() if name in seen or value is None)
            fate.as_wanted = found.one(frozenset(name for name, value in there if same(seen.get(name), value)))


def _seen(several: Sequence[Held]) -> Iterator[tuple[tuple[Scalar, ...], dict[str, Scalar]]]:
    """Of each row of one table its key, and the values that all holdings of the table read."""
    names = [[column.name for column in held.columns if not column.secret] for held in several]
    if len(several) == 1:
        yield from ((row.key, dict(zip(names[0], row.values, strict=True))) for row in several[0].rows)
        return
    merged: defaultdict[tuple[Scalar, ...], dict[str, Scalar]] = defaultdict(dict)
    for held, read in zip(several, names, strict=True):
        for row in held.rows:
            merged[row.key].update(zip(read, row.values, strict=True))
    yield from merged.items()


def _fate(found: Decided, held: Held, row: HeldRow, number: int) -> Fate:
    named = (held.table, row.key)
    fate = found.fates.get(named)
    if fate is None:
        fate = found.fates[named] = Fate(named, held.key)
    fate.holdings = found.one(fate.holdings | {number})
    return fate


def _stay(found: Decided, held: Held, row: HeldRow, number: int) -> None:
    """Nothing of this row's columns is touched, whatever another holding says of them."""
    fate = _fate(found, held, row, number)
    fate.delete = False
    fate.stays = found.one(fate.stays | {column.name for column in held.columns})
    fate.holdings = found.one(fate.holdings - {number})


def _erase(found: Decided, held: Held, row: HeldRow, number: int, *, needed: frozenset[str]) -> None:
    fate = _fate(found, held, row, number)
    if held.how != "delete" or needed or row.others:
        fate.delete = False
    fate.stays = found.one(fate.stays | needed | row.others)
    fate.personal_key |= any(column.is_ and column.structural and column.name in held.key for column in held.columns)
    for column in held.columns:
        if column.name not in needed:
            _write(found, fate, held, column)


def _write(found: Decided, fate: Fate, held: Held, column: HeldColumn) -> None:
    try:
        value = replacement(column, fate.row)
    except Keep:
        return
    except Unfit as fault:
        reason = f"{held.title}: {fault}"
        if reason not in found.undecided:
            found.undecided.append(reason)
        return
    if column.secret:
        fate.blind = found.one_with(fate.blind, column.name, value)
    else:
        fate.writes = found.one_with(fate.writes, column.name, value)
