"""Persons in charge in a rectification: who comes, in whose place, for a site or as a company's contact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item, is_title, reachable
from mailbot.core.reading.mentions import is_of, last_from
from mailbot.core.reading.words import fold
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.mentions import Mentions
    from mailbot.core.reading.rules import Language

_WITHIN = 6  # words between a name and the number that belongs to it
_PARTNER_WITHIN = 3  # sentences between who leaves and who comes
_BACK_WITHIN = 2  # sentences between who comes and who is then said to leave
_OF_A_PERSON = 4  # words of a name
_SIGNED = 4  # words of a line that only signs
_SIGNATURE_LINES = 6


def replacements(mentions: Mentions, others: set[str]) -> list[Change]:
    """Who is named as person in charge, with who was before.

    `others` are the names of companies that change.
    """
    return list(_Persons(mentions, others).changes())


class _Pair:
    """Who comes and, if told, who goes."""

    def __init__(self, number: int, new: Item, old: Item | None) -> None:
        self.number, self.new, self.old = number, new, old


class _Persons:
    def __init__(self, mentions: Mentions, others: set[str]) -> None:
        self.m, self.others = mentions, others

    def changes(self) -> Iterator[Change]:
        for pair in self._pairs():
            if self._of_site(pair):
                new, old = self.m.full(pair.new), self.m.full(pair.old) if pair.old else None
                yield Change("site_contact", old.text if old else None, new.text)
                continue
            new_first, new_last = _parted(self.m.full(pair.new), self.m.language)
            old_first, old_last = _parted(self.m.full(pair.old) if pair.old else None, self.m.language)
            if fold(old_last) != fold(new_last):
                yield Change("last_name", old_last or None, new_last)
            if new_first:
                yield Change("first_name", old_first or None, new_first)

    def _pairs(self) -> list[_Pair]:
        result: list[_Pair] = []
        gone: list[tuple[int, Item]] = []
        for number, one in enumerate(self.m.seen):
            persons = self._persons(number, one)
            if len(persons) == 1 and not persons[0].age and self.m.has(one, "left", "deceased"):
                persons = [replace(persons[0], age=-1)]
            olds = [item for item in persons if item.age < 0]
            for new in self._new(number, one, persons, inherits=bool(gone) and number - gone[-1][0] <= _PARTNER_WITHIN):
                olds = [old for old in olds if not _same(old, new)]
                partner = min(olds, key=lambda old: abs(old.first - new.first), default=None)
                if partner:
                    olds.remove(partner)
                elif gone and number - gone[-1][0] <= _PARTNER_WITHIN and not _same(gone[-1][1], new):
                    partner = gone.pop()[1]
                result.append(_Pair(number, new, partner))
            for old in olds:
                waiting = [pair for pair in result if pair.old is None and number - pair.number <= _BACK_WITHIN]
                if waiting and not _same(waiting[-1].new, old):
                    waiting[-1].old = old
                else:
                    gone.append((number, old))
        return _each_once(result)

    def _persons(self, number: int, one: Seen) -> list[Item]:
        found = [
            item
            for item in self.m.names(number)
            if item.sort == "name" and item.text not in self.others and not self._place(item, one)
        ]
        both = {item.age for item in found if not self.m.is_own(item)} >= {1, -1}
        if not both and not self._concerned(number, one):
            found = [item for item in found if reachable(item, self.m.found[number], _WITHIN)]
        return [item for item in found if len(item.words) <= _OF_A_PERSON and not self._signs(number, one, item)]

    def _concerned(self, number: int, one: Seen) -> bool:
        """Whether a sentence or one beside it is about who is in charge, or who leaves."""
        return self.m.near(number, "contactperson", "left", "deceased") or self.m.has(
            one, "site", "place", "main_contact", "keeper", "takes"
        )

    def _signs(self, number: int, one: Seen, item: Item) -> bool:
        """Whether the writer only signs, or names himself."""
        late = number > 1 and number >= len(self.m.seen) - _SIGNATURE_LINES
        short = len(one.sentence.words) - one.sentence.lead <= _SIGNED and not item.age
        own = self.m.is_own(item)
        return (late and short and not reachable(item, self.m.found[number], _WITHIN)) or (own and len(item.words) < 2)  # noqa: PLR2004

    def _new(self, number: int, one: Seen, persons: list[Item], *, inherits: bool) -> list[Item]:
        """Those of the persons of a sentence who come."""
        values = self.m.found[number]
        olds = [item for item in persons if item.age < 0]
        full = [item for item in persons if item.age >= 0 and (len(item.words) > 1 or item.titled or item.age)]
        told = [item for item in full if item.age > 0 or reachable(item, values, _WITHIN)]
        told = [
            item
            for item in told
            if len(item.words) > 1 or item.titled or reachable(item, values, _WITHIN) or (olds and item.age > 0)
        ]
        told = [item for item in told if not self.m.is_own(item) or inherits or self._takes_over(number)]
        if not told and self.m.has(one, "contactperson") and not self.m.has(one, "unchanged", "left", "deceased"):
            told = [item for item in full if not self.m.is_own(item) or self._takes_over(number)][:1]
        if not told and any(item.age < 0 for item in persons):
            told = [i for i in full if not i.age and (len(i.words) > 1 or i.titled) and not self.m.is_own(i)][:1]
        if self.m.has(one, "unchanged"):
            told = [item for item in told if item.age > 0 or olds]
        return told

    def _takes_over(self, number: int) -> bool:
        one = self.m.seen[number]
        return self.m.has(one, "contactperson", "main_contact") and self.m.near(
            number, "new", "left", "new_after", before=2
        )

    def _of_site(self, pair: _Pair) -> bool:
        """Whether a person is in charge of a site rather than the company's contact."""
        one = self.m.seen[pair.number]
        site, main = self.m.has(one, "site", "place", "keeper"), self.m.has(one, "main_contact")
        if not site and not main:
            site = self.m.near(pair.number, "site", "place", "keeper")
            main = self.m.near(pair.number, "main_contact")
        own = self.m.is_own(pair.new) or bool(pair.old and self.m.is_own(pair.old))
        if site != main:
            return site
        if own:
            return False
        return site or self.m.anywhere("site", "place") or not self.m.near(pair.number, "contactperson")

    def _place(self, item: Item, one: Seen) -> bool:
        """A capitalised word after `site de`, `in` and the like is a place or a site, not a person."""
        if item.titled:
            return False
        words = one.sentence.words
        before = words[max(one.sentence.lead, item.first - 3) : item.first]
        site = {end for name in ("site", "place") for _, end in one.found.get(self.m.numbers.get(name, -1), ())}
        person = {end for _, end in one.found.get(self.m.numbers.get("contactperson", -1), ())}
        nearest = next(
            (place for place in range(item.first, item.first - 1 - len(before), -1) if place in site | person), -1
        )
        if len(item.words) > 1:
            return nearest in site - person and all(map(self._placed, words[nearest : item.first])) and item.age >= 0
        return (
            nearest in site - person
            or (item.age >= 0 and bool(before) and self._placed(before[-1]))
            or is_title(item.words[0], self.m.language)
        )

    def _placed(self, word: str) -> bool:
        """Whether a word stands before places rather than before persons."""
        return is_of("placed", word, self.m.language)


def _same(one: Item, other: Item) -> bool:
    """Whether two names are of one person, once in full and once in part."""
    return set(one.words) <= set(other.words) or set(other.words) <= set(one.words)


def _parted(item: Item | None, language: Language) -> tuple[str, str]:
    """First and last name, as written."""
    if item is None:
        return "", ""
    words = item.text.split()
    split = last_from(item.words, language)
    return " ".join(words[:split]), " ".join(words[split:])


def _each_once(pairs: list[_Pair]) -> list[_Pair]:
    """Each person who comes once: with who goes, where one mention tells it."""
    best: dict[str, _Pair] = {}
    for pair in pairs:
        key = pair.new.words[-1]
        if key not in best or (best[key].old is None and pair.old is not None):
            best[key] = pair
    going = {pair.old.text for pair in best.values() if pair.old}
    return [pair for pair in best.values() if pair.old or pair.new.text not in going]
