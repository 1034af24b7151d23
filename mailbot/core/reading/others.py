"""The name of another person in a rectification, for whom the mail is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core.reading.spelling import related
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.items import Item
    from mailbot.core.reading.mentions import Mentions


def of_another(m: Mentions) -> Iterator[Change]:
    """Two spellings of one name of another person, for whom the mail is written."""
    met: list[tuple[int, Item]] = []
    for number in range(len(m.seen)):
        for item in m.names(number):
            if not m.near(number, "married", "identity", "spelling"):
                continue
            word = item.words[-1]
            like = (pair for pair in met if word != pair[1].words[-1] and related(word, pair[1].words[-1]))
            before = next(like, None)
            met.append((number, item))
            if before is None:
                continue
            old, new = (item, before[1]) if item.age < before[1].age else (before[1], item)
            first = m.near(number, "first_name") and not m.near(number, "last_name")
            pair = (old.text.split()[-1], new.text.split()[-1])
            yield Change("first_name" if first else "last_name", *pair)
            return
