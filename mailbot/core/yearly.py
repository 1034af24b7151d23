"""The figures of a year for the register (GDPR art. 5(2), 24): asked, answered in time, how long it took, refused why.

A right counts for the year in which it arrived. What the person took back, what was no request and what was merged into
another is counted apart: it needed no answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from statistics import median

from mailbot.core.status import AskState

ANSWERED = frozenset({AskState.DONE, AskState.PARTLY, AskState.REFUSED})
ENDED = frozenset({AskState.WITHDRAWN, AskState.HANDED_OVER, AskState.DISMISSED, AskState.MERGED})


@dataclass(frozen=True, slots=True)
class Asked:
    """One right asked, with what became of it; days are those of the organisation's time zone."""

    reference: str
    kind: str
    status: str
    ground: str  # of a refusal, as rules/policy.toml names it
    arrived: date
    legal_end: date
    answered: date | None  # when its answer was handed to the mail server; None: not yet, or nobody was written to


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of one kind, or of all kinds, in one year."""

    asked: int
    answered: int
    in_time: int  # of those, up to their legal end
    late: int  # answered after it, or open past it
    open: int
    ended: int  # withdrawn, handed over, no request, merged
    median_days: float | None  # from arrival to answer
    refused: Mapping[str, int] = field(default_factory=dict)  # ground -> how many, in whole or in part

    @property
    def share_in_time(self) -> float | None:
        """Of those answered or late, the share answered in time, 0 to 1; None where there is none."""
        return self.in_time / (self.in_time + self.late) if self.in_time + self.late else None


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the register."""

    year: int
    requests: int
    all: Tally
    kinds: Mapping[str, Tally]


def years(asked: Iterable[Asked], today: date) -> list[Year]:
    """The figures of each year in which something arrived, latest first."""
    listed = sorted(asked, key=lambda one: one.arrived.year, reverse=True)
    return [_year(year, list(mine), today) for year, mine in groupby(listed, key=lambda one: one.arrived.year)]


def _year(year: int, asked: Sequence[Asked], today: date) -> Year:
    kinds = sorted({one.kind for one in asked})
    by_kind = {kind: tally([one for one in asked if one.kind == kind], today) for kind in kinds}
    return Year(year, len({one.reference for one in asked}), tally(asked, today), by_kind)


def tally(asked: Sequence[Asked], today: date) -> Tally:
    """The figures of these rights as of `today`."""
    answered = [one for one in asked if one.status in ANSWERED]
    waiting = [one for one in asked if one.status not in ANSWERED | ENDED]
    told = [(one, one.answered or one.legal_end) for one in answered]
    in_time = sum(day <= one.legal_end for one, day in told)
    took = [(one.answered - one.arrived).days for one in answered if one.answered]
    refused = Counter(one.ground for one in answered if one.status in {AskState.REFUSED, AskState.PARTLY})
    return Tally(
        asked=len(asked),
        answered=len(answered),
        in_time=in_time,
        late=len(answered) - in_time + sum(one.legal_end < today for one in waiting),
        open=len(waiting),
        ended=len(asked) - len(answered) - len(waiting),
        median_days=median(took) if took else None,
        refused=dict(sorted(refused.items())),
    )
