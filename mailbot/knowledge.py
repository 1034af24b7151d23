"""What mailbot knows of law, languages and words: everything that is read from rules/ and templates/."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from mailbot.config import Config
from mailbot.content import Content
from mailbot.core.drafting.vocabulary import Vocabulary, load_vocabulary
from mailbot.core.letters.staff import StaffWords, load_staff_words
from mailbot.core.letters.wording import Wording
from mailbot.core.mapping.datamap import DataMap, MapError, load_map
from mailbot.core.policy import Policy, load_policy
from mailbot.core.reading.rules import RuleError, Rules, load_rules
from mailbot.core.sender.noise import Noise, load_noise
from mailbot.core.toml import TomlError
from mailbot.core.values import Problem
from mailbot.documents.evidence_words import EvidenceWords, load_evidence_words
from mailbot.documents.labels import Labels, load_labels

_T = TypeVar("_T")


class Unusable(Exception):
    """mailbot cannot start as it is set up; `problems` says all of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that mailbot knows of law, languages and words."""

    policy: Policy
    rules: Rules
    noise: Noise
    wording: Wording
    labels: Mapping[str, Labels]
    staff: Mapping[str, StaffWords]
    evidence: Mapping[str, EvidenceWords]


def read_knowledge(content: Content) -> Knowledge:
    """Rules, policy, noise and texts; raises Unusable with all problems of all files."""
    problems: list[Problem] = []
    policy = _tried(problems, lambda: load_policy(*_file(content, "rules/policy.toml")))
    noise = _tried(problems, lambda: load_noise(*_file(content, "rules/noise.toml")))
    rules = _tried(problems, lambda: read_rules(content))
    wording = _tried(problems, lambda: read_wording(content))
    labels = _tried(problems, lambda: read_labels(content))
    staff = _tried(problems, lambda: read_staff_words(content))
    evidence = _tried(problems, lambda: read_evidence_words(content))
    if problems or not (policy and noise and rules and wording and labels and staff and evidence):
        raise Unusable(problems)
    return Knowledge(policy, rules, noise, wording, labels, staff, evidence)


def read_wording(content: Content) -> Wording:
    """The texts of the letters: templates/<lang>/….txt."""
    return Wording({path: content.read(path) for path in content.paths("templates", ".txt")})


def read_labels(content: Content) -> Mapping[str, Labels]:
    """The words of the documents, by language: templates/<lang>/documents/labels.toml. Raises TomlError."""
    paths = content.paths("templates", "documents/labels.toml")
    return {path.split("/")[1]: load_labels(*_file(content, path)) for path in paths}


def read_staff_words(content: Content) -> Mapping[str, StaffWords]:
    """The words for our own people, by language: templates/<lang>/staff.toml. Raises TomlError."""
    paths = content.paths("templates", "staff.toml")
    return {path.split("/")[1]: load_staff_words(*_file(content, path)) for path in paths}


def read_evidence_words(content: Content) -> Mapping[str, EvidenceWords]:
    """The words of evidence packs, by language: templates/<lang>/documents/evidence.toml. Raises TomlError."""
    paths = content.paths("templates", "documents/evidence.toml")
    return {path.split("/")[1]: load_evidence_words(*_file(content, path)) for path in paths}


def read_rules(content: Content) -> Rules:
    """The reading rules of every language: rules/<lang>/*.toml. Raises RuleError."""
    paths = [path for path in content.paths("rules", ".toml") if path.count("/") > 1]
    return _compiled(tuple((path, content.read(path)) for path in paths))


@lru_cache(maxsize=2)
def _compiled(files: tuple[tuple[str, str], ...]) -> Rules:
    """The rules in these texts; a process that opens several houses compiles them once."""
    return load_rules(dict(files))


def read_vocabulary(content: Content) -> Vocabulary:
    """How columns with personal data are named: rules/columns.toml. Raises TomlError."""
    return load_vocabulary(*_file(content, "rules/columns.toml"))


def read_map(config: Config, content: Content) -> DataMap:
    """The data map that [clients] map names, else the shipped one; raises Unusable."""
    problems: list[Problem] = []
    path = config.clients.map
    if path is None:
        found = _tried(problems, lambda: load_map(*_file(content, "rules/datamap.toml")))
    else:
        found = _tried(problems, lambda: load_map(path.read_text(encoding="utf-8"), str(path)))
    if found is None:
        raise Unusable(problems)
    return found


def _file(content: Content, path: str) -> tuple[str, str]:
    return content.read(path), content.where(path)


def _tried(problems: list[Problem], load: Callable[[], _T]) -> _T | None:
    """What `load` gives; what is wrong is added to `problems`."""
    try:
        return load()
    except (TomlError, RuleError, MapError) as fault:
        problems.extend(fault.problems)
    except (OSError, ValueError) as fault:
        problems.append(Problem("content", str(fault)))
    return None
