"""The values that a sentence holds: mail addresses, numbers, names of persons and companies, as written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.core.reading.language import SMALL
from mailbot.core.reading.words import MAIL, PHONE, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language

_UPPER = r"[A-ZÀ-ÖØ-ÞŒŠŽ]"
_PARTICLE = (
    r"(?:(?:de|von|van)[ ](?:la|las|los|der|den)|de|du|des|d'|d’|von|van|di|da|del|della|la|le|el|y|zu|ten|ter|dos)"
)
_NAME_WORD = rf"(?:O['’]|D['’]|L['’])?{_UPPER}\w*(?:['’]\w{{1,2}}\b)?(?:-\w+)*"
_FORM = (
    r"(?:SARL|SASU?|EURL|SNC|S\.\s?[àa]\s?r\.l\.?|S\.?r\.?l\.?s?|S\.?p\.?A\.?|S\.A\.S\.?|S\.a\.s\.?|GmbH(?:\s&\sCo\.?\sKG)?"
    r"|[AK]G|OHG|GbR|Ltd|Limited|LL[PC]|PLC|Inc\.?|B\.?V\.?|N\.?V\.?|S\.?L\.?U?\.?|S\.?A\.?)(?!\w)"
)
_NAME = re.compile(
    rf"{_NAME_WORD}(?:(?:[ \u00a0]+{_PARTICLE})?(?:[ \u00a0]|\n)(?!{_FORM}){_NAME_WORD}){{0,3}}(?:[ \u00a0]+{_FORM})?"
)
_FORMED = re.compile(rf"\s{_FORM}$")
_QUOTED = re.compile(r"[«“„\"]\s*([^«»“”„\"\n]{1,60}?)\s*[»”“\"]")
_JOINS = re.compile(rf"{_PARTICLE}|&|et|and|und|e|en", re.IGNORECASE)
PARTICLES = frozenset(
    {
        "le",
        "la",
        "de",
        "di",
        "lo",
        "da",
        "del",
        "van",
        "von",
        "ten",
        "ter",
        "du",
        "des",
        "el",
        "dos",
        "der",
        "den",
        "zu",
    }
)
"""Folded words that begin last names."""
_COMPOUND = frozenset({"le", "la", "de", "di", "lo", "da", "del", "van", "von", "ten", "ter", "el", "o", "mac", "al"})
_SHORTEST = 2  # letters of a name
_ABBREVIATION = 4  # capitals fewer than this are an abbreviation
_SHOUTED = 40  # characters before a word: all capitals there, and its own say nothing


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a sentence: its sort (mail, phone, name, quoted, company), its exact text, and how new it is."""

    sort: str
    text: str
    first: int  # first and one after the last word of the sentence
    last: int
    age: int = 0  # 1 it holds from now on, -1 it held before, 0 the words do not say
    start: int = 0  # where it stands in the source
    end: int = 0
    titled: int = 0  # words of the title before a name
    by: str = ""  # the class of the words that told the age
    gap: int = 0  # words between these and the value
    opens: bool = False  # a word that begins a sentence may be any word

    @property
    def old(self) -> bool:
        """Whether the mail says that the value holds no longer."""
        return self.age < 0

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of a name."""
        return tuple(fold(word.strip(".,")) for word in self.text.split())


def items(one: Seen, source: str, language: Language) -> list[Item]:
    """The values of a sentence in order; `source` is the subject or text that it comes from."""
    kept: list[Item] = []
    for item in sorted(_found(one, source, language), key=lambda item: (item.first, -item.last)):
        if not kept or item.first >= kept[-1].last:
            kept.append(item)
    return kept


def _found(one: Seen, source: str, language: Language) -> Iterator[Item]:
    sentence = one.sentence
    lead = sentence.lead
    for place, word in enumerate(sentence.words):
        if place >= lead and word in {MAIL, PHONE}:
            start, end = sentence.starts[place], sentence.ends[place]
            text = source[start:end].strip("(.- ")
            yield Item("mail" if word == MAIL else "phone", text, place, place + 1, 0, start, end)
    if lead >= len(sentence.words):
        return
    start, end = sentence.starts[lead], sentence.ends[-1]
    while start and source[start - 1] in '«“„" ':  # a quotation that begins the sentence
        start -= 1
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
        return words[place] in SMALL or _known(words[place], language)

    def part_of_name(place: int) -> bool:
        """A capitalised particle inside a sentence: Le Goffic, De Pinho."""
        return (
            words[place] in _COMPOUND
            and place > sentence.lead
            and words[place - 1] != ","
            and place + 1 < last
            and source[sentence.starts[place]].isupper()
        )

    places = [
        place
        for place in range(sentence.lead, len(words))
        if start <= sentence.starts[place] < end and words[place] != ","
    ]
    if not places:
        return
    first, last = places[0], places[-1] + 1
    formed = _FORMED.search(source, start, end) is not None
    while (
        first < last
        and not part_of_name(first)
        and (common(first) or (sort == "name" and source[sentence.starts[first]].islower()))
    ):
        first += 1
    while last > first and common(last - 1) and not formed:
        last -= 1
    if first >= last:
        return
    first = _with_particle(first, one, language)
    titled = _title(first, one, language)
    begin = sentence.starts[first]
    value = source[begin:end] if formed else source[begin : sentence.ends[last - 1]]
    if len(value) < _SHORTEST:
        return
    if not titled and sort == "name" and last - first == 1 and value.isupper() and len(value) < _ABBREVIATION:
        return
    if source[max(0, begin - _SHOUTED) : begin].isupper() and not titled:
        return  # a text in capitals: they say nothing
    opens = (first == sentence.lead or language.code == "de") and sort == "name"
    yield Item("company" if formed else sort, value, first, last, 0, begin, begin + len(value), titled, opens=opens)


def _with_particle(first: int, one: Seen, language: Language) -> int:
    """Where a name begins whose particles stand in lower case after a title: mevrouw van der Meer."""
    words, place = one.sentence.words, first
    while place > one.sentence.lead and words[place - 1] in PARTICLES:
        place -= 1
    return place if place and place < first and is_title(words[place - 1], language) else first


def _title(first: int, one: Seen, language: Language) -> int:
    """How many words before a name are its title, with the mark of its abbreviation: 0, 1 or 2."""
    words, lead = one.sentence.words, one.sentence.lead
    if first > lead and is_title(words[first - 1], language):
        return 1
    return 2 * (first > lead + 1 and words[first - 1] == "," and is_title(words[first - 2], language))


def _known(word: str, language: Language) -> bool:
    return any(number in language.class_names for number in language.vocabulary.classes(word))


def is_title(word: str, language: Language) -> bool:
    """Whether a folded word is a title that stands before names (Mme, Herr, Dott)."""
    return language.vocabulary.numbers.get("title", -1) in language.vocabulary.classes(word)


def same_group(one: Item, other: Item) -> bool:
    """Whether two values can be old and new of one another: both names, both addresses, both numbers."""
    names = {"name", "quoted", "company"}
    return one.sort == other.sort or {one.sort, other.sort} <= names


def reachable(name: Item, values: Sequence[Item], within: int) -> Item | None:
    """The address or number that follows a name within so many words, before the next name."""
    for item in values:
        if item.first >= name.last and item.sort in {"name", "company"} and item.first - name.last <= within:
            return None
        if item.sort in {"mail", "phone"} and 0 <= item.first - name.last <= within:
            return item
    return None
