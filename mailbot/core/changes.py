"""What a rectification would change: fields with old and new values, as written in the mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.core.items import TITLES, Item, items, postal
from mailbot.core.values import Change
from mailbot.core.words import MAIL, PHONE, fold, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailbot.core.classify import Seen
    from mailbot.core.rules import Language
    from mailbot.core.values import Mail

_SIGNATURE_WORDS = 7  # a line this short that holds a number is a signature, unless it says what is new
_MOST = 12  # changes of one mail; more is for people
_CUES = ("fix", "new", "note_new", "wrong", "contactperson", "identity", "before_old", "after_old", "contactdata", "left")


class _Reader:
    """One mail being searched for changes."""

    def __init__(self, mail: Mail, seen: Sequence[Seen], language: Language) -> None:
        self.mail, self.seen, self.language = mail, seen, language
        self.numbers = language.vocabulary.numbers
        self.sender = fold_text(mail.sender.name).split() if mail.sender else []
        self.address = mail.sender.address.lower() if mail.sender else ""
        self.given: set[str] = set()  # fields that have a new value
        self.left: dict[str, Item] = {}  # old values still without a new one, by sort
        self.site = any(self.has(one, "site") for one in seen)
        self.account = any(self.has(one, "account") for one in seen)

    def has(self, one: Seen, *names: str) -> bool:
        """Whether any of the classes occurs in the sentence."""
        return any(self.numbers.get(name, -1) in one.found for name in names)

    def source(self, one: Seen) -> str:
        """The text that a sentence comes from."""
        return self.mail.subject if one.sentence.place == "subject" else self.mail.text

    def changes(self) -> Iterator[Change]:
        """All changes, in the order of the text."""
        for number, one in enumerate(self.seen):
            if not self._tells(number, one):
                continue
            found = [self._own(item, one) for item in items(one, self.source(one), self.language)]
            context = self.seen[max(0, number - 1) : number + 2]
            names = [item for item in found if item.sort in {"name", "quoted"}]
            yield from self._names(names, one, context)
            for sort, field in (("mail", "email"), ("phone", "phone")):
                if not (sort == "mail" and self.has(one, "newsletter", "list", "unsub") and not self.has(one, "fix", "new", "before_old")):
                    yield from self._pairs([item for item in found if item.sort == sort], field, one)
        yield from self._postal()
        yield from (Change(field, None, item.text) for field, item in self.left.items() if field in {"email", "phone"} and field not in self.given)

    def _own(self, item: Item, one: Seen) -> Item:
        """The writer's own address or name is the new value, unless the mail says otherwise."""
        if item.sort == "mail" and item.text.lower() == self.address and not any(self.has(one, name) for name in ("before_old", "after_old")):
            return replace(item, old=False)
        words = fold_text(item.text).split()
        if item.sort in {"name", "quoted"} and len(words) == 1 and words[0] not in self.sender and any(_alike(words[0], name) for name in self.sender):
            return replace(item, old=True)
        return item

    def _tells(self, number: int, one: Seen) -> bool:
        words = one.sentence.words[one.sentence.lead :]
        if one.sentence.place == "subject" and (len(self.seen) > 1 and self.seen[1].sentence.place == "text"):
            return False
        if number > 1 and len(words) <= _SIGNATURE_WORDS and not self.has(one, "fix", "new", "note_new", "before_old", "identity"):
            return False
        return self.has(one, *_CUES) or number > 0 and self.has(self.seen[number - 1], "contactperson", "fix")

    def _pairs(self, found: list[Item], field: str, one: Seen) -> Iterator[Change]:
        if not found:
            return
        olds = [item for item in found if item.old]
        news = [item for item in found if not item.old]
        if not news and len(olds) > 1:
            between = [start for start, _ in one.found.get(self.numbers.get("before_old", -1), ()) if olds[0].last <= start < olds[1].first]
            olds, news = (olds[1:2], olds[:1]) if between else (olds[:1], olds[1:2])
        if not olds and len(news) == 2 and self.has(one, "wrong", "fix", "hold", "after_old"):  # noqa: PLR2004
            olds, news = news[:1], news[1:]
        if len(news) > 1 and not self.has(one, "contactperson", "site", "fix", "new", "note_new"):
            return
        for item in news:
            old = min(olds, key=lambda other: abs(other.first - item.first), default=None) or self.left.pop(field, None)
            if old in olds:
                olds.remove(old)
            self.given.add(field)
            yield Change(field, old.text if old else None, item.text)
        if olds:
            self.left[field] = olds[-1]

    def _names(self, found: list[Item], one: Seen, context: Sequence[Seen]) -> Iterator[Change]:
        if not found:
            return
        reachable = {MAIL, PHONE} & set(one.sentence.words) and any(" " in item.text for item in found) and self.has(one, "fix", "new", "note_new", "site")
        person = reachable or any(self.has(near, "contactperson") for near in context)
        identity = any(self.has(near, "identity") for near in context)
        if self.has(one, "company_mark") and any(self.has(near, "fix", "new", "after_old") for near in context) and not person:
            yield from self._pairs(found, "company", one)
        elif person and not self.has(one, "first_name"):
            yield from self._person(found, one)
        elif identity:
            yield from self._identity(found, one)

    def _person(self, found: list[Item], one: Seen) -> Iterator[Change]:
        found = [item for item in found if not self._place(item, one) and set(fold_text(item.text).split()) - set(self.sender)]
        olds, news = [i for i in found if i.old], [i for i in found if not i.old]
        if not olds and len(news) > 1 and self.has(one, "left", "deceased"):
            olds, news = news[:1], news[1:]
        old = olds[0] if olds else None
        if not news or not old and self.has(one, "left", "deceased"):
            if old or news:
                self.left["person"] = old or news[0]
            return
        words = one.sentence.words
        new = next((item for item in news if {MAIL, PHONE} & set(words[item.last : item.last + 3])), news[0])
        old = old or self.left.pop("person", None)
        if self.site or not self.account:
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
        titled = item.first > 0 and words[item.first - 1] in TITLES
        site = {start for start, _ in one.found.get(self.numbers.get("site", -1), ())}
        return not titled and (any(place in site for place in range(item.first - 3, item.first)) or bool(before) and before[-1] in {"a", "in", "at", "bei", "te", "en", "aan"})

    def _identity(self, found: list[Item], one: Seen) -> Iterator[Change]:
        found = [item for item in found if item.old or len(words := set(fold_text(item.text).split())) == 1 or words != set(self.sender)]
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
            if one.sentence.place == "subject" or one.sentence.lead >= len(one.sentence.words) or not near or not self.has(one, "postal"):
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
