"""What reading needs to know: made only in the process that reads, for the rules weigh 16 MB."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from mailbot.content import Content
from mailbot.core.policy import load_policy
from mailbot.core.reading.rules import RuleError, Rules, load_rules
from mailbot.core.sender.authenticity import Trust
from mailbot.core.sender.noise import Noise, load_noise
from mailbot.core.toml import TomlError
from mailbot.core.understanding import Eyes
from mailbot.core.values import Problem
from mailbot.interfaces import Misconfigured

_T = TypeVar("_T")


class Unusable(Misconfigured):
    """mailbot cannot work as it is set up; `problems` says all of it.

    Where it comes up while mailbot runs (a reading process is started anew over rules that were broken since), the
    mails wait: none of them is to blame.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[Unusable], tuple[tuple[Problem, ...]]]:
        """It may be raised in a process beside and told here."""
        return Unusable, (self.problems,)


@dataclass(frozen=True, slots=True)
class Sight:
    """What eyes are made from: small, so that it can be told to another process."""

    overlay: Path | None = None  # [content] overlay
    trust: Trust = field(default_factory=Trust)
    own_addresses: frozenset[str] = frozenset()  # normalised
    junk_folders: frozenset[str] = frozenset()
    language: str = "und"  # of a mail that cannot be read (ISO 639-2: undetermined)


def eyes(sight: Sight) -> Eyes:
    """What understanding needs to know; raises Unusable with all problems of rules, noise and policy."""
    content, problems = Content(sight.overlay), list[Problem]()
    policy = tried(problems, lambda: load_policy(*file_of(content, "rules/policy.toml")))
    noise = tried(problems, lambda: read_noise(content))
    rules = tried(problems, lambda: read_rules(content))
    if problems or not (policy and noise and rules):
        raise Unusable(problems)
    return Eyes(
        rules,
        noise,
        policy.thresholds,
        sight.trust,
        sight.own_addresses,
        sight.junk_folders,
        language=sight.language,
    )


def read_noise(content: Content) -> Noise:
    """What is not a person's mail: rules/noise.toml. Raises TomlError."""
    return load_noise(*file_of(content, "rules/noise.toml"))


def read_rules(content: Content) -> Rules:
    """The reading rules of every language: rules/<lang>/*.toml. Raises RuleError."""
    files = {path: content.read(path) for path in content.paths("rules", ".toml") if path.count("/") > 1}
    digest = _digest(files)
    if digest not in _compiled:
        _compiled.clear()
        _compiled[digest] = load_rules(files)
    return _compiled[digest]


def _digest(files: Mapping[str, str]) -> bytes:
    """One file after the other: together they are some megabytes."""
    digest = hashlib.sha256()
    for text in itertools.chain.from_iterable(files.items()):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.digest()


_compiled: dict[bytes, Rules] = {}
"""The rules by the digest of their texts: a process that opens several houses compiles them once."""


def file_of(content: Content, path: str) -> tuple[str, str]:
    """The text of a file and its name for messages."""
    return content.read(path), content.where(path)


def tried(problems: list[Problem], load: Callable[[], _T]) -> _T | None:
    """What `load` gives; what is wrong is added to `problems`."""
    try:
        return load()
    except (TomlError, RuleError) as fault:
        problems.extend(fault.problems)
    except (OSError, ValueError) as fault:
        problems.append(Problem("content", str(fault)))
    return None
