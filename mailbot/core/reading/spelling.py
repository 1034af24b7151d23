"""Whether two names are spellings of one."""

from __future__ import annotations

from difflib import SequenceMatcher

from mailbot.core.reading.words import fold_text

_NEARLY = 0.58  # of the letters of a name stand in its misspelling too


def part_of(whole: str, name: str) -> bool:
    """Whether a name is a part of one with a hyphen."""
    return "-" in whole and name in whole.split("-")


def related(one: str, other: str) -> bool:
    """Whether two names are spellings of one, or one has a hyphen and the other as a part."""
    return part_of(one, other) or part_of(other, one) or misspelt(one, other)


def alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one: same beginning or end and about the same letters."""
    return (
        min(len(one), len(other)) > 2  # noqa: PLR2004
        and (one[:2] == other[:2] or one[-3:] == other[-3:])
        and len(set(one) ^ set(other)) <= 3  # noqa: PLR2004
        and abs(len(one) - len(other)) <= 2  # noqa: PLR2004
    )


def misspelt(one: str, other: str) -> bool:
    """Whether a name is another's misspelling: alike, and nearly the same letters in the same order."""
    one, other = fold_text(one).replace(" ", ""), fold_text(other).replace(" ", "")
    return alike(one, other) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEARLY
