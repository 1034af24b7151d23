"""From a parsed mail to what it asks: the one entry to everything that understands text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core import classify, language, quoting
from mailbot.core.rules import KINDS
from mailbot.core.values import Ask, Fields, Kind, Nature, Reading
from mailbot.core.words import fold, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailbot.core.rules import Rules
    from mailbot.core.values import Mail, MayAnswer


def read(mail: Mail, rules: Rules, thresholds: Mapping[Kind, float], nature: Nature, may_answer: MayAnswer) -> Reading:
    """What the new text of `mail` asks, in which language, with the fields needed to carry it out.

    `thresholds` gives for each kind the confidence from which the reading alone is sure enough to act on.
    """
    spans = [(span.start, span.end) for span in quoting.new_text(mail, rules) if span.kind == quoting.NEW]
    parts = [*sentences(mail.subject, [(0, len(mail.subject))], "subject"), *sentences(mail.text, spans, "text")]
    code = _language(mail, parts, rules)
    if nature in {Nature.AUTO_REPLY, Nature.BOUNCE, Nature.UNREADABLE}:
        return Reading(nature, may_answer, code)
    known = rules.of(code)
    seen = classify.look(parts, known)
    found = classify.hits(seen, known)
    asks = tuple(
        Ask(Kind(kind), conf := classify.confidence(score), conf >= thresholds.get(Kind(kind), 1.1), evidence=classify.evidence(found, seen, mail.subject, mail.text, kind))
        for kind, score in sorted(classify.scores(found).items())
        if kind in KINDS and score >= classify.ENOUGH
    )
    return Reading(nature, may_answer, code, asks=asks, fields=Fields())


def _language(mail: Mail, parts: list[classify.Sentence], rules: Rules) -> str:
    words = [word for part in parts if part.place == "text" for word in part.words]
    words += [word for part in parts if part.place == "subject" for word in part.words] if len(words) < 12 else []
    if len(words) < 4:
        words += [fold(word) for word in mail.text[:2000].split()]
    return language.detect(words, [code for code in language.KNOWN if code in rules.languages])
