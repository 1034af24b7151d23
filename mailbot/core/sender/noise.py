"""rules/noise.toml: by which marks a machine is known, and what asks machines for silence (RFC 3834)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from mailbot.core.reading.words import fold_text
from mailbot.core.toml import validated


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
    """The noise rules in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    return validated(Noise, text, where)
