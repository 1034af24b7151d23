"""A mail being searched for changes: its sentences with their values, and the name of its writer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.reading.ages import aged
from mailbot.core.reading.items import PARTICLES, Item, is_title, items, reachable
from mailbot.core.reading.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language
    from mailbot.core.values import Mail

TWO_LAST_NAMES = frozenset({"es"})
"""The languages in which people have two last names."""
_MOST_VALUES = 120  # of one mail; what has more is a list for people
_SHORT = 3  # letters of a part of an address that is no name
_OF_A_PERSON = 4  # words of a display name that names a person
_IN_NAME = re.compile(r"[\w'’-]+")


class Mentions:
    """One mail being searched for changes: its sentences with their values and how old these are."""

    def __init__(
        self, mail: Mail, seen: Sequence[Seen], language: Language, spans: Sequence[tuple[int, int]] = ()
    ) -> None:
        self.mail, self.language, self.spans = mail, language, spans
        self.numbers = language.vocabulary.numbers
        self.address = mail.sender.address.lower() if mail.sender else ""
        self.own = own_name(mail, language)
        text = any(one.sentence.place == "text" for one in seen)
        self.seen = [one for one in seen if one.sentence.place == "text" or not text]
        self.all_seen = seen
        self.told: set[int] = set()  # sentences that a table has told
        self.found: list[list[Item]] = []
        left = _MOST_VALUES
        for one in self.seen:
            self.found.append(self._values(one)[:left] if left else [])
            left -= len(self.found[-1])

    def _values(self, one: Seen) -> list[Item]:
        """The values of a sentence; a word that may be any word is a name only where those beside it say so."""
        source = self.source(one)
        found = aged(items(one, source, self.language), one, source, self.language)
        return [
            item
            for item in found
            if not item.opens
            or item.titled
            or len(item.words) > 1
            or (item.age and not item.gap)
            or self.is_own(item)
            or reachable(item, found, 1)
        ]

    def tell(self, numbers: set[int]) -> None:
        """Sentences that a table has told: their values are no longer looked at."""
        self.told |= numbers
        for number in numbers:
            self.found[number] = []

    def has(self, one: Seen, *names: str) -> bool:
        """Whether any of the classes occurs in the sentence."""
        return any(self.numbers.get(name, -1) in one.found for name in names)

    def anywhere(self, *names: str) -> bool:
        """Whether any of the classes occurs in the mail or its subject."""
        return any(self.has(one, *names) for one in self.all_seen)

    def near(self, number: int, *names: str, before: int = 1, after: int = 1) -> bool:
        """Whether any of the classes occurs in a sentence or in those around it."""
        return any(self.has(one, *names) for one in self.seen[max(0, number - before) : number + after + 1])

    def source(self, one: Seen) -> str:
        """The text that a sentence comes from."""
        return self.mail.subject if one.sentence.place == "subject" else self.mail.text

    def names(self, number: int) -> list[Item]:
        """The names of a sentence."""
        return [item for item in self.found[number] if item.sort in {"name", "quoted", "company"}]

    def full(self, item: Item) -> Item:
        """The longest name of the mail that a name is a part of: “Gilbert Astier” of “M. Astier”."""
        if len(item.words) > 1:
            return item
        wider = (other for number in range(len(self.found)) for other in self.names(number) if other.sort == "name")
        longer = next((other for other in wider if len(other.words) > 1 and set(item.words) < set(other.words)), None)
        return replace(item, text=longer.text) if longer and not self.is_own(longer) else item

    def is_own(self, item: Item) -> bool:
        """Whether a name is the writer's, or a part of it."""
        return bool(self.own) and set(item.words) <= {fold(name) for name in self.own}


def own_name(mail: Mail, language: Language) -> list[str]:
    """The words of the writer's name as written in From; where it gives one word only, of the address too."""
    if not mail.sender:
        return []
    shown = re.split(r"\s[–|(/-]|[,(]", mail.sender.name)[0]
    if any(is_of("organisation", fold(word), language) for word in _IN_NAME.findall(mail.sender.name)):
        return []
    words = [
        word for word in _IN_NAME.findall(_longest_run(shown)) if len(word) > 1 and not is_title(fold(word), language)
    ]
    if len(words) > _OF_A_PERSON:
        return []
    if len(words) == 1:
        local = re.split(r"[._-]", mail.sender.address.partition("@")[0])
        words += [part for part in local if len(part) > _SHORT and part.isalpha() and fold(part) != fold(words[0])]
    return words


def _longest_run(shown: str) -> str:
    """The longest run of capitalised words and particles of a display name; all where none is capitalised."""
    runs: list[list[str]] = [[]]
    for word in shown.split():
        if word[:1].islower() and fold(word) not in PARTICLES:
            runs.append([])
        else:
            runs[-1].append(word)
    longest = max(len(run) for run in runs)
    return " ".join(next(run for run in runs if len(run) == longest)) or shown


def is_of(name: str, word: str, language: Language) -> bool:
    """Whether a folded word belongs to a class of words."""
    return language.vocabulary.numbers.get(name, -1) in language.vocabulary.classes(word)


def last_from(words: Sequence[str], language: Language) -> int:
    """From which word on a name is the last name: from its first particle, else its last word.

    Where people have two last names (Spanish), its last two words if it has three or more.
    """
    if len(words) < 2:  # noqa: PLR2004
        return 0
    usual = len(words) - (2 if language.code in TWO_LAST_NAMES and len(words) > 2 else 1)  # noqa: PLR2004
    particle = next((place for place, word in enumerate(words) if place and word in PARTICLES), usual)
    return max(1, min(particle, usual))
