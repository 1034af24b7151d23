"""What becomes of each row, looked at alone: the map's erasure, the law that keeps, the contract that runs, others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from mailbot.core.erasing.facts import Fate, Held, HeldColumn, HeldRow, Kept, RowId, last_day
from mailbot.core.erasing.replace import Keep, Unfit, replacement


@dataclass(slots=True)
class Decided:
    """The fates of all rows, what stays whole, and what no machine can decide."""

    fates: dict[RowId, Fate] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    @property
    def to_delete(self) -> list[RowId]:
        """The rows that would be deleted if nothing refers to them."""
        return [row for row, fate in self.fates.items() if fate.delete]


def decide(holdings: Sequence[Held], today: date) -> Decided:
    """An erasure ask (GDPR art. 17): all goes but what a law keeps, a contract needs, or is others' too."""
    found = Decided()
    for number, held in enumerate(holdings):
        staying: list[tuple[HeldRow, Kept]] = []
        for row in held.rows:
            kept = _stays(held, row, today)
            if kept:
                staying.append((row, kept))
                _stay(found, held, row, number)
            else:
                _erase(found, held, row, number, needed=_needed(held, row, today))
        found.kept += _together(kept for _, kept in staying)
        parts = (_parts(held, row, today) for row in held.rows if not _stays(held, row, today))
        found.kept += _together(part for row in parts for part in row)
    return found


def decide_overdue(holdings: Sequence[Held], today: date) -> Decided:
    """Retention (GDPR art. 5(1)(e)): what is past its time goes, unless a law keeps it longer; the rest stays."""
    found = Decided()
    for number, held in enumerate(holdings):
        past = [row for row in held.rows if (end := last_day(row.ends, held.span)) is not None and end < today]
        for row in held.rows:
            if held.how is not None and row in past and not _by_law(held, row, today):
                _erase(found, held, row, number, needed=frozenset())
            else:
                _stay(found, held, row, number)
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


def _parts(held: Held, row: HeldRow, today: date) -> Iterator[Kept]:
    """What stays of a row of which the rest goes."""
    for ground, names in (("contract", _needed(held, row, today)), ("others", row.others)):
        stay = tuple(column.title for column in held.columns if column.name in names)
        if stay:
            yield Kept(held.title, 1, stay, ground, held.purpose, held.period, None)


def _together(kept: Iterable[Kept]) -> list[Kept]:
    """One line for all rows that stay for the same reason, with the latest day."""
    found: dict[tuple[str, str, str, tuple[str, ...]], Kept] = {}
    for one in kept:
        same = (one.title, one.ground, one.because, one.columns)
        before = found.get(same)
        until = max(before.until, one.until) if before and before.until and one.until else one.until
        if before and before.until is None:
            until = None
        rows = (before.rows if before else 0) + one.rows
        found[same] = Kept(one.title, rows, one.columns, one.ground, one.because, one.period, until)
    return list(found.values())


def _fate(found: Decided, held: Held, row: HeldRow, number: int) -> Fate:
    fate = found.fates.setdefault((held.table, row.key), Fate((held.table, row.key), held.key))
    fate.holdings.add(number)
    read = [column for column in held.columns if not column.secret]
    fate.seen.update(zip((column.name for column in read), row.values, strict=True))
    return fate


def _stay(found: Decided, held: Held, row: HeldRow, number: int) -> None:
    """Nothing of this row's columns is touched, whatever another holding says of them."""
    fate = _fate(found, held, row, number)
    fate.delete = False
    fate.stays |= {column.name for column in held.columns}
    fate.holdings.discard(number)


def _erase(found: Decided, held: Held, row: HeldRow, number: int, *, needed: frozenset[str]) -> None:
    fate = _fate(found, held, row, number)
    if held.how != "delete" or needed or row.others:
        fate.delete = False
    fate.stays |= needed | row.others
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
    (fate.blind if column.secret else fate.writes)[column.name] = value
