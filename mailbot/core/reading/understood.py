"""A mail taken apart: its new text in sentences, its language, and the rules that match."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from mailbot.core.reading import classify, language, quoting
from mailbot.core.reading.words import fold, sentences

if TYPE_CHECKING:
    from mailbot.core.reading.rules import Language, Rules
    from mailbot.core.reading.words import Sentence
    from mailbot.core.values import Mail

_FEW_WORDS = 12
_HARDLY_ANY = 4


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail taken apart: what all further decisions look at."""

    mail: Mail
    rules: Rules
    spans: tuple[quoting.Span, ...]
    language: Language
    seen: list[classify.Seen]
    hits: list[classify.Hit]
    classes: frozenset[int]  # of words that occur anywhere in the new text or subject


def take_apart(mail: Mail, rules: Rules) -> Understood:
    """The new text of a mail as sentences with their words looked up and their rules matched."""
    spans = quoting.new_text(mail, rules)
    new = [(span.start, span.end) for span in spans if span.kind == quoting.NEW]
    parts = [*sentences(mail.subject, [(0, len(mail.subject))], "subject"), *sentences(mail.text, new, "text")]
    known = rules.of(_language(mail, parts, rules))
    seen = classify.look(parts, known)
    classes = frozenset(chain.from_iterable(one.found for one in seen))
    return Understood(mail, rules, spans, known, seen, classify.hits(seen, known), classes)


def _language(mail: Mail, parts: list[Sentence], rules: Rules) -> str:
    words = [word for part in parts if part.place == "text" for word in part.words]
    if len(words) < _FEW_WORDS:
        words += [word for part in parts if part.place == "subject" for word in part.words]
    if len(words) < _HARDLY_ANY:
        words += [fold(word) for word in mail.text[:2000].split()]
    return language.detect(words, [code for code in language.KNOWN if code in rules.languages])
