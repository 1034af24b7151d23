"""Which of the values of a sentence holds from now on and which held before, by the words around each.

The nearest word decides, at equal distance the longest phrase: “plus” before a name makes it old, “c'est” new;
“remplace” after a name makes it new, before one old.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item, same_group
from mailbot.core.reading.words import MAIL, PHONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language

_BEFORE = (("new_before", 1, 0), ("old_before", -1, 0), ("before_old", -1, 0), ("copula", 1, 2))
_AFTER = (("new_after", 1, 0), ("old_after", -1, 0), ("after_old", -1, 0))
"""Class, age, and by how many words more than it is a cue of the class counts as distant."""
_REACH = 3  # words between a cue and its value
_ARROWS = ("→", "->", "=>", "➔", "⇒", "►")
_OBJECT_WITHIN = 6  # words between who comes and who goes
_FAR = 99
_LABEL = 6  # words of an introducing line that labels the value after it
_Cue = tuple[int, int, int, int, str]
"""Words between, 0 before the value or 1 after it, length as a negative number, age, class."""


def aged(found: Sequence[Item], one: Seen, source: str, language: Language) -> list[Item]:
    """The values with their ages; a value whose partner is old is not made new here."""
    result = [_told(place, found, one, language) for place in range(len(found))]
    for place, item in enumerate(result):
        after = next((number for number in range(place + 1, len(result)) if same_group(item, result[number])), None)
        if after is not None and _leads_to(item, result[after], one, source, language):
            result[place] = replace(item, age=-1)
            result[after] = replace(result[after], age=1)
        elif after is not None and _displaces(item, result[after]):
            result[after] = replace(result[after], age=-1)
    return result


def _displaces(item: Item, other: Item) -> bool:
    """Whether a verb of taking over stands between two full names: the second one is who goes."""
    full = len(other.words) > 1 or other.titled > 0
    return item.by == "new_after" and not other.age and full and other.first - item.last <= _OBJECT_WITHIN


def _told(place: int, found: Sequence[Item], one: Seen, language: Language) -> Item:
    item = found[place]
    begin = max((other.last for other in found[:place] if same_group(item, other)), default=0)
    end = min((other.first for other in found[place + 1 :] if same_group(item, other)), default=_FAR)
    cues = [*_cues_before(item, begin, one, language), *_cues_after(item, end, one, language)]
    gap, _, _, age, name = min(cues, default=(0, 0, 0, 0, ""))
    return replace(item, age=age, by=name, gap=gap)


def _cues_before(item: Item, begin: int, one: Seen, language: Language) -> Iterator[_Cue]:
    anchor = item.first - item.titled
    for name, age, more in _BEFORE:
        for start, end in one.found.get(language.vocabulary.numbers.get(name, -1), ()):
            borrowed = start < one.sentence.lead and one.sentence.lead > _LABEL
            if start >= begin and end <= anchor and not borrowed:
                between = one.sentence.words[end:anchor]
                distance = _distance(between)
                if distance <= _REACH and (distance == 0 or "," not in between):
                    yield distance + more, 0, start - end, age, name


def _cues_after(item: Item, stop: int, one: Seen, language: Language) -> Iterator[_Cue]:
    for name, age, more in _AFTER:
        for start, end in one.found.get(language.vocabulary.numbers.get(name, -1), ()):
            if item.last <= start < stop:
                between = one.sentence.words[item.last : start]
                distance = _distance(between)
                lonely = name == "after_old" and not stop - end <= _REACH
                if distance <= _REACH and (distance == 0 or "," not in between) and not lonely:
                    yield distance + more, 1, start - end, age, name


def _distance(between: Sequence[str]) -> int:
    return sum(word not in {",", MAIL, PHONE} for word in between)


def _leads_to(item: Item, other: Item, one: Seen, source: str, language: Language) -> bool:
    """An arrow between two values, or “from A to B”."""
    between = source[item.end : other.start]
    if any(arrow in between for arrow in _ARROWS) and not any(map(str.isalpha, between)):
        return True
    words = one.sentence.words

    def is_(name: str, place: int) -> bool:
        number = language.vocabulary.numbers.get(name, -1)
        return place >= 0 and number in language.vocabulary.classes(words[place])

    first = item.first - 1 - item.titled
    second = other.first - 1 - other.titled
    near = item.last <= second <= item.last + _REACH
    return near and is_("from_word", first) and is_("to_word", second)
