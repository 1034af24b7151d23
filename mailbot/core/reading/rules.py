"""The rules as data: how each right is worded in each language, read from TOML and checked as a whole.

`rules/<language>/<kind>.toml` holds the wording of one right; `words.toml` classes of words; `guards.toml` what makes a
sentence or a mail ask nothing; `consent.toml` the signals; `quoting.toml` where quoted text and signatures begin.
`rules/common/` holds patterns made of classes alone, which serve every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mailbot.core.reading.marks import Marks, marks_of
from mailbot.core.reading.matching import Pattern
from mailbot.core.reading.patterns import PatternError, Vocabulary
from mailbot.core.reading.rule_files import KINDS, RuleFile, parse, shape_problems, table_of
from mailbot.core.reading.weights import Weights, load_weights
from mailbot.core.values import Problem

COMMON = "common"


class RuleError(Exception):
    """The rules cannot be used; `problems` says all that is wrong, each with its file, line and what is allowed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the text is one line each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording: any of its patterns in a sentence counts for `name`, unless another pattern stands there too."""

    name: str  # a kind, a signal, a field; "guard" for guards
    path: str  # as shown in evidence: fr/access#what-do-you-hold
    weight: float
    any: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    where: str  # subject, text, both
    negatable: bool  # a negation around the words makes it void
    against: frozenset[str]  # guards: the kinds that it speaks against
    scope: str  # guards: sentence or mail


Candidate = tuple[int, int, frozenset[int]]
"""Number of a rule, number of one of its patterns, and all classes of words that this one needs."""


@dataclass(frozen=True, slots=True)
class Language:
    """All that is known of one language."""

    code: str
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    by_class: Mapping[int, Sequence[Candidate]]  # class of words → the patterns that can only match where it occurs
    quoting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    class_names: Mapping[int, str] = field(default_factory=dict)  # the named classes of words by number
    silent: frozenset[int] = frozenset()  # classes of values.toml: they tell values apart, not what is asked


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all languages."""

    languages: Mapping[str, Language]
    weights: Weights
    marks: Marks = field(default_factory=Marks)

    def of(self, code: str) -> Language:
        """The rules of a language; of English where there are none."""
        return self.languages.get(code) or self.languages.get("en") or next(iter(self.languages.values()))


def load_rules(files: Mapping[str, str]) -> Rules:
    """The rules from TOML texts by path ("rules/fr/access.toml"); others than rules/<language>/*.toml are passed over.

    Raises RuleError with every problem of every file.
    """
    problems: list[Problem] = []
    parsed = [file for path, text in sorted(files.items()) if (file := parse(path, text, problems))]
    for file in parsed:
        problems += shape_problems(file)
    if problems:
        raise RuleError(problems)
    names = {name for file in parsed for name in file.data.get("words", {})}
    common = [file for file in parsed if file.language == COMMON]
    codes = sorted({file.language for file in parsed} - {COMMON})
    languages = {
        code: _language(code, [f for f in parsed if f.language == code], common, names, problems) for code in codes
    }
    if problems:
        raise RuleError(dict.fromkeys(problems))
    if not languages:
        raise RuleError([Problem("rules/", "holds no language; rules/<language>/<kind>.toml is wanted")])
    weights = load_weights(next((file.data["weights"] for file in common if file.stem == "weights"), ""))
    return Rules(languages, weights, marks_of(language.quoting for language in languages.values()))


def _language(
    code: str, own: list[RuleFile], common: list[RuleFile], names: set[str], problems: list[Problem]
) -> Language:
    words: dict[str, list[str]] = {name: [] for name in names}
    for file in own + common:
        for name, entries in file.data.get("words", {}).items():
            words[name].extend(entry.strip() for entry in entries.split(",") if entry.strip())
    silent = {name for file in own + common if file.stem == "values" for name in file.data.get("words", {})}
    try:
        vocabulary = Vocabulary(words)
    except PatternError as error:
        problems.append(Problem(f"rules/{code}, words", str(error)))
        return Language(code, Vocabulary({}), (), {})
    rules = tuple(rule for file in own + common for rule in _rules(code, file, vocabulary, problems))
    quoting = {
        key: tuple(value)
        for file in own
        if file.stem == "quoting"
        for key, value in file.data.items()
        if key != "words"
    }
    index = _indexed(rules, vocabulary)
    vocabulary.close()
    return Language(
        code,
        vocabulary,
        rules,
        index,
        quoting,
        {vocabulary.numbers[name]: name for name in words if name not in silent},
        frozenset(vocabulary.numbers[name] for name in silent),
    )


def _rules(code: str, file: RuleFile, vocabulary: Vocabulary, problems: list[Problem]) -> Iterable[Rule]:
    table = table_of(file)
    for entry in file.data.get(table, ()) if table else ():
        patterns: dict[str, tuple[Pattern, ...]] = {}
        for key in ("any", "unless"):
            patterns[key] = tuple(
                _compiled(file, entry["id"], key, source, vocabulary, problems) for source in entry.get(key, ())
            )
        yield Rule(
            name=file.stem if table == "rule" else "guard" if table == "guard" else entry["name"],
            path=f"{code}/{file.stem}#{entry['id']}",
            weight=float(entry.get("weight", 0)),
            any=patterns["any"],
            unless=patterns["unless"],
            where=entry.get("where", "both"),
            negatable=entry.get("negatable", True),
            against=frozenset(entry.get("against", KINDS)),
            scope=entry.get("scope", "sentence"),
        )


def _compiled(
    file: RuleFile, name: str, key: str, source: str, vocabulary: Vocabulary, problems: list[Problem]
) -> Pattern:
    try:
        return vocabulary.compile(source)
    except PatternError as error:
        problems.append(file.problem(f"{name}, {key}", str(error), source))
        return Pattern((), source)


def _indexed(rules: Iterable[Rule], vocabulary: Vocabulary) -> Mapping[int, Sequence[Candidate]]:
    index: dict[int, list[Candidate]] = {}
    for number, rule in enumerate(rules):
        for place, pattern in enumerate(rule.any):
            if pattern.parts:
                index.setdefault(vocabulary.rarest(pattern), []).append((number, place, pattern.needs))
    return index
