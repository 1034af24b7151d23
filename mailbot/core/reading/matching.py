"""Finding a compiled pattern in a sentence, given where each class of words occurs in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_APART = 10  # words between the parts of an `&` pattern


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a sequence: a class of words, how many words may lie before it, and whether it may be missing."""

    cls: int
    gap: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sequences that must all occur near each other."""

    parts: tuple[tuple[Step, ...], ...]
    source: str
    needs: frozenset[int] = frozenset()  # classes without which it cannot match


Found = tuple[int, int]
"""First word and one after the last word of a match, as places in a sentence."""


Following = dict[int, list[tuple[int, ...]]]
"""The phrases that begin with a class: second class → (rest of the classes…, number given)."""

Word = tuple[tuple[int, ...], tuple[Following, ...]]
"""The classes of one word, and the phrases that it may begin."""


def search(pattern: Pattern, found: Mapping[int, list[Found]]) -> Found | None:
    """The first place of `pattern` in a sentence given by its occurrences, or None."""
    if not pattern.needs <= found.keys():
        return None
    spans: list[Found] = []
    for part in pattern.parts:
        candidates = list(_sequences(part, found))
        if not candidates:
            return None
        if spans:
            low, high = min(s for s, _ in spans), max(e for _, e in spans)
            near = [c for c in candidates if c[0] - high <= _APART and low - c[1] <= _APART and not _overlap(c, spans)]
            if not near:
                return None
            candidates = near
        spans.append(candidates[0])
    return min(s for s, _ in spans), max(e for _, e in spans)


def _overlap(one: Found, others: Sequence[Found]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _sequences(steps: Sequence[Step], found: Mapping[int, list[Found]]) -> Iterable[Found]:
    """All places where the steps follow each other (the nearest continuation is taken at each step)."""
    begin = next(i for i, step in enumerate(steps) if not step.optional)
    for start, end in found.get(steps[begin].cls, ()):
        last = _follow(steps, begin + 1, end, 0, found)
        if last is not None:
            yield start, last


def _follow(steps: Sequence[Step], index: int, end: int, slack: int, found: Mapping[int, list[Found]]) -> int | None:
    if index == len(steps):
        return end
    step = steps[index]
    for start, stop in found.get(step.cls, ()):
        if end <= start <= end + step.gap + slack:
            last = _follow(steps, index + 1, stop, 0, found)
            if last is not None:
                return last
    return _follow(steps, index + 1, end, max(slack, step.gap), found) if step.optional else None


def phrases(
    begun: Iterable[Following], after: Iterable[int], table: Sequence[Word], place: int
) -> Iterator[tuple[int, int]]:
    """The phrases whose first two words stand before `place`: number and one after the last word."""
    for following in begun:
        for second in after:
            for entry in following.get(second, ()):
                end = _phrase_end(entry, table, place)
                if end:
                    yield entry[-1], end


def _phrase_end(entry: tuple[int, ...], table: Sequence[Word], place: int) -> int:
    """One after the last word of a phrase whose first two words stand before `place`; 0 where it does not go on so."""
    for number in entry[:-1]:
        if place >= len(table) or number not in table[place][0]:
            return 0
        place += 1
    return place
