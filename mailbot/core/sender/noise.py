"""rules/noise.toml: by which marks a machine is known, and what asks machines for silence (RFC 3834)."""

from __future__ import annotations

import tomllib
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from mailbot.core.reading.words import fold_text
from mailbot.core.values import Problem


class NoiseError(Exception):
    """rules/noise.toml does not hold together; `problems` says all of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def _folded(phrases: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(fold_text(phrase) for phrase in phrases)
    if "" in found:
        raise ValueError("an empty phrase would match every mail")
    return found


def _lowered(names: tuple[str, ...]) -> tuple[str, ...]:
    if "" in names:
        raise ValueError("an empty name would match every mail")
    return tuple(name.lower() for name in names)


Phrases = Annotated[tuple[str, ...], AfterValidator(_folded)]
Names = Annotated[tuple[str, ...], AfterValidator(_lowered)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AutoReply(_Part):
    """What marks the answer of a machine to a mail."""

    headers: Names
    precedence: Names
    subjects: Phrases
    until: Phrases
    announcements: Phrases
    openings: Phrases


class Returned(_Part):
    """What marks a mail that could not be delivered."""

    headers: Names
    senders: Names
    senders_with_subject: Names
    subjects: Phrases


class Robot(_Part):
    """What marks a mail that no person wrote."""

    senders: Names
    sender_starts: Names
    precedence: Names


class Silent(_Part):
    """What asks for silence and makes nobody a robot."""

    sender_starts: Names
    sender_ends: Names
    senders: Names
    precedence: Names
    suppress: Names


class Noise(_Part):
    """The whole of rules/noise.toml."""

    auto_reply: AutoReply
    bounce: Returned
    robot: Robot
    silent: Silent


def load_noise(text: str, where: str) -> Noise:
    """The noise rules in the TOML `text`; raises NoiseError with all problems, each with `where` and key."""
    try:
        return Noise.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise NoiseError((Problem(where, f"is not TOML: {fault}"),)) from fault
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_context=False, include_input=False)
        raise NoiseError(
            tuple(Problem(f"{where} {'.'.join(map(str, one['loc']))}", one["msg"]) for one in found)
        ) from fault
