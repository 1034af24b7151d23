"""What a rectification would change: fields with old and new values, as written in the mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item, items, postal
from mailbot.core.reading.names import Names, alike
from mailbot.core.reading.words import MAIL, PHONE, fold, fold_text
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language
    from mailbot.core.values import Mail

_SIGNATURE_WORDS = 7  # a line this short that holds a number is a signature, unless it says what is new
_SIGNATURE_LINES = 6
_PARTNER_WITHIN = 3  # sentences between an old and a new value
_CUE_WITHIN = 4  # words between a word such as “instead of” and its value
_MOST = 12  # changes of one mail; more is for people
_CUES = (
    "fix",
    "new",
    "note_new",
    "wrong",
    "contactperson",
    "identity",
    "before_old",
    "after_old",
    "contactdata",
    "left",
)


class _Reader(Names):
    """One mail being searched for changes."""

    def changes(self) -> Iterator[Change]:
        """All changes, in the order of the text."""
        found = [
            [self._own(item, one) for item in items(one, self.source(one), self.language)]
            if self._new_text(one)
            else []
            for one in self.seen
        ]
        yield from self.spellings()
        for number, one in enumerate(self.seen):
            names = [item for item in found[number] if item.sort in {"name", "quoted"}]
            if names and self._tells(number, one, found[number]):
                yield from self.names_of(names, one, self.seen[max(0, number - 1) : number + 2], found[number])
        for sort, field in (("mail", "email"), ("phone", "phone")):
            values = [
                (number, item)
                for number in range(len(found))
                for item in found[number]
                if item.sort == sort and self._meant(number, item)
            ]
            yield from self._values(values, field)
        yield from self._postal()

    def _new_text(self, one: Seen) -> bool:
        return one.sentence.place == "text" or not any(other.sentence.place == "text" for other in self.seen)

    def _meant(self, number: int, item: Item) -> bool:
        """A number alone on a short last line is a signature; an address beside words of newsletters is not new."""
        one = self.seen[number]
        words = [word for word in one.sentence.words[one.sentence.lead :] if word != ","]
        cues = self.has(
            one, "fix", "new", "note_new", "before_old", "after_old", "wrong", "mine", "identity", "contactperson"
        )
        late = number >= len(self.seen) - _SIGNATURE_LINES and number > 1
        short = late and len(words) <= _SIGNATURE_WORDS and not cues
        if (short or one.sentence.words[:1] == ("tel",)) and not self._continues(number):
            return False
        return (
            item.sort != "mail"
            or not self.has(one, "newsletter", "list", "unsub")
            or self.has(one, "fix", "new", "before_old", "note_new")
        )

    def _continues(self, number: int) -> bool:
        """Whether a short sentence goes on, in the same line, what the one before says of a person or a new value."""
        before, one = self.seen[number - 1], self.seen[number]
        if not number or before.sentence.place != one.sentence.place:
            return False
        between = self.source(one)[before.sentence.ends[-1] : one.sentence.starts[one.sentence.lead]]
        return "\n" not in between and self.has(before, "contactperson", "new", "fix", "note_new", "site", "left")

    def _values(self, found: list[tuple[int, Item]], field: str) -> Iterator[Change]:
        """Addresses or numbers of the whole mail: old and new ones are paired, a lone one is new."""
        while found:
            (number, item), *rest = found
            partner = next(
                (other for other in rest if other[0] - number <= _PARTNER_WITHIN and self._pairable(item, other[1])),
                None,
            )
            if partner is None:
                if not (item.old and self.has(self.seen[number], "erase", "remove")):
                    yield Change(field, None, item.text)
                found = rest
                continue
            old, new = (partner[1], item) if self._second_is_old(item, partner, number) else (item, partner[1])
            yield Change(field, old.text, new.text)
            found = [other for other in rest if other is not partner]

    def _second_is_old(self, item: Item, partner: tuple[int, Item], number: int) -> bool:
        one, other = self.seen[number], partner[1]
        if partner[0] == number:
            cues = one.found.get(self.numbers.get("before_old", -1), ())
            return any(
                max(item.last, other.first - _CUE_WITHIN) <= start < other.first for start, _ in cues
            ) and not self._swapped(one, item, other)
        return other.old and not item.old

    def _swapped(self, one: Seen, item: Item, other: Item) -> bool:
        """“replaced by”, “not A but B”: the first value is the old one though a word of replacing stands between."""
        between = one.found.get(self.numbers.get("after_old", -1), ())
        return any(item.last <= start < other.first for start, _ in between)

    def _pairable(self, one: Item, other: Item) -> bool:
        if one.sort == "phone":
            first, second = (sorted(filter(str.isdigit, item.text)) for item in (one, other))
            return one.old != other.old or (
                len(first) == len(second) and sum(a == b for a, b in zip(first, second, strict=True)) > len(first) - 3
            )
        return one.old or other.old or not (self.site and self._contacts > 1)

    def _own(self, item: Item, one: Seen) -> Item:
        """The writer's own address or name is the new value, unless the mail says otherwise."""
        if (
            item.sort == "mail"
            and item.text.lower() == self.address
            and not any(self.has(one, name) for name in ("before_old", "after_old"))
        ):
            return replace(item, old=False)
        words = fold_text(item.text).split()
        if (
            item.sort in {"name", "quoted"}
            and len(words) == 1
            and words[0] not in self.sender
            and any(alike(words[0], name) for name in self.sender)
        ):
            return replace(item, old=True)
        return item

    def _tells(self, number: int, one: Seen, found: list[Item]) -> bool:
        words = one.sentence.words[one.sentence.lead :]
        reachable = any(item.sort in {"mail", "phone"} for item in found)
        if (
            number > 1
            and len(words) <= _SIGNATURE_WORDS
            and not reachable
            and not self.has(one, "fix", "new", "note_new", "before_old", "identity")
        ):
            return False
        return (
            reachable
            or self.has(one, *_CUES)
            or (number > 0 and self.has(self.seen[number - 1], "contactperson", "fix"))
        )

    def _postal(self) -> Iterator[Change]:
        found: list[str] = []
        for one in self.seen:
            near = self.has(one, "fix", "new", "wrong", "before_old", "contactdata", "after_old", "hold", "mine")
            if (
                one.sentence.place == "subject"
                or one.sentence.lead >= len(one.sentence.words)
                or not near
                or not self.has(one, "postal")
            ):
                continue
            text = self.mail.text[one.sentence.starts[one.sentence.lead] : one.sentence.ends[-1]]
            found += [value for value in postal(text) if any(self._street(word) for word in fold_text(value).split())]
        if found:
            yield Change("address", found[0] if len(found) > 1 else None, found[1] if len(found) > 1 else found[0])

    def _street(self, word: str) -> bool:
        return self.numbers.get("postal", -1) in self.language.vocabulary.classes(word)


def changes(mail: Mail, seen: Sequence[Seen], language: Language) -> tuple[Change, ...]:
    """The changes that a mail asks for, each once; a later one without old value does not repeat an earlier one."""
    result: dict[tuple[str, str], Change] = {}
    for change in _Reader(mail, seen, language).changes():
        key = (change.field, fold(change.new or ""))
        if key not in result or (result[key].old is None and change.old is not None):
            result[key] = change
    return tuple(list(result.values())[:_MOST])


def has_value(words: Iterable[str]) -> bool:
    """Whether a sentence holds an address or a number."""
    return any(word in {MAIL, PHONE} for word in words)
