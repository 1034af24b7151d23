"""What mailbot knows of law and words, from rules/ and templates/; what reading needs stands in sight.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.config import Config
from mailbot.content import Content
from mailbot.core.drafting.vocabulary import Vocabulary, load_vocabulary
from mailbot.core.letters.staff import StaffWords, load_staff_words
from mailbot.core.letters.wording import Wording
from mailbot.core.mapping.datamap import DataMap, MapError, load_map
from mailbot.core.policy import Policy, load_policy
from mailbot.core.values import Problem
from mailbot.documents.evidence_words import EvidenceWords, load_evidence_words
from mailbot.documents.labels import Labels, load_labels
from mailbot.sight import Unusable, file_of, tried


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that mailbot knows of law, languages and words."""

    policy: Policy
    wording: Wording
    labels: Mapping[str, Labels]
    staff: Mapping[str, StaffWords]
    evidence: Mapping[str, EvidenceWords]


def read_knowledge(content: Content) -> Knowledge:
    """Policy and texts; raises Unusable with all problems of all files."""
    problems: list[Problem] = []
    policy = tried(problems, lambda: load_policy(*file_of(content, "rules/policy.toml")))
    wording = tried(problems, lambda: read_wording(content))
    labels = tried(problems, lambda: read_labels(content))
    staff = tried(problems, lambda: read_staff_words(content))
    evidence = tried(problems, lambda: read_evidence_words(content))
    if problems or not (policy and wording and labels and staff and evidence):
        raise Unusable(problems)
    return Knowledge(policy, wording, labels, staff, evidence)


def read_wording(content: Content) -> Wording:
    """The texts of the letters: templates/<lang>/….txt."""
    return Wording({path: content.read(path) for path in content.paths("templates", ".txt")})


def read_labels(content: Content) -> Mapping[str, Labels]:
    """The words of the documents, by language: templates/<lang>/documents/labels.toml. Raises TomlError."""
    paths = content.paths("templates", "documents/labels.toml")
    return {path.split("/")[1]: load_labels(*file_of(content, path)) for path in paths}


def read_staff_words(content: Content) -> Mapping[str, StaffWords]:
    """The words for our own people, by language: templates/<lang>/staff.toml. Raises TomlError."""
    paths = content.paths("templates", "staff.toml")
    return {path.split("/")[1]: load_staff_words(*file_of(content, path)) for path in paths}


def read_evidence_words(content: Content) -> Mapping[str, EvidenceWords]:
    """The words of evidence packs, by language: templates/<lang>/documents/evidence.toml. Raises TomlError."""
    paths = content.paths("templates", "documents/evidence.toml")
    return {path.split("/")[1]: load_evidence_words(*file_of(content, path)) for path in paths}


def read_vocabulary(content: Content) -> Vocabulary:
    """How columns with personal data are named: rules/columns.toml. Raises TomlError."""
    return load_vocabulary(*file_of(content, "rules/columns.toml"))


def read_map(config: Config, content: Content) -> DataMap:
    """The data map that [clients] map names, else the shipped one; raises Unusable."""
    path = config.clients.map
    try:
        if path is None:
            return load_map(*file_of(content, "rules/datamap.toml"))
        return load_map(path.read_text(encoding="utf-8"), str(path))
    except MapError as fault:
        raise Unusable(fault.problems) from None
    except (OSError, ValueError) as fault:
        raise Unusable([Problem("content", str(fault))]) from None
