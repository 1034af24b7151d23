"""Tables in a mail: a line that heads a column of old and one of new values, and the rows under it.

Cells stand between bars, tabs or runs of spaces. A row is paired by its bars, else by where each cell begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.core.reading.words import WORD, fold_plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailbot.core.reading.rules import Language

_GAP = re.compile(r"\s*\|\s*|\t+|[ \u00a0]{2,}")
_RULE = re.compile(r"[-+=|_\s—–]*")
_HEADING_WORDS = 4  # of a cell that heads a column
_ROWS = 60
_INDENT = 3
_LONGEST = 240  # characters of a line


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text and where it begins, in the text and in its line."""

    text: str
    start: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, the old value and the new one, all that stands in other cells, and where it stands."""

    label: str
    old: str
    new: str
    others: tuple[str, ...]
    start: int
    end: int


def rows(text: str, spans: Iterable[tuple[int, int]], language: Language) -> Iterator[Row]:
    """The rows of all tables in the parts `spans` of `text` that have a column of new values."""
    for begin, stop in spans:
        heading: list[Cell] = []
        left = _ROWS
        for start, end in _lines(text, begin, stop):
            line = text[start:end]
            cells = _cells(line, start) if len(line) <= _LONGEST else []
            if len(cells) < 2:  # noqa: PLR2004
                heading = heading if _RULE.fullmatch(line) and line.strip() else []
            elif _is_heading(cells, language):
                heading, left = _from_margin(cells, barred="|" in line), _ROWS
            elif heading and left and not _RULE.fullmatch(line):
                left -= 1
                yield _row(heading, cells, start, end, language, barred="|" in line)


def _lines(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    while begin < stop:
        end = text.find("\n", begin, stop)
        end = stop if end < 0 else end
        yield begin, end
        begin = end + 1


def _cells(line: str, start: int) -> list[Cell]:
    stripped = line.strip()
    offset = line.find(stripped)
    body = stripped.strip("|")
    offset += stripped.find(body) if body else 0
    found, place = [], 0
    for gap in _GAP.finditer(body):
        found.append(Cell(body[place : gap.start()].strip(), start + offset + place, offset + place))
        place = gap.end()
    found.append(Cell(body[place:].strip(), start + offset + place, offset + place))
    return found


def _holds(cell: Cell, name: str, language: Language) -> bool:
    words = WORD.findall(fold_plainly(cell.text))
    found = language.vocabulary.occurrences(words)
    number = language.vocabulary.numbers.get(name, -1)
    return len(words) <= _HEADING_WORDS and number in found


def _columns(cells: Sequence[Cell], language: Language) -> tuple[int, int]:
    """The places of the columns of old and of new values, -1 where there is none."""
    new = max((place for place, cell in enumerate(cells) if _holds(cell, "column_new", language)), default=-1)
    old = next((place for place, cell in enumerate(cells) if place != new and _holds(cell, "column_old", language)), -1)
    return old, new


def _is_heading(cells: Sequence[Cell], language: Language) -> bool:
    short = all(len(cell.text.split()) <= _HEADING_WORDS and not any(map(str.isdigit, cell.text)) for cell in cells)
    return short and min(_columns(cells, language)) >= 0


def _from_margin(cells: list[Cell], *, barred: bool) -> list[Cell]:
    """The cells of a heading, with an empty one where the first column has none."""
    indented = not barred and cells[0].column > _INDENT
    return [Cell("", cells[0].start, 0), *cells] if indented else cells


def _row(
    heading: Sequence[Cell], cells: Sequence[Cell], start: int, end: int, language: Language, *, barred: bool
) -> Row:
    old, new = _columns(heading, language)
    under: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = place if barred else min(range(len(heading)), key=lambda n: abs(heading[n].column - cell.column))
        under[column] = f"{under[column]} {cell.text}" if column in under else cell.text
    others = tuple(text for column, text in under.items() if column not in {0, old, new})
    label = under.get(0, "") if new and old else ""
    return Row(label, under.get(old, ""), under.get(new, ""), others, start, end)
