"""What becomes of a message: the states of the design's word list, decided in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.values import Kind, Nature, Reading


class MessageState(StrEnum):
    """What became of one received mail."""

    STORED = "stored"  # kept, not yet read
    REQUEST = "request"
    JOINED = "joined"
    NOTHING = "nothing"
    ROBOT = "robot"
    WAITING = "waiting"  # no ask read, staff must look
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    BEFORE_START = "before_start"


FOR_STAFF = (MessageState.WAITING, MessageState.UNREADABLE, MessageState.TOO_LARGE, MessageState.BEFORE_START)
"""States that carry a due date and alarm until staff dismiss or register the message."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a message beside its reading."""

    early: bool = False  # arrived before [mailbox] since
    joins: bool = False  # its thread and its sender are those of a request
    asked: frozenset[Kind] = frozenset()  # the kinds already asked in that request
    bounced: bool = False  # it returns a mail of ours
    mentions: bool = False  # it names a reference of ours
    ours: bool = False  # it is a mail of ours to our own people, or returns one


def becomes(reading: Reading, seen: Seen) -> tuple[MessageState, str]:
    """The state of a message, and why."""
    nature = reading.nature
    if seen.bounced:
        return MessageState.JOINED, "returns a mail of ours"
    if seen.ours or nature in {Nature.BOUNCE, Nature.AUTO_REPLY}:
        return MessageState.ROBOT, "a mail of ours to our own people" if seen.ours else str(nature)
    if seen.early:
        return MessageState.BEFORE_START, "arrived before [mailbox] since"
    if reading.kinds - seen.asked if seen.joins else reading.kinds:
        return MessageState.REQUEST, ""
    if seen.joins:
        return MessageState.JOINED, "answers a mail of ours"
    return _without_ask(reading, seen)


def _without_ask(reading: Reading, seen: Seen) -> tuple[MessageState, str]:
    """A mail of no conversation that asks nothing: most is ordinary post, some of it staff must look at."""
    if reading.nature in {Nature.LIST, Nature.ROBOT}:
        return MessageState.ROBOT, str(reading.nature)
    wishes = {"withdrawal", "reminder", "denial"} & set(reading.signals)
    if wishes and seen.mentions:
        return MessageState.WAITING, f"{', '.join(sorted(wishes))} that names a reference, outside its thread"
    if "withdrawal" in reading.signals or "reminder" in reading.signals:
        return MessageState.WAITING, "speaks of a request that it does not belong to"
    if "see_attachment" in reading.signals:
        return MessageState.WAITING, "refers to an attached letter"
    if seen.mentions:
        return MessageState.WAITING, "names a reference of ours"
    return MessageState.NOTHING, ""
