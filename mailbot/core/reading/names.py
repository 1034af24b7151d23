"""Names in a rectification: of persons in charge, of companies, and of the writer, with how they were written."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item, is_title
from mailbot.core.reading.words import MAIL, PHONE, fold_text
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language
    from mailbot.core.values import Mail

_NAME_WITHIN = 6  # words between a name and the number that belongs to it
_CUES = ("identity", "fix", "wrong", "spelling", "before_old", "first_name", "last_name", "note_new")
_SIGNED = 3  # words of a line that only signs
_NEARLY = 0.58  # of the letters of a name stand in its misspelling too
_SHORT = 3  # letters of a name too short to be misspelt recognisably


class Names:
    """One mail being searched for names that change."""

    def __init__(self, mail: Mail, seen: Sequence[Seen], language: Language) -> None:
        self.mail, self.seen, self.language = mail, seen, language
        self.numbers = language.vocabulary.numbers
        self.sender = fold_text(mail.sender.name).split() if mail.sender else []
        self.address = mail.sender.address.lower() if mail.sender else ""
        self.spelt: dict[str, str] = {}  # the writer's own names that are spelt in another way too, with how
        self.wrong: set[str] = set()  # of those the ones that the mail says are wrong: "Faurel, not Faure"
        self.left: dict[str, Item] = {}  # old values still without a new one, by sort
        self.site = any(self.has(one, "site") for one in seen)
        self._contacts = sum(self.has(one, "contactperson") for one in seen)

    def has(self, one: Seen, *names: str) -> bool:
        """Whether any of the classes occurs in the sentence."""
        return any(self.numbers.get(name, -1) in one.found for name in names)

    def source(self, one: Seen) -> str:
        """The text that a sentence comes from."""
        return self.mail.subject if one.sentence.place == "subject" else self.mail.text

    def spellings(self) -> Iterator[Change]:
        """The writer's own name spelt in another way: the other way is the wrong one, unless the mail says which is."""
        raw = [
            name for name in re.findall(r"[\w'’]+", self.mail.sender.name if self.mail.sender else "") if len(name) > 1
        ]
        for one in self.seen:
            if len(one.sentence.words) <= _SIGNED and not self.has(one, *_CUES):
                continue
            for place, word in enumerate(one.sentence.words[one.sentence.lead :], one.sentence.lead):
                text = self.source(one)[one.sentence.starts[place] : one.sentence.ends[place]]
                for name in raw:
                    own = fold_text(name)
                    differs = text.lower() != name.lower() and text[:1].isupper() and name not in self.spelt
                    plain = "Ã" not in text and not is_title(own, self.language)
                    if differs and plain and (word == own or (len(word) > _SHORT and misspelt(word, own))):
                        self.spelt[name] = text
                        if self._denied(one, own) and not self._denied(one, word):
                            self.wrong.add(name)
        first = [name for name in raw[:1] if name in self.spelt and len(raw) > 1]
        last = [name for name in raw if name in self.spelt and name not in first]
        if last:
            yield self._spelling("last_name", last)
        if first:
            yield self._spelling("first_name", first)

    def _denied(self, one: Seen, word: str) -> bool:
        """Whether a word that tells an old value stands right before this one: "et non Faure"."""
        cues = one.found.get(self.numbers.get("before_old", -1), ())
        places = [place for place, other in enumerate(one.sentence.words) if other == word]
        return any(end == place for _, end in cues for place in places)

    def _spelling(self, field: str, names: list[str]) -> Change:
        own, other = " ".join(names), " ".join(self.spelt[name] for name in names)
        return Change(field, own, other) if set(names) <= self.wrong else Change(field, other, own)

    def names_of(self, found: list[Item], one: Seen, context: Sequence[Seen], values: list[Item]) -> Iterator[Change]:
        """The names among the values of a sentence that are persons in charge, companies or the writer's own."""
        reachable = any(
            item.sort in {"mail", "phone"}
            and 0 <= item.first - name.last <= _NAME_WITHIN
            and set(fold_text(name.text).split()) - set(self.sender)
            for item in values
            for name in found
            if not self._place(name, one)
        )
        person = reachable or any(self.has(near, "contactperson") for near in context)
        identity = any(self.has(near, "identity") for near in (*context, self.seen[0])) or self._own_beside_old(found)
        if (
            self.has(one, "company_mark")
            and any(self.has(near, "fix", "new", "after_old") for near in context)
            and not person
        ):
            yield from self._company(found)
        elif person and not self.has(one, "first_name"):
            yield from self._person(found, one)
        elif identity and not self.spelt:
            yield from self._identity(found, one)

    def _own_beside_old(self, found: list[Item]) -> bool:
        """Whether one of the writer's own names stands beside an old one."""
        return any(item.old for item in found) and any(
            not item.old and set(fold_text(item.text).split()) <= set(self.sender) for item in found
        )

    def _company(self, found: list[Item]) -> Iterator[Change]:
        olds, news = [i for i in found if i.old], [i for i in found if not i.old]
        if not olds and len(news) > 1:
            olds, news = news[:1], news[1:]
        if news:
            yield Change("company", olds[0].text if olds else None, news[-1].text)

    def _person(self, found: list[Item], one: Seen) -> Iterator[Change]:
        persons = [item for item in found if not self._place(item, one)]
        found = [item for item in persons if set(fold_text(item.text).split()) - set(self.sender)]
        if not any(not item.old for item in found) and self.has(one, "contactperson"):
            found += [item for item in persons if " " in item.text and item not in found and not item.old]
        olds, news = [i for i in found if i.old], [i for i in found if not i.old]
        if not olds and len(news) > 1 and self.has(one, "left", "deceased"):
            olds, news = news[:1], news[1:]
        old = olds[0] if olds else None
        if not news or (not old and self.has(one, "left", "deceased")):
            if old or news:
                self.left["person"] = old or news[0]
            return
        words = one.sentence.words
        new = next(
            (item for item in reversed(news) if {MAIL, PHONE} & set(words[item.last : item.last + _NAME_WITHIN])),
            news[0],
        )
        old = old or self.left.pop("person", None)
        if self.site:
            yield Change("site_contact", old.text if old else None, new.text)
            return
        first, _, last = new.text.rpartition(" ")
        old_first, _, old_last = (old.text if old else "").rpartition(" ")
        yield Change("last_name", old_last or None, last)
        if first:
            yield Change("first_name", old_first or None, first)

    def _place(self, item: Item, one: Seen) -> bool:
        """A capitalised word after `site de`, `in` and the like is a place or a site, not a person."""
        words = one.sentence.words
        before = words[max(0, item.first - 3) : item.first]
        titled = item.first > 0 and is_title(words[item.first - 1], self.language)
        site = {start for start, _ in one.found.get(self.numbers.get("site", -1), ())}
        person = {start for start, _ in one.found.get(self.numbers.get("contactperson", -1), ())}
        nearest = next((place for place in range(item.first - 1, item.first - 4, -1) if place in site | person), -1)
        leaving = self.has(one, "left") and before[-1:] == ("to",)
        return not titled and (
            nearest in site - person
            or leaving
            or (bool(before) and before[-1] in {"a", "in", "at", "bei", "te", "en", "aan"})
        )

    def _identity(self, found: list[Item], one: Seen) -> Iterator[Change]:
        found = [
            item
            for item in found
            if item.old or len(words := set(fold_text(item.text).split())) == 1 or words != set(self.sender)
        ]
        olds, news = [i for i in found if i.old], [i for i in found if not i.old]
        if not olds and len(news) > 1 and self.has(one, "wrong"):
            olds, news = news[:1], news[1:]
        for new in news[:2]:
            old = min(olds, key=lambda other: abs(other.first - new.first), default=None) or self.left.pop("name", None)
            if old in olds:
                olds.remove(old)
            yield Change(self._name_field(new, one), old.text if old else None, new.text)
        if olds:
            self.left["name"] = olds[-1]

    def _name_field(self, item: Item, one: Seen) -> str:
        words = fold_text(item.text).split()
        if self.has(one, "first_name") and not self.has(one, "last_name"):
            return "first_name"
        if self.sender and len(words) == 1:
            if words[0] == self.sender[0] and words[0] != self.sender[-1]:
                return "first_name"
            first = [name for name in self.sender[:-1] if name != self.sender[-1]]
            if words[0] != self.sender[-1] and words[0] in first:
                return "first_name"
        return "last_name"


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
    return alike(one, other) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEARLY
