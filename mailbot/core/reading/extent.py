"""How much of the data an ask is about, and from when it shall hold.

A partial or postponed wish that is read as a whole one destroys what was to be kept: what an erasure says of later, of
exceptions or of a part is therefore looked for around every word that asks it, and told as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core.reading.words import MONTHS
from mailbot.core.values import Kind

if TYPE_CHECKING:
    from collections.abc import Collection

    from mailbot.core.reading.understood import Understood

_FROM = frozenset(
    [
        "partir",
        "compter",
        "des",
        "from",
        "of",
        "starting",
        "ab",
        "partire",
        "dal",
        "vanaf",
        "after",
        "apres",
        "until",
        "jusqu",
    ]
)
_TOLD = 120  # characters of what is told as written
_ERASING = ("erase", "remove", "close")
_WHOLE = ("whole", "about_me", "personal_data", "account", "data", "system")
_PART = ("field_optional", "publishing", "photo")


def when(taken: Understood, kind: Kind, kinds: Collection[Kind]) -> str:
    """From when an ask shall hold: now, after_copy, after_confirmation, an ISO date or month, or as written."""
    sentences = _asking(taken, kind)
    if kind is Kind.ERASURE:
        near = {other for number in sentences for other in (number, number - 1) if other >= 0}
        if any(_has(taken, number, "my_word") for number in near):
            return "after_confirmation"
        copied = {Kind.ACCESS, Kind.PORTABILITY} & set(kinds)
        if copied and any(_has(taken, number, "afterwards") for number in near):
            return "after_copy"
    date = next((date for number in sorted(sentences) if (date := _date(taken, number))), None)
    return date or (_said(taken, sentences, "later") if kind is Kind.ERASURE else None) or "now"


def _asking(taken: Understood, kind: Kind) -> set[int]:
    """The sentences whose rules ask this; for an erasure that no rule tells, those with a word of erasing."""
    found = {hit.sentence for hit in taken.hits if hit.rule.name == kind.value}
    if found or kind is not Kind.ERASURE:
        return found
    return {number for number in range(len(taken.seen)) if _has(taken, number, *_ERASING)}


def _has(taken: Understood, number: int, *names: str) -> bool:
    numbers = taken.language.vocabulary.numbers
    return any(numbers.get(name, -1) in taken.seen[number].found for name in names)


def _said(taken: Understood, sentences: Collection[int], name: str) -> str | None:
    """The words from the first of a class to the end of its sentence, as written."""
    for number in sorted(sentences):
        one = taken.seen[number]
        places = one.found.get(taken.language.vocabulary.numbers.get(name, -1), ())
        if places:
            source = taken.mail.subject if one.sentence.place == "subject" else taken.mail.text
            begin = one.sentence.starts[places[0][0]]
            return source[begin : min(one.sentence.ends[-1], begin + _TOLD)]
    return None


def _date(taken: Understood, number: int) -> str | None:
    sentence = taken.seen[number].sentence
    words = sentence.words
    for place, word in enumerate(words):
        month = MONTHS.get(word)
        if month is None or not _FROM & set(words[max(0, place - 4) : place]):
            continue
        year = next((int(w) for w in words[place + 1 : place + 3] if w.isdigit() and len(w) == 4), None)  # noqa: PLR2004
        if year is None and taken.mail.date:
            year = taken.mail.date.year + (month < taken.mail.date.month)
        day = words[place - 1].removesuffix("er").removesuffix("st").removesuffix("th") if place else ""
        if year is None:
            source = taken.mail.subject if sentence.place == "subject" else taken.mail.text
            return source[sentence.starts[max(0, place - 1)] : sentence.ends[place]]
        return f"{year}-{month:02}-{int(day):02}" if day.isdigit() and 0 < int(day) < 32 else f"{year}-{month:02}"  # noqa: PLR2004
    return None


def scope(taken: Understood, kind: Kind) -> str | None:
    """The part of the data that an ask is limited to, as written; None for all."""
    if kind is Kind.ERASURE and (part := _part_of_erasure(taken)):
        return part
    hits = [hit for hit in taken.hits if hit.rule.name == kind.value]
    ids = {hit.rule.path.split("#")[1] for hit in hits}
    partial = {"remove-a-field", "where-from"}
    if not ids & partial or ids - partial - {"delete-it"}:
        return None
    hit = next(hit for hit in hits if hit.rule.path.split("#")[1] in partial)
    sentence = taken.seen[hit.sentence].sentence
    source = taken.mail.subject if sentence.place == "subject" else taken.mail.text
    return source[sentence.starts[hit.first] : sentence.ends[hit.last - 1]]


def _part_of_erasure(taken: Understood) -> str | None:
    """What an erasure leaves out, or the one thing that it is about."""
    sentences = _asking(taken, Kind.ERASURE)
    told = _said(taken, sentences, "except") or _said(taken, sentences, "only")
    if told or any(_has(taken, number, *_WHOLE) for number in sentences):
        return told
    around = sentences | {number - 1 for number in sentences if number}
    return next((part for name in _PART if (part := _said(taken, around, name))), None)
