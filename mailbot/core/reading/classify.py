"""Which rights the new text of a mail exercises, with a confidence and the words that decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.core.reading.matching import Found, Pattern, search
from mailbot.core.values import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mailbot.core.reading.rules import Language, Rule
    from mailbot.core.reading.words import Sentence

_BEFORE, _AFTER = 5, 2  # words before and after a match in which a negation makes it void
_NAMES = "rectification"  # quotes names and addresses; all else between quotation marks is said by others


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that matched one sentence."""

    rule: Rule
    sentence: int  # number of the sentence
    first: int  # words of the sentence
    last: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence with where each class of words occurs in it."""

    sentence: Sentence
    found: Mapping[int, list[Found]]


def look(sentences: Iterable[Sentence], language: Language) -> list[Seen]:
    """The sentences with their words looked up."""
    return [Seen(sentence, language.vocabulary.occurrences(sentence.words)) for sentence in sentences]


def hits(seen: Sequence[Seen], language: Language) -> list[Hit]:
    """All rules that match, after negations, their own exceptions and the guards of the sentence."""
    result: list[Hit] = []
    for number, one in enumerate(seen):
        here = list(_sentence_hits(number, one, language))
        guards = [hit for hit in here if hit.rule.name == "guard" and hit.rule.scope == "sentence"]
        result += [hit for hit in here if not any(hit.rule.name in guard.rule.against for guard in guards)]
    return result


def _sentence_hits(number: int, seen: Seen, language: Language) -> Iterator[Hit]:
    present = frozenset(seen.found)
    candidates: dict[int, list[int]] = {}
    for cls in present:
        for rule_number, pattern_number, needs in language.by_class.get(cls, ()):
            if needs <= present:
                candidates.setdefault(rule_number, []).append(pattern_number)
    for rule_number in sorted(candidates):
        rule = language.rules[rule_number]
        if rule.where in {"both", seen.sentence.place}:
            patterns = (rule.any[place] for place in sorted(candidates[rule_number]))
            hit = next((place for pattern in patterns if (place := _place(pattern, rule, seen, language))), None)
            cited = hit and rule.name != _NAMES and set(range(*hit)) <= seen.sentence.cited
            if hit and not cited and not any(search(pattern, seen.found) for pattern in rule.unless):
                yield Hit(rule, number, *hit)


def _place(pattern: Pattern, rule: Rule, seen: Seen, language: Language) -> Found | None:
    place = search(pattern, seen.found)
    return None if place and rule.negatable and negated(place, seen, language) else place


def negated(place: Found, seen: Seen, language: Language) -> bool:
    """Whether a negation governs the words of a match: shortly before, inside or after it, in the same clause."""
    numbers, found, words = language.vocabulary.numbers, seen.found, seen.sentence.words
    first, last = place
    for start, _ in found.get(numbers.get("not", -1), ()):
        if first - _BEFORE <= start < last and "," not in words[start:first]:
            return True
    for start, _ in found.get(numbers.get("not_after", -1), ()):
        if first <= start < last + _AFTER and "," not in words[last:start]:
            return True
    return False


def evidence(found: Iterable[Hit], seen: Sequence[Seen], subject: str, text: str, kind: str) -> tuple[Evidence, ...]:
    """The exact words of each hit of a kind, strongest rule first."""
    result = []
    for hit in sorted((hit for hit in found if hit.rule.name == kind), key=lambda hit: -hit.rule.weight):
        sentence = seen[hit.sentence].sentence
        first = max(hit.first, sentence.lead) if hit.last > sentence.lead else hit.first
        start, end = sentence.starts[first], sentence.ends[hit.last - 1]
        source = subject if sentence.place == "subject" else text
        result.append(Evidence(source[start:end], sentence.place, start, end, hit.rule.path))
    return tuple(dict.fromkeys(result))[:8]


def nearest(seen: Sequence[Seen], subject: str, text: str, rule: str) -> tuple[Evidence, ...]:
    """The longest sentence as evidence, where no rule but the mail as a whole decided."""
    longest = max(seen, key=lambda one: len(one.sentence.words) - one.sentence.lead, default=None)
    if longest is None:
        return ()
    sentence = longest.sentence
    first = min(sentence.lead, len(sentence.words) - 1)
    start, end = sentence.starts[first], sentence.ends[-1]
    source = subject if sentence.place == "subject" else text
    return (Evidence(source[start:end], sentence.place, start, end, rule),)
