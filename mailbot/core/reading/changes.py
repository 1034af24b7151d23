"""What a rectification would change: fields with old and new values, as written in the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core.reading.items import Item
from mailbot.core.reading.mentions import Mentions
from mailbot.core.reading.names import own_changes
from mailbot.core.reading.persons import replacements
from mailbot.core.reading.places import addresses, companies
from mailbot.core.reading.rows import told_in_tables
from mailbot.core.reading.words import MAIL, PHONE, fold
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.rules import Language
    from mailbot.core.values import Mail

_SIGNATURE_WORDS = 7  # a line this short that holds a number is a signature, unless it says what is new
_SIGNATURE_LINES = 6
_PARTNER_WITHIN = 3  # sentences between an old and a new value
_DIGITS_APART = 3  # of two numbers of which one corrects the other
_OWNED_WITHIN = 4  # words between a person and his number
_Found = tuple[int, Item]
"""The number of a sentence and a value of it."""
_MOST = 12  # changes of one mail; more is for people


def _changes(m: Mentions) -> Iterator[Change]:
    """All changes: of tables, of names, of addresses and numbers."""
    yield from told_in_tables(m)
    found = companies(m)
    yield from found
    persons = replacements(m, {name for change in found for name in (change.old, change.new) if name})
    if not persons or not any(change.field != "site_contact" for change in persons):
        yield from own_changes(m)
    yield from persons
    for sort, field in (("mail", "email"), ("phone", "phone")):
        values = [(number, item) for number in range(len(m.seen)) for item in m.found[number] if item.sort == sort]
        yield from _values(m, values, field)
    yield from addresses(m)


def _meant(m: Mentions, number: int, item: Item) -> bool:
    """A number alone on a short last line is a signature; an address beside words of newsletters is not new."""
    one = m.seen[number]
    words = [word for word in one.sentence.words[one.sentence.lead :] if word != ","]
    if m.has(one, "unchanged", "your_rights", "policy") and not m.has(one, "new", "fix", "note_new", "contactperson"):
        return False
    cues = m.has(one, "fix", "new", "note_new", "before_old", "after_old", "wrong", "mine", "identity", "contactperson")
    late = number >= len(m.seen) - _SIGNATURE_LINES and number > 1
    short = late and len(words) <= _SIGNATURE_WORDS and not cues
    if (short or one.sentence.words[:1] == ("tel",)) and not _continues(m, number):
        return False
    return (
        item.sort != "mail"
        or not m.has(one, "newsletter", "list", "unsub")
        or m.has(one, "fix", "new", "before_old", "note_new")
    )


def _continues(m: Mentions, number: int) -> bool:
    """Whether a short sentence goes on, in the same line, what the one before says of a person or a new value."""
    before, one = m.seen[number - 1], m.seen[number]
    if not number or before.sentence.place != one.sentence.place:
        return False
    between = m.source(one)[before.sentence.ends[-1] : one.sentence.starts[one.sentence.lead]]
    return "\n" not in between and m.has(before, "contactperson", "new", "fix", "note_new", "site", "left")


def _values(m: Mentions, found: list[_Found], field: str) -> Iterator[Change]:
    """Addresses or numbers of the whole mail: old and new ones are paired, a lone one is new.

    What is not meant (a signature's) only counts as the new value of an old one.
    """
    ages = {id(item): _age(m, item) for _, item in found}
    meant = {id(item) for number, item in found if ages[id(item)] or _meant(m, number, item)}
    pairs: dict[int, _Found] = {}
    possible = [(one, other) for place, one in enumerate(found) for other in found[place + 1 :]]
    possible = [
        (one, other) for one, other in possible if _fit(m, one, other, ages) and _either(one, other, ages, meant)
    ]
    for one, other in sorted(possible, key=lambda pair: _apart(pair[0], pair[1], ages)):
        if id(one[1]) not in pairs and id(other[1]) not in pairs:
            pairs[id(one[1])], pairs[id(other[1])] = other, one
    for number, item in found:
        partner = pairs.get(id(item))
        if partner is None:
            gone = ages[id(item)] < 0 and (len(found) > 1 or m.near(number, "erase", "remove", before=0, after=0))
            if id(item) in meant and not gone:
                yield Change(field, None, item.text)
        elif _newer(item, ages[id(item)], partner[1], ages[id(partner[1])]):
            yield Change(field, partner[1].text, item.text)


def _either(one: _Found, other: _Found, ages: dict[int, int], meant: set[int]) -> bool:
    """Whether both values are meant, or one and the other is said to hold no longer."""
    both = {id(one[1]), id(other[1])}
    return both <= meant or (bool(both & meant) and min(ages[key] for key in both) < 0)


def _apart(one: _Found, other: _Found, ages: dict[int, int]) -> tuple[bool, int, int]:
    """Those that are told old and new come first, then the nearest."""
    return ages[id(one[1])] * ages[id(other[1])] >= 0, other[0] - one[0], other[1].start - one[1].start


def _age(m: Mentions, item: Item) -> int:
    """The writer's own address holds, unless the mail says otherwise right beside it."""
    return item.age or int(item.sort == "mail" and item.text.lower() == m.address)


def _fit(m: Mentions, one: _Found, other: _Found, ages: dict[int, int]) -> bool:
    """Whether one of two values may be what the other was."""
    (number, item), (where, value) = one, other
    if where - number > _PARTNER_WITHIN or fold(item.text) == fold(value.text):
        return False
    first, second = ages[id(item)], ages[id(value)]
    if first * second < 0:
        return item.sort == "mail" or not (_owned(m, number, item) and _owned(m, where, value))
    if first == second and first:
        return first < 0 and number == where and _corrects(item.text, value.text)
    if item.sort == "phone" and not _corrects(item.text, value.text):
        return min(first, second) < 0 and number == where
    return not (_owned(m, number, item) and _owned(m, where, value))


def _owned(m: Mentions, number: int, item: Item) -> bool:
    """Whether the number or address of a person just named."""
    return any(0 <= item.first - name.last <= _OWNED_WITHIN and len(name.words) > 1 for name in m.names(number))


def _corrects(one: str, other: str) -> bool:
    first, second = (sorted(filter(str.isdigit, text)) for text in (one, other))
    return (
        len(first) == len(second)
        and sum(a == b for a, b in zip(first, second, strict=True)) > len(first) - _DIGITS_APART
    )


def _newer(item: Item, age: int, other: Item, its: int) -> bool:
    """Of two values that belong together, whether the first one holds from now on; where nothing tells, the later."""
    return age > its or (age == its and item.start > other.start)


def changes(
    mail: Mail, seen: Sequence[Seen], language: Language, spans: Iterable[tuple[int, int]]
) -> tuple[Change, ...]:
    """The changes that a mail asks for in the parts `spans` of its text, each once.

    A later one without old value does not repeat an earlier one.
    """
    result: dict[tuple[str, str], Change] = {}
    for change in _changes(Mentions(mail, seen, language, tuple(spans))):
        key = (change.field, fold(change.new or ""))
        if key not in result or (result[key].old is None and change.old is not None):
            result[key] = change
    return tuple(list(result.values())[:_MOST])


def has_value(words: Iterable[str]) -> bool:
    """Whether a sentence holds an address or a number."""
    return any(word in {MAIL, PHONE} for word in words)
