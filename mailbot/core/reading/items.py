"""The values that a sentence holds (mail addresses, numbers, names, postal addresses) and which of them is old."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailbot.core.reading.language import SMALL
from mailbot.core.reading.words import MAIL, PHONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language

_UPPER = r"[A-ZÀ-ÖØ-ÞŒŠŽ]"
_PARTICLE = r"(?:de|du|des|d'|d’|von|van|der|den|di|da|del|della|la|le|el|y|zu|ten|ter|dos)"
_NAME_WORD = rf"(?:O['’]|D['’])?{_UPPER}\w*(?:['’]\w{{1,2}}\b)?(?:-\w+)*"
_FORM = r"(?:SARL|SASU?|EURL|S\.?r\.?l|S\.?p\.?A|GmbH|[AK]G|OHG|GbR|Ltd|Limited|LL[PC]|B\.?V|NV|S\.?L|S\.?A)(?!\w)"
_NAME = re.compile(rf"{_NAME_WORD}(?:(?:\s+{_PARTICLE}){{0,2}}\s+{_NAME_WORD}){{0,3}}(?:\s+{_FORM})?")
_FORMED = re.compile(rf"\s{_FORM}$")
_QUOTED = re.compile(r"[«“„\"]\s*([^«»“”„\"\n]{1,60}?)\s*[»”“\"]")
_JOINS = re.compile(rf"{_PARTICLE}|&|et|and|und|e|en", re.IGNORECASE)
_STREET = rf"(?:\s+(?:{_PARTICLE}(?!\w)|à|au|aux|les|of|the|{_UPPER}[\w'’-]*|\d+))*"
_TOWN = rf"(?:,?\s*(?:[A-Z]-)?\d{{4,5}}\s+{_UPPER}[\w'’-]*(?:[ -]{_UPPER}[\w'’-]+)*)?"
_POSTAL = re.compile(
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter|[a-dA-D]))?,?\s+[\w.’'-]+{_STREET}{_TOWN}|(?:{_UPPER}[\w'’.-]+\s+){{1,4}}\d{{1,4}}\s?[a-z]?\b{_TOWN}"
)
_REACH = 3
_SHORTEST = 2  # letters of a name
_ABBREVIATION = 4  # capitals fewer than this are an abbreviation


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a sentence: its sort (mail, phone, name, quoted, postal), its exact text, and whether it is old."""

    sort: str
    text: str
    first: int  # first and one after the last word of the sentence
    last: int
    old: bool = False


def items(one: Seen, source: str, language: Language) -> list[Item]:
    """The values of a sentence in order, each marked old or new; `source` is the subject or text that it comes from."""
    found = sorted(_found(one, source, language), key=lambda item: item.first)
    kept: list[Item] = []
    for item in found:
        if not kept or item.first >= kept[-1].last:
            kept.append(item)
    return [replace(item, old=_is_old(item, kept, one, language)) for item in kept]


def _found(one: Seen, source: str, language: Language) -> Iterator[Item]:
    sentence = one.sentence
    lead = sentence.lead
    for place, word in enumerate(sentence.words):
        if place >= lead and word in {MAIL, PHONE}:
            yield Item(
                "mail" if word == MAIL else "phone",
                source[sentence.starts[place] : sentence.ends[place]].strip("(.- "),
                place,
                place + 1,
            )
    if lead >= len(sentence.words):
        return
    start, end = sentence.starts[lead], sentence.ends[-1]
    text = source[start : end + 1]
    for match in _QUOTED.finditer(text):
        if not any(word[0].islower() and not _JOINS.fullmatch(word) for word in match.group(1).split()[1:]):
            yield from _named("quoted", match.start(1) + start, match.end(1) + start, source, one, language)
    for match in _NAME.finditer(text):
        yield from _named("name", match.start() + start, match.end() + start, source, one, language)


def _named(sort: str, start: int, end: int, source: str, one: Seen, language: Language) -> Iterator[Item]:
    """A run of capitalised words, without titles, known words and a word that merely begins the sentence."""
    sentence = one.sentence
    words = sentence.words

    def common(place: int) -> bool:
        return words[place] in SMALL or any(
            number in language.class_names for number in language.vocabulary.classes(words[place])
        )

    for item in _item(sort, start, end, source, one):
        first, last = item.first, item.last
        while first < last and (common(first) or (sort == "name" and source[sentence.starts[first]].islower())):
            first += 1
        while last > first and common(last - 1) and not _FORMED.search(source, start, end):
            last -= 1
        titled = first > 0 and is_title(words[first - 1], language)
        value = source[sentence.starts[first] : sentence.ends[last - 1]] if first < last else ""
        if len(value) < _SHORTEST or (
            not titled
            and sort == "name"
            and last - first == 1
            and (first == sentence.lead or language.code == "de" or (value.isupper() and len(value) < _ABBREVIATION))
        ):
            continue
        if source[max(0, sentence.starts[first] - 40) : sentence.starts[first]].isupper() and not titled:
            continue  # a text in capitals: they say nothing
        yield Item(sort, value, first, last)


def is_title(word: str, language: Language) -> bool:
    """Whether a folded word is a title that stands before names (Mme, Herr, Dott)."""
    return language.vocabulary.numbers.get("title", -1) in language.vocabulary.classes(word)


def _item(sort: str, start: int, end: int, source: str, one: Seen) -> Iterator[Item]:
    starts = one.sentence.starts
    places = [
        place
        for place in range(one.sentence.lead, len(starts))
        if start <= starts[place] < end and one.sentence.words[place] != ","
    ]
    if places:
        yield Item(sort, source[start:end], places[0], places[-1] + 1)


def _is_old(item: Item, others: Sequence[Item], one: Seen, language: Language) -> bool:
    numbers = language.vocabulary.numbers
    before = [
        end for _, end in one.found.get(numbers.get("before_old", -1), ()) if item.first - _REACH <= end <= item.first
    ]
    if any(
        not any(end <= other.first < item.first for other in others) and "," not in one.sentence.words[end : item.first]
        for end in before
    ):
        return True
    after = [
        start
        for start, _ in one.found.get(numbers.get("after_old", -1), ())
        if item.last <= start <= item.last + _REACH
    ]
    follows = [other for other in others if other.first >= item.last and other.sort == item.sort]
    return bool(follows) and any(
        not any(item.last <= other.last <= start for other in others if other is not item) for start in after
    )


def postal(text: str) -> Sequence[str]:
    """What looks like a postal address in a piece of text."""
    return [match.group().strip(" ,.") for match in _POSTAL.finditer(text)]
