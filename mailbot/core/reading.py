"""From a parsed mail to what it asks: the one entry to everything that understands text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.core import classify, extract, features, language, quoting
from mailbot.core.values import Ask, Kind, Nature, Reading
from mailbot.core.words import fold, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailbot.core.rules import Language, Rules
    from mailbot.core.values import Mail, MayAnswer
    from mailbot.core.words import Sentence

ENOUGH = 0.35  # probability from which a kind is asked


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail taken apart: what all further decisions look at."""

    mail: Mail
    spans: tuple[quoting.Span, ...]
    language: Language
    seen: list[classify.Seen]
    hits: list[classify.Hit]


def understand(mail: Mail, rules: Rules) -> Understood:
    """The new text of a mail as sentences with their words looked up and their rules matched."""
    spans = quoting.new_text(mail, rules)
    new = [(span.start, span.end) for span in spans if span.kind == quoting.NEW]
    parts = [*sentences(mail.subject, [(0, len(mail.subject))], "subject"), *sentences(mail.text, new, "text")]
    known = rules.of(_language(mail, parts, rules))
    seen = classify.look(parts, known)
    return Understood(mail, spans, known, seen, classify.hits(seen, known))


def features_of(mail: Mail, rules: Rules) -> set[str]:
    """The names of a mail's features: what the weights are learnt from."""
    taken = understand(mail, rules)
    return features.features(mail, taken.spans, taken.seen, taken.hits, taken.language)


def read(mail: Mail, rules: Rules, thresholds: Mapping[Kind, float], nature: Nature, may_answer: MayAnswer) -> Reading:
    """What the new text of `mail` asks, in which language, with the fields needed to carry it out.

    `thresholds` gives for each kind the confidence from which the reading alone is sure enough to act on.
    """
    taken = understand(mail, rules)
    if nature in {Nature.AUTO_REPLY, Nature.BOUNCE, Nature.UNREADABLE}:
        return Reading(nature, may_answer, taken.language.code)
    names = features.features(mail, taken.spans, taken.seen, taken.hits, taken.language)
    asks = tuple(
        Ask(kind, round(p, 3), automatic=p >= thresholds.get(kind, 1.1), evidence=classify.evidence(taken.hits, taken.seen, mail.subject, mail.text, kind))
        for kind, p in rules.weights.probabilities(names).items()
        if p >= ENOUGH
    )
    return Reading(nature, may_answer, taken.language.code, asks=asks, fields=extract.fields(taken, [ask.kind for ask in asks]))


def _language(mail: Mail, parts: list[Sentence], rules: Rules) -> str:
    words = [word for part in parts if part.place == "text" for word in part.words]
    words += [word for part in parts if part.place == "subject" for word in part.words] if len(words) < 12 else []
    if len(words) < 4:
        words += [fold(word) for word in mail.text[:2000].split()]
    return language.detect(words, [code for code in language.KNOWN if code in rules.languages])
