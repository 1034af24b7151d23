"""For whom a mail speaks, for how many persons, from when, about what part of the data, and what it answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailbot.core.reading.classify import negated
from mailbot.core.reading.rule_files import SIGNALS
from mailbot.core.reading.spelling import alike
from mailbot.core.reading.words import MAIL, PHONE, fold_text
from mailbot.core.values import Fields, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mailbot.core.reading.classify import Hit, Seen
    from mailbot.core.reading.understood import Understood

_PLAIN = 5.0  # weight of a rule that says it plainly
_ANSWER_WORDS = 60  # a longer text is more than an answer to our question
_TRIGGERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.UNSUBSCRIBE: ("unsub",),
    Kind.ERASURE: ("erase", "remove", "close"),
}
_ADVERT = re.compile(r"https?://|www\.|€|\$|%|>>|\[[A-ZÀ-Þ]| [·|] ")
_NAME_WORDS = 20
_FOOTER = 3000  # characters
_ADULT = 18  # years
_AGE_WITHIN = 4  # words between a child and its age
_ADVERT_WITHIN = 20_000  # characters
_TWO = re.compile(r"\b(?:MM|Mmes|MM\.)\b")


def signals(taken: Understood) -> tuple[str, ...]:
    """What the new text answers or presses for: withdrawal, reminder, consent, denial, see_attachment."""
    found = {hit.rule.name for hit in taken.hits if hit.rule.name in SIGNALS}
    length = sum(len(one.sentence.words) - one.sentence.lead for one in taken.seen if one.sentence.place == "text")
    in_text = {hit.rule.name for hit in taken.hits if taken.seen[hit.sentence].sentence.place == "text"}
    if "denial" in found or "withdrawal" in found or length > _ANSWER_WORDS or "consent" not in in_text:
        found.discard("consent")
    return tuple(sorted(found))


def on_behalf(taken: Understood, kinds: Collection[Kind]) -> bool:
    """Whether the writer acts for another living person (or, as a lawyer, for heirs)."""
    if Kind.AUTHORITY in kinds or not kinds:
        return False
    return speaks_of(taken, "proxy", "mandate") or _told_around(taken) or any(_minor(taken, one) for one in taken.seen)


def _told_around(taken: Understood) -> bool:
    """Whether a mandate is told where nobody asks: in the sender's name, or in what looks like a footer."""
    vocabulary = taken.language.vocabulary
    name = fold_text(taken.mail.sender.name if taken.mail.sender else "").split()
    if vocabulary.numbers.get("proxy", -1) in vocabulary.occurrences(name[:_NAME_WORDS]):
        return True
    footers = (taken.mail.text[span.start : span.end] for span in taken.spans if span.kind == "footer")
    return any(
        vocabulary.numbers.get("mandate", -1) in vocabulary.occurrences(fold_text(text[:_FOOTER]).split())
        for text in footers
    )


def _minor(taken: Understood, one: Seen) -> bool:
    """Whether a sentence is about a child of the writer, with an age under 18 (GDPR art. 8: parents speak for it)."""
    words = one.sentence.words
    return any(
        word.isdigit() and 0 < int(word) < _ADULT
        for _, end in one.found.get(_number(taken, "child"), ())
        for word in words[end : end + _AGE_WITHIN]
        if len(word) <= 2  # noqa: PLR2004 (digits of an age)
    )


def denied(taken: Understood, kind: Kind) -> bool:
    """Whether the mail speaks of a right only to say that it is not what is wanted."""
    if any(hit.rule.name == kind.value and hit.rule.weight >= _PLAIN for hit in taken.hits):
        return False
    numbers = [_number(taken, name) for name in _TRIGGERS.get(kind, ())]
    places = [
        (one, place)
        for one in taken.seen
        if one.sentence.place == "text"
        for number in numbers
        for place in one.found.get(number, ())
    ]
    return bool(places) and all(
        negated(place, one, taken.language) or place[0] in one.sentence.cited for one, place in places
    )


def persons(taken: Understood, fields: Fields) -> int:
    """How many living persons the asks concern, as far as the mail names them; at least one."""
    contacts = sum(change.field == "site_contact" for change in fields.changes)
    addresses = len(fields.address.split(",")) if fields.address else 0
    plural = (
        2
        if any(_TWO.search(taken.mail.text, span.start, span.end) for span in taken.spans if span.kind == "new")
        else 1
    )
    return max(1, contacts, addresses, plural)


def _number(taken: Understood, name: str) -> int:
    return taken.language.vocabulary.numbers.get(name, -1)


def in_text(taken: Understood, hit: Hit) -> bool:
    """Whether a rule matched in the text, not in the subject (which often is that of the mail answered)."""
    return taken.seen[hit.sentence].sentence.place == "text"


def advertises(taken: Understood) -> bool:
    """Whether the new text has prices, links, buttons or menus, as mails of companies to everybody have."""
    return any(
        _ADVERT.search(taken.mail.text, span.start, min(span.end, span.start + _ADVERT_WITHIN))
        for span in taken.spans
        if span.kind == "new"
    )


def speaks_of(taken: Understood, *names: str) -> bool:
    """Whether any of these classes of words occurs in the new text or subject."""
    return any(_number(taken, name) in taken.classes for name in names)


def gives_another_address(taken: Understood) -> bool:
    """Whether a sentence changes a mail address: its writer may want to get the letters there."""
    changing = (_number(taken, "fix"), _number(taken, "new"))
    return any(
        MAIL in one.sentence.words[one.sentence.lead :] and any(number in one.found for number in changing)
        for one in taken.seen
        if one.sentence.place == "text"
    )


def one_own_value(taken: Understood, fields: Fields) -> bool:
    """Whether the mail gives one new address, number or spelling of its writer and nothing else that could be meant."""
    if len(fields.changes) != 1 or speaks_of(taken, "temporary", "mixed_up", "deceased"):
        return False
    change = fields.changes[0]
    mark = {"email": MAIL, "phone": PHONE}.get(change.field)
    if mark and change.old is not None:
        own = taken.mail.sender.address.lower() if taken.mail.sender else ""
        count = sum(one.sentence.words[one.sentence.lead :].count(mark) for one in taken.seen)
        return count == len((change.old, change.new)) and change.old.lower() != own
    if speaks_of(taken, "contactperson", "site", "left", "their", "relative"):
        return False
    if change.field in {"last_name", "first_name"}:
        own_names = fold_text(taken.mail.sender.name if taken.mail.sender else "").split()
        spelt = change.old is not None and alike(fold_text(change.old), fold_text(change.new or ""))
        swapped = speaks_of(taken, "first_name") and speaks_of(taken, "last_name")
        return spelt and not swapped and set(fold_text(change.new or "").split()) <= set(own_names)
    holding = [one for one in taken.seen if mark and mark in one.sentence.words[one.sentence.lead :]]
    count = sum(one.sentence.words[one.sentence.lead :].count(PHONE) for one in holding)
    return change.field == "phone" and count == 1 and all(_number(taken, "mine") in one.found for one in holding)


def replaced(fields: Fields) -> bool:
    """Whether one person takes another's place: a new record, never written over the old one by a machine."""
    names: Iterable[str] = [change.field for change in fields.changes]
    return "site_contact" in names or {"last_name", "first_name"} <= set(names)
