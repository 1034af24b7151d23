"""A mail as a set of named features: what the statistical part of the reading sees.

Most features are classes of words (`erase`, with `~` where negated) and pairs of classes that stand near each other
(`data+erase`). Classes have the same names in every language, so what is learnt from one language serves the others.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mailbot.core.reading.classify import Hit, Seen, negated
from mailbot.core.reading.quoting import FOOTER, FORWARDED, NEW, QUOTED, Span
from mailbot.core.reading.words import MAIL, PHONE, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailbot.core.reading.rules import Language
    from mailbot.core.values import Mail

_NEAR = 7  # words between two classes that make a pair
_STEM = 5
_SILENT = frozenset({"no_name", "for_another"})  # classes that are no features: for names, for doubts
_STRONG = 4  # weight from which a rule speaks for its kind alone
_QUOTED_WORDS = 60  # of the history, so many first words tell what is being answered
_UNNEGATED = frozenset({"not", "not_after", "no_more", "mine", "their", "whole", "which"})
_TOPICS = (
    "vendor",
    "business",
    "machinery",
    "others",
    "policy",
    "scam",
    "your_rights",
    "mine",
    "newsletter",
    "deceased",
    "death_mine",
    "job",
    "temporary",
)
_ROBOTS = (
    "noreply",
    "no-reply",
    "newsletter",
    "postmaster",
    "mailer-daemon",
    "ne-pas",
    "donotreply",
    "nepasrepondre",
    "no_reply",
)
_MARKS = re.compile(r"https?://|www\.|€|\$|%|→|©|>>|\[(?=[A-Z])|/mo|[\U0001F300-\U0001FAFF]")


def features(
    mail: Mail, spans: Sequence[Span], seen: Sequence[Seen], found: Iterable[Hit], language: Language
) -> set[str]:
    """The names of all features of a mail whose sentences were looked up and whose rules were matched."""
    result: set[str] = set()
    for one in seen:
        _sentence(one, language, result)
    result.update(list(_counted(result, seen, language)))
    kinds = sorted({hit.rule.name for hit in found if hit.rule.weight >= _STRONG})
    result.update(f"r:{one}&{other}" for number, one in enumerate(kinds) for other in kinds[number + 1 :])
    result.update(f"r:{one} alone" for one in kinds if len(kinds) == 1)
    result.add(f"kinds {min(4, len(kinds))}")
    for hit in found:
        result.add(f"r:{hit.rule.name} {round(hit.rule.weight)}")
        result.add(f"r:{hit.rule.path.split('/')[1]}")
    result.update(_shape(mail, spans, seen))
    result.update(_about(mail, spans, language))
    return result


def _sentence(one: Seen, language: Language, result: set[str]) -> None:
    sentence = one.sentence
    subject = sentence.place == "subject"
    classes = _classes(one, language)
    if sentence.question:
        result.add("?")
    for index, (_, end, name) in enumerate(classes):
        result.add(name)
        if subject:
            result.add(f"s:{name}")
        if sentence.question:
            result.add(f"?{name}")
        if index == 0:
            result.add(f"^{name}")
        for start, _, other in classes[index + 1 :]:
            if start - end > _NEAR:
                break
            if start >= end and other != name:
                result.add(f"{name}+{other}" if name < other else f"{other}+{name}")
    words = sentence.words[sentence.lead :]
    result.update(f"w:{word}" for word in words)
    result.update(f"p:{word[:_STEM]}" for word in words if len(word) > _STEM)
    result.update(f"b:{first} {second}" for first, second in pairwise(words))


def _classes(one: Seen, language: Language) -> list[tuple[int, int, str]]:
    names = language.class_names
    classes = [
        (start, end, _marked(name, (start, end), one, language))
        for number, places in one.found.items()
        if (name := names.get(number)) and name not in _SILENT
        for start, end in places
    ]
    classes.sort()
    return classes


def _marked(name: str, place: tuple[int, int], one: Seen, language: Language) -> str:
    """The class with `~` where negated, with `"` where it stands in a quotation."""
    if place[0] in one.sentence.cited:
        return f'"{name}'
    return f"~{name}" if name not in _UNNEGATED and negated(place, one, language) else name


def _counted(result: set[str], seen: Sequence[Seen], language: Language) -> Iterable[str]:
    """How often the classes that tell what a mail is about occur, and what is asked only in the negative."""
    for name in _TOPICS:
        if not result.isdisjoint((name, f"~{name}", f'"{name}')):
            number = language.vocabulary.numbers.get(name, -1)
            yield f"n:{name} {min(4, sum(len(one.found.get(number, ())) for one in seen))}"
    yield from (
        f"only {name}" for name in result if name[:1] in {"~", '"'} and "+" not in name and name[1:] not in result
    )


def _shape(mail: Mail, spans: Sequence[Span], seen: Sequence[Seen]) -> Iterable[str]:
    length = sum(len(one.sentence.words) for one in seen)
    yield f"length {min(6, length // 30)}"
    yield f"mails {min(2, sum(MAIL in one.sentence.words for one in seen))}"
    yield f"phones {min(2, sum(PHONE in one.sentence.words for one in seen))}"
    for kind in {span.kind for span in spans} & {QUOTED, FORWARDED, FOOTER}:
        yield f"has {kind}"
    if not any(one.sentence.place == "text" for one in seen):
        yield "no text"
    marks = {
        mark
        for span in spans
        if span.kind == NEW
        for mark in _MARKS.findall(mail.text, span.start, min(span.end, span.start + 8000))
    }
    yield from (f"mark {mark}" for mark in marks)


def _about(mail: Mail, spans: Sequence[Span], language: Language) -> Iterable[str]:
    """What the sender's name and the answered mail say."""
    if mail.sender:
        local, _, domain = mail.sender.address.lower().partition("@")
        if local.startswith(_ROBOTS):
            yield "from robot"
        words = fold_text(f"{mail.sender.name} {local} {domain}").split()[:20]
        yield from (f"f:{word}" for word in words)
        yield from (f"f:{name}" for name in _names(words, language))
    history = next((span for span in spans if span.kind in {QUOTED, FORWARDED}), None)
    if history:
        words = fold_text(mail.text[history.start : min(history.end, history.start + 600)]).split()[:_QUOTED_WORDS]
        yield from (f"q:{name}" for name in _names(words, language))


def _names(words: Sequence[str], language: Language) -> Iterable[str]:
    names = language.class_names
    return {names[number] for number in language.vocabulary.occurrences(words) if number in names}
