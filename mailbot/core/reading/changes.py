"""What a rectification would change: fields with old and new values, as written in the mail."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item, is_title, items, postal
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
_NAME_WITHIN = 6  # words between a name and the number that belongs to it
_SHORT = 3  # letters of a name too short to be misspelt recognisably
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


class _Reader:
    """One mail being searched for changes."""

    def __init__(self, mail: Mail, seen: Sequence[Seen], language: Language) -> None:
        self.mail, self.seen, self.language = mail, seen, language
        self.numbers = language.vocabulary.numbers
        self.sender = fold_text(mail.sender.name).split() if mail.sender else []
        self.address = mail.sender.address.lower() if mail.sender else ""
        self.spelt: dict[str, str] = {}  # the writer's own names that are misspelt, with how
        self.left: dict[str, Item] = {}  # old values still without a new one, by sort
        self.site = any(self.has(one, "site") for one in seen)
        self._contacts = sum(self.has(one, "contactperson") for one in seen)

    def has(self, one: Seen, *names: str) -> bool:
        """Whether any of the classes occurs in the sentence."""
        return any(self.numbers.get(name, -1) in one.found for name in names)

    def source(self, one: Seen) -> str:
        """The text that a sentence comes from."""
        return self.mail.subject if one.sentence.place == "subject" else self.mail.text

    def changes(self) -> Iterator[Change]:
        """All changes, in the order of the text."""
        found = [
            [self._own(item, one) for item in items(one, self.source(one), self.language)]
            if self._new_text(one)
            else []
            for one in self.seen
        ]
        yield from self._spellings()
        for number, one in enumerate(self.seen):
            names = [item for item in found[number] if item.sort in {"name", "quoted"}]
            if names and self._tells(number, one, found[number]):
                yield from self._names(names, one, self.seen[max(0, number - 1) : number + 2], found[number])
        for sort, field in (("mail", "email"), ("phone", "phone")):
            values = [
                (number, item)
                for number in range(len(found))
                for item in found[number]
                if item.sort == sort and self._meant(number, item)
            ]
            yield from self._values(values, field)
        yield from self._postal()

    def _spellings(self) -> Iterator[Change]:
        """The writer's own name spelt in another way: the other way is the wrong one."""
        raw = [
            name for name in re.findall(r"[\w'’]+", self.mail.sender.name if self.mail.sender else "") if len(name) > 1
        ]
        for one in self.seen:
            for place, word in enumerate(one.sentence.words[one.sentence.lead :], one.sentence.lead):
                text = self.source(one)[one.sentence.starts[place] : one.sentence.ends[place]]
                for name in raw:
                    own = fold_text(name)
                    differs = text.lower() != name.lower() and text[:1].isupper() and name not in self.spelt
                    if differs and (word == own or (len(word) > _SHORT and _alike(word, own))):
                        self.spelt[name] = text
        first = [name for name in raw[:1] if name in self.spelt and len(raw) > 1]
        last = [name for name in raw if name in self.spelt and name not in first]
        if last:
            yield Change("last_name", " ".join(self.spelt[name] for name in last), " ".join(last))
        if first:
            yield Change("first_name", self.spelt[first[0]], first[0])

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
        if (late and len(words) <= _SIGNATURE_WORDS and not cues) or self.seen[number].sentence.words[:1] == ("tel",):
            return False
        return (
            item.sort != "mail"
            or not self.has(one, "newsletter", "list", "unsub")
            or self.has(one, "fix", "new", "before_old", "note_new")
        )

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
            and any(_alike(words[0], name) for name in self.sender)
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

    def _names(self, found: list[Item], one: Seen, context: Sequence[Seen], values: list[Item]) -> Iterator[Change]:
        reachable = any(
            item.sort in {"mail", "phone"}
            and 0 <= item.first - name.last <= _NAME_WITHIN
            and set(fold_text(name.text).split()) - set(self.sender)
            for item in values
            for name in found
            if not self._place(name, one)
        )
        person = reachable or any(self.has(near, "contactperson") for near in context)
        identity = any(self.has(near, "identity") for near in context)
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

    def _company(self, found: list[Item]) -> Iterator[Change]:
        olds, news = [i for i in found if i.old], [i for i in found if not i.old]
        if not olds and len(news) > 1:
            olds, news = news[:1], news[1:]
        if news:
            yield Change("company", olds[0].text if olds else None, news[-1].text)

    def _person(self, found: list[Item], one: Seen) -> Iterator[Change]:
        found = [
            item
            for item in found
            if not self._place(item, one) and set(fold_text(item.text).split()) - set(self.sender)
        ]
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
        return not titled and (
            any(place in site for place in range(item.first - 3, item.first))
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
            if words[0] == self.sender[-1]:
                return "last_name"
        return "last_name"

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


def _alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one: same beginning or end and about the same letters."""
    return (
        min(len(one), len(other)) > 2  # noqa: PLR2004
        and (one[:2] == other[:2] or one[-3:] == other[-3:])
        and len(set(one) ^ set(other)) <= 3  # noqa: PLR2004
        and abs(len(one) - len(other)) <= 2  # noqa: PLR2004
    )


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
