"""The questions of a numbered letter, so that they are answered in its order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NUMBERED = re.compile(r"^[ \t]{0,12}(?:n°\s?)?\(?(\d{1,2}|[a-z])\s?[.)°/-]\)?[ \t]*(?=\S)(.{3,})$", re.MULTILINE)
_FEWEST = 2  # one number alone numbers nothing
_MOST = 30


OTHER = "other"
"""The topic of a question that the information of art. 15(1) does not answer: a human does."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its number as written, and what of GDPR art. 15(1) it asks for."""

    number: str
    topic: str


def asked(text: str, words: Mapping[str, Sequence[str]]) -> tuple[Asked, ...]:
    """The numbered questions of `text` in their order; `words` by topic, tried in their order. None if unnumbered."""
    found = [(match[1], _folded(match[2])) for match in _NUMBERED.finditer(text)]
    numbers = [number for number, _ in found]
    if len(found) < _FEWEST or numbers[0] not in {"1", "a"} or len(set(numbers)) < len(numbers):
        return ()
    return tuple(Asked(number, _topic(line, words)) for number, line in found[:_MOST])


def _folded(line: str) -> str:
    return " ".join(line.casefold().replace("’", "'").split())


def _topic(line: str, words: Mapping[str, Sequence[str]]) -> str:
    return next((topic for topic, known in words.items() if any(word in line for word in known)), OTHER)
