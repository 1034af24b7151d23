"""The writer's own name in a rectification: how it was written, how it is written now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core.reading.items import PARTICLES, Item, is_title
from mailbot.core.reading.mentions import TWO_LAST_NAMES, is_of, last_from
from mailbot.core.reading.others import of_another
from mailbot.core.reading.spelling import misspelt, part_of
from mailbot.core.reading.words import fold
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.mentions import Mentions

_SIGNATURE_LINES = 5
_SIGNED = 5  # words of a line that signs
_SHORT = 3  # letters of a name too short to be misspelt recognisably
_OF_A_PERSON = 4  # words of a name


def own_changes(mentions: Mentions) -> list[Change]:
    """The changes of the writer's own name."""
    if not mentions.anywhere("married", "identity", "spelling", "swapped", "fix", "wrong"):
        return []
    return list(_Own(mentions).changes())


class _Own:
    """The search for the writer's own name."""

    def __init__(self, mentions: Mentions) -> None:
        self.m = mentions
        self.shown = mentions.own
        self.own = [fold(name) for name in self.shown]
        self.split = last_from(self.own, mentions.language)

    def changes(self) -> Iterator[Change]:
        if self._swapped():
            first, last = " ".join(self.shown[: self.split]), " ".join(self.shown[self.split :])
            yield from (Change("first_name", last, first), Change("last_name", first, last))
            return
        found = list(self._joined()) or list(self._variants()) or list(self._misspelt())
        found = found or list(of_another(self.m)) or list(self._unlike())
        seen: set[str] = set()
        for change in found:
            if change.field not in seen:
                seen.add(change.field)
                yield change

    def _swapped(self) -> bool:
        """First and last name stand in each other's place: said of two own names."""
        for number, one in enumerate(self.m.seen):
            around = self.m.seen[max(0, number - 1) : number + 3]
            words = {word for near in around for word in near.sentence.words}
            told = self.m.has(one, "swapped") and self.m.near(number, "first_name", "last_name", after=2)
            if told and len(self.own) > 1 and set(self.own) <= words and not {"@phone", "@mail"} & words:
                return True
        return False

    def _person(self, number: int, item: Item) -> bool:
        """Whether a name is said of another person: a relative, a colleague, somebody to be called."""
        one = self.m.seen[number]
        before = one.sentence.words[max(0, item.first - 2) : item.first]
        relative = self.m.numbers.get("relative", -1)
        return any(relative in self.m.language.vocabulary.classes(word) for word in before)

    def _variants(self) -> Iterator[Change]:
        """Names that share a part with the writer's: “Corinne Hourtin” of Corinne Vasselot."""
        for number in range(len(self.m.seen)):
            for item in self.m.names(number):
                words = list(item.words)
                if item.sort == "company" or len(words) < 2 or self._person(number, item) or self.m.is_own(item):  # noqa: PLR2004
                    continue
                shared = [word for word in words if word in self.own]
                if not shared or set(words) == set(self.own) or len(words) > _OF_A_PERSON:
                    continue
                told = self.m.near(number, "married", "identity", "wrong", "fix", "spelling", "new") or item.age
                if told:
                    yield from self._variant(item)
        yield from self._hyphened()

    def _variant(self, item: Item) -> Iterator[Change]:
        """What a name with one part of the writer's says of the other part."""
        words, shown = list(item.words), [word.strip(".,") for word in item.text.split()]
        most = min(len(words), len(self.own)) - 1
        same = _common(words, self.own, most)
        field, theirs, ours = "last_name", shown[same:], self.shown[same:]
        if not same:
            same = _common(words[::-1], self.own[::-1], most)
            field, theirs, ours = "first_name", shown[: len(shown) - same], self.shown[: len(self.shown) - same]
        if not same:
            return
        if field == "first_name" and not any(misspelt(fold(a), fold(b)) for a in theirs for b in ours) and not item.age:
            return
        there, here = " ".join(theirs), " ".join(ours)
        newer = item.age > 0 or (not item.age and self._signed(theirs) and not self._signed(ours))
        yield Change(field, here, there) if newer else Change(field, there, here)

    def _signed(self, names: list[str]) -> bool:
        """Whether the writer signs with these words."""
        wanted = {fold(name) for name in names}
        last = self.m.seen[-_SIGNATURE_LINES:] if len(self.m.seen) > 1 else []
        return any(wanted <= set(one.sentence.words) and len(one.sentence.words) <= _SIGNED for one in last)

    def _joined(self) -> Iterator[Change]:
        """The writer's name in two words or in one: “Le Breton”, not “Lebreton”."""
        for number in range(len(self.m.seen)):
            for item in self.m.names(number):
                words = item.words
                own = next((name for name in self.own if len(words) > 1 and "".join(words) == name), None)
                if own:
                    shown = self.shown[self.own.index(own)]
                    newer = item.age > 0 or (item.age == 0 and any(self._denied(one, own) for one in self.m.seen))
                    yield Change("last_name", shown, item.text) if newer else Change("last_name", item.text, shown)

    def _hyphened(self) -> Iterator[Change]:
        """A single name that holds the writer's as one of its parts, or is such a part."""
        for number in range(len(self.m.seen)):
            for item in self.m.names(number):
                words = item.words
                if len(words) != 1 or words[0] in self.own:
                    continue
                own = next((name for name in self.own if part_of(words[0], name) or part_of(name, words[0])), None)
                if own and self.m.near(number, "married", "identity", "wrong", "fix", "spelling"):
                    shown = self.shown[self.own.index(own)]
                    pair = (shown, item.text) if item.age > 0 else (item.text, shown)
                    yield Change("last_name", *pair)

    def _misspelt(self) -> Iterator[Change]:
        """The writer's name in another spelling: the other one is wrong, unless the mail says which is."""
        spelt: dict[str, str] = {}
        wrong: set[str] = set()
        told = {id(self.m.seen[number]) for number in self.m.told}
        for one in self.m.all_seen:
            if id(one) in told or not self._tells(one):
                continue
            spelling = self.m.has(one, "spelling")
            for place, text in self._words(one):
                if not (spelling or text[:1].isupper()):
                    continue
                word = fold(text)
                for own, shown in zip(self.own, self.shown, strict=True):
                    if shown in spelt or not self._another(text, word, own, shown):
                        continue
                    spelt[shown] = text
                    if self._denied(one, own) and not self._denied(one, one.sentence.words[place]):
                        wrong.add(shown)
        for field, names in (("last_name", self.shown[self.split :]), ("first_name", self.shown[: self.split])):
            changed = [name for name in names if name in spelt]
            if changed:
                whole = names if fold(names[0]) in PARTICLES or self.m.language.code in TWO_LAST_NAMES else changed
                ours, theirs = " ".join(whole), " ".join(spelt.get(name, name) for name in whole)
                yield Change(field, ours, theirs) if set(changed) <= wrong else Change(field, theirs, ours)

    def _tells(self, one: Seen) -> bool:
        words = one.sentence.words[one.sentence.lead :]
        cues = ("identity", "fix", "wrong", "spelling", "before_old", "old_before", "married", "note_new")
        return len(words) > _SHORT or self.m.has(one, *cues)

    def _words(self, one: Seen) -> Iterator[tuple[int, str]]:
        source, sentence = self.m.source(one), one.sentence
        for place in range(sentence.lead, len(sentence.words)):
            yield place, source[sentence.starts[place] : sentence.ends[place]]

    def _another(self, text: str, word: str, own: str, shown: str) -> bool:
        """Whether a word is another spelling of one of the writer's names."""
        if text.lower() == shown.lower() or "Ã" in text or is_title(own, self.m.language):
            return False
        if word in self.own and word != own:
            return False
        return word == own or (min(len(word), len(own)) >= _SHORT and misspelt(word, own))

    def _denied(self, one: Seen, own: str) -> bool:
        """Whether a word that tells an old value stands right before this one: "et non Faure"."""
        cues = [
            place for name in ("before_old", "old_before") for place in one.found.get(self.m.numbers.get(name, -1), ())
        ]
        places = [place for place, other in enumerate(one.sentence.words) if other == own]
        return any(end == place for _, end in cues for place in places)

    def _unlike(self) -> Iterator[Change]:
        """A name unlike the writer's that was or will be his own: after marriage, adoption, a judgement."""
        pending: dict[str, tuple[int, Item]] = {}
        for number in range(len(self.m.seen)):
            names = [item for item in self.m.names(number) if item.sort != "company" and not self._person(number, item)]
            told = self.m.near(number, "married", "identity", after=0)
            for item in names if told else []:
                age = item.age or (1 if self.m.is_own(item) else 0)
                if not age or (len(item.words) > 1 and not self.m.is_own(item) and item.sort == "name"):
                    continue
                if not self.m.is_own(item) and self._placed(number, item):
                    continue
                sort = "new" if age > 0 else "old"
                pending.setdefault(sort, (number, item))
        old, new = pending.get("old"), pending.get("new")
        if new and old and old[1].text == new[1].text:
            return
        if new and (old if self.m.is_own(new[1]) else self.m.has(self.m.seen[new[0]], "identity", "married")):
            yield self._change(old[1] if old else None, new[1], new[0])
        elif old and self.own and self.m.has(self.m.seen[old[0]], "identity", "married"):
            field = self._field(old[1], old[0])
            part = self.shown[: self.split] if field == "first_name" else self.shown[self.split :]
            if part:
                yield Change(field, old[1].text, " ".join(part))

    def _placed(self, number: int, item: Item) -> bool:
        """Whether a preposition of places stands before a name."""
        words = self.m.seen[number].sentence.words
        return (
            item.first > 0
            and is_of("placed", words[item.first - 1], self.m.language)
            and not item.by.endswith("old")
            and not item.by.startswith("old")
        )

    def _change(self, old: Item | None, new: Item, number: int) -> Change:
        field, text = self._field(new, number), new.text
        if self.m.is_own(new) and len(new.words) > 1:
            first = self.m.has(self.m.seen[number], "first_name") and not self.m.has(self.m.seen[number], "last_name")
            field = "first_name" if first else "last_name"
            text = " ".join(self.shown[: self.split] if first else self.shown[self.split :])
        return Change(field, old.text if old else None, text)

    def _field(self, item: Item, number: int) -> str:
        """Whether a name is a first or a last one."""
        one, word = self.m.seen[number], item.words[0]
        if word in self.own[: self.split] and word not in self.own[self.split :]:
            return "first_name"
        if word in self.own[self.split :]:
            return "last_name"
        return "first_name" if self.m.has(one, "first_name") and not self.m.has(one, "last_name") else "last_name"


def _common(one: Sequence[str], other: Sequence[str], most: int) -> int:
    """How many first words two names share, `most` at most."""
    return next((place for place in range(most) if one[place] != other[place]), max(0, most))
