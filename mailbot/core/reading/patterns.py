"""The little language of the rules: word patterns that staff can read, matched without regular expressions.

    supprim* *liste     a word that begins, ends so        {data} {data|copy}  a class of words of [words], or several
    mes|nos|{mine}      one or the other                   word?               may be missing
    a b                 b follows a directly               a .. b   a ... b    up to 3, up to 8 words between
    a & b               both in one sentence, any order, at most 10 words apart

Words are folded (no accents, lower case); a class may hold phrases of several words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from mailbot.core.reading.matching import Following, Found, Pattern, Step, Word, phrases
from mailbot.core.reading.words import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_GAPS = {"..": 3, "...": 8, "....": 14}
_LONGEST_STEM = 32  # letters
_REMEMBERED = 5_000  # words whose classes are kept: a megabyte a language


class PatternError(ValueError):
    """A pattern that cannot be read; the text says why and what is allowed."""


class Vocabulary:
    """Numbers for all classes of words of one language, and which words and phrases belong to them."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.numbers: dict[str, int] = {}
        self.exact: dict[str, tuple[int, ...]] = {}
        self.prefixes: dict[str, tuple[int, ...]] = {}
        self.suffixes: dict[str, tuple[int, ...]] = {}
        self.phrases: dict[int, list[tuple[int, ...]]] = {}  # first class → (rest of the classes…, number given)
        self._memo: dict[str, Word] = {}
        self._members: dict[int, list[str]] = {}  # class → its words
        self._phrases_of: dict[
            int, list[tuple[int, tuple[int, ...]]]
        ] = {}  # class → first class and entry of its phrases
        self._sizes: Counter[int] | None = None
        self._pairs: dict[int, Following] | None = None  # phrases by their first two classes
        self._literals: dict[str, int] = {}
        self._alike: dict[tuple[int, ...], tuple[int, ...]] = {}  # equal classes are kept once
        for name in words:
            self.numbers[name] = len(self.numbers)
        for name, entries in words.items():
            for entry in entries:
                self._define(self.numbers[name], entry, words)

    def _fresh(self, name: str) -> int:
        self.numbers[name] = len(self.numbers)
        return self.numbers[name]

    def _define(self, number: int, entry: str, words: Mapping[str, Sequence[str]]) -> None:
        parts = entry.split()
        if len(parts) == 1 and parts[0].startswith("{"):
            name = parts[0][1:-1]
            if name not in words:
                message = f"unknown class {parts[0]}"
                raise PatternError(message)
            for inner in words[name]:
                self._define(number, inner, words)
            return
        folded = [folded for part in parts for folded in _folded(part)]
        if len(folded) == 1:
            self._word(number, folded[0])
        elif folded:
            first, *rest = [self.literal(word) for word in folded]
            self._phrase(number, first, tuple(rest))

    def _word(self, number: int, word: str) -> None:
        target = self.prefixes if word.endswith("*") else self.suffixes if word.startswith("*") else self.exact
        key = word.strip("*")
        known = target.get(key, ())
        if number not in known:
            classes = (*known, number)
            target[key] = self._alike.setdefault(classes, classes)
        self._members.setdefault(number, []).append(word)

    def _phrase(self, number: int, first: int, rest: tuple[int, ...]) -> None:
        entry = (*rest, number)
        self.phrases.setdefault(first, []).append(entry)
        self._phrases_of.setdefault(number, []).append((first, entry))

    def literal(self, word: str) -> int:
        """The number of the class that holds exactly one folded word or prefix."""
        if word not in self._literals:
            self._literals[word] = self._fresh(f"'{word}'")
            self._word(self._literals[word], word)
        return self._literals[word]

    def either(self, alternatives: Sequence[str]) -> int:
        """The number of the class of `a|b|{c}`; a new one where needed."""
        if len(alternatives) == 1 and not alternatives[0].startswith("{"):
            return self.literal(alternatives[0])
        key = "|".join(alternatives)
        if key not in self.numbers:
            number = self._fresh(key)
            for alternative in alternatives:
                self._alias(number, alternative)
        return self.numbers[key]

    def _alias(self, number: int, alternative: str) -> None:
        if not alternative.startswith("{"):
            self._word(number, alternative)
            return
        inner = self.named(alternative[1:-1])
        for word in list(self._members.get(inner, ())):
            self._word(number, word)
        for first, entry in list(self._phrases_of.get(inner, ())):
            self._phrase(number, first, entry[:-1])

    def named(self, name: str) -> int:
        """The number of the class `{name}`."""
        if name not in self.numbers:
            known = ", ".join(sorted(key for key in self.numbers if not key.startswith("'") and "|" not in key))
            message = f"unknown class {{{name}}}; known are {known}"
            raise PatternError(message)
        return self.numbers[name]

    def close(self) -> None:
        """No pattern is compiled any more: what only that needs is let go, two thirds of the whole."""
        self._by_pairs()
        for needless in (self.phrases, self._members, self._phrases_of, self._literals, self._alike):
            needless.clear()
        self._sizes = None
        self.numbers = {name: number for name, number in self.numbers.items() if name[0] != "'" and "|" not in name}

    def classes(self, word: str) -> tuple[int, ...]:
        """All classes that a folded word belongs to."""
        return self._looked_up(word)[0]

    def _looked_up(self, word: str) -> Word:
        found = self._memo.get(word)
        if found is None:
            hit = set(self.exact.get(word, ()))
            for end in range(1, min(len(word), _LONGEST_STEM) + 1):
                hit.update(self.prefixes.get(word[:end], ()))
                hit.update(self.suffixes.get(word[-end:], ()))
            pairs = self._by_pairs()
            found = tuple(sorted(hit)), tuple(pairs[number] for number in sorted(hit) if number in pairs)
            if len(self._memo) >= _REMEMBERED:
                self._memo.clear()  # the frequent ones are soon back
            self._memo[word] = found
        return found

    def occurrences(self, words: Sequence[str]) -> dict[int, list[Found]]:
        """Where each class occurs in a sentence: (first word, one after the last), in order."""
        found: defaultdict[int, list[Found]] = defaultdict(list)
        memo = self._memo
        table = [memo.get(word) or self._looked_up(word) for word in words]
        last = len(table) - 1
        for place, (numbers, begun) in enumerate(table):
            if begun and place < last and (after := table[place + 1][0]):  # what is longer comes first
                for number, end in phrases(begun, after, table, place + 2):
                    found[number].append((place, end))
            here = (place, place + 1)
            for number in numbers:
                found[number].append(here)
        return found

    def _by_pairs(self) -> dict[int, Following]:
        if self._pairs is None:
            self._pairs = {}
            for first, entries in self.phrases.items():
                for second, *rest in entries:
                    self._pairs.setdefault(first, {}).setdefault(second, []).append(tuple(rest))
        return self._pairs

    def compile(self, source: str) -> Pattern:
        """A pattern from its source; raises PatternError."""
        parts = tuple(self._sequence(part, source) for part in source.split("&"))
        needs = frozenset(step.cls for part in parts for step in part if not step.optional)
        return Pattern(parts, source, needs)

    def rarest(self, pattern: Pattern) -> int:
        """The class of a pattern that fewest words belong to: where it is absent, the pattern need not be tried."""
        if self._sizes is None:
            self._sizes = Counter(
                number
                for table in (self.exact, self.prefixes, self.suffixes)
                for members in table.values()
                for number in members
            )
            self._sizes.update(entry[-1] for entries in self.phrases.values() for entry in entries)
        sizes = self._sizes
        return min(sorted(pattern.needs), key=lambda number: sizes[number])

    def _sequence(self, part: str, source: str) -> tuple[Step, ...]:
        steps: list[Step] = []
        gap = 0
        for item in _items(part):
            if item in _GAPS:
                gap = _GAPS[item]
                continue
            optional = item.endswith("?")
            for word in _expanded(item.removesuffix("?")):
                steps.append(Step(self.either(word), gap, optional))
                gap = 0
        if not steps or all(step.optional for step in steps) or gap:
            message = f"“{source}” has an empty part: write words, {{classes}}, .. and &"
            raise PatternError(message)
        return tuple(steps)


def _folded(part: str) -> list[str]:
    if part in {"@mail", "@phone", ","}:
        return [part]
    folded = fold_text(part.strip("*")).split()
    if folded and part.startswith("*"):
        folded[0] = "*" + folded[0]
    if folded and part.endswith("*"):
        folded[-1] += "*"
    return folded


def _items(part: str) -> Iterable[str]:
    return re.findall(r"(?:\{[^{}]*\}|[^\s{}]+?)(?:\|(?:\{[^{}]*\}|[^\s{}|]+))*\??(?=\s|$)", part.strip())


def _expanded(item: str) -> list[list[str]]:
    """`d'acces|copie` as steps: a word with an apostrophe or hyphen is several steps and cannot be an alternative."""
    alternatives = [name for group in re.findall(r"\{[^{}]*\}|[^|{}]+", item) for name in _group(group)]
    if len(alternatives) == 1 and not item.startswith("{"):
        return [[word] for word in _folded(item)]
    words: list[str] = []
    for alternative in alternatives:
        if alternative.startswith("{"):
            words.append(alternative)
            continue
        folded = _folded(alternative)
        if len(folded) != 1:
            message = f"“{alternative}” is not one word: put it into a class under [words]"
            raise PatternError(message)
        words.append(folded[0])
    return [words]


def _group(group: str) -> list[str]:
    """`{a|b}` as `{a}` and `{b}`; a word as itself."""
    return [f"{{{name.strip()}}}" for name in group[1:-1].split("|")] if group.startswith("{") else [group]
