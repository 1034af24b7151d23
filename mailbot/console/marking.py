"""A mail's text for people: what decided is marked, history, signature and footer are folded. Never HTML of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailbot.core.parse import Unreadable, parse
from mailbot.core.reading.quoting import NEW, new_text
from mailbot.core.reading.rules import Rules
from mailbot.core.values import Attachment, Mail
from mailbot.store.rows import MessageRow

LONGEST = 200_000  # characters shown; the whole mail is a download away


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that decided: the kind that they ask for, and the rule."""

    start: int
    end: int
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, marked or not."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a mail of one kind: new, quoted, forwarded, signature, footer."""

    kind: str
    pieces: tuple[Piece, ...]

    @property
    def folded(self) -> bool:
        """Whether it is shown on demand only: nobody wrote it now, and nothing in it decided."""
        return self.kind != NEW and not any(piece.mark for piece in self.pieces)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return sum(piece.text.count("\n") for piece in self.pieces) or 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the page shows it."""

    row: MessageRow
    mail: Mail | None  # None: unreadable, too large, or its bytes are gone
    problem: str
    subject: tuple[Piece, ...]
    blocks: tuple[Block, ...]

    @property
    def attachments(self) -> Sequence[Attachment]:
        """The attached files, described."""
        return self.mail.attachments if self.mail else ()


def shown(row: MessageRow, raw: bytes | None, rules: Rules) -> Shown:
    """A message for the page; whatever its bytes are, this is a value."""
    plain = (Piece(row.subject or ""),)
    if raw is None:
        return Shown(row, None, "gone" if row.sha256 else "large", plain, ())
    try:
        mail = parse(raw)
    except Unreadable as fault:
        return Shown(row, None, str(fault), plain, ())
    marks = list(_marks(row.reading))
    subject = pieces(mail.subject, 0, len(mail.subject), [mark for place, mark in marks if place == "subject"])
    in_text = [mark for place, mark in marks if place == "text"]
    return Shown(row, mail, "", subject or plain, tuple(_blocks(mail, rules, in_text)))


def _marks(reading: str | None) -> Iterable[tuple[str, Mark]]:
    for ask in json.loads(reading or "{}").get("asks", ()):
        for one in ask["evidence"]:
            yield one["in"], Mark(one["start"], one["end"], ask["kind"], one["rule"])


def _blocks(mail: Mail, rules: Rules, marks: Sequence[Mark]) -> Iterable[Block]:
    for span in new_text(mail, rules):
        if span.start >= LONGEST:
            return
        found = pieces(mail.text, span.start, min(span.end, LONGEST), marks)
        if any(piece.text.strip() for piece in found):
            yield Block(span.kind, found)


def pieces(text: str, start: int, end: int, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """text[start:end] cut where marks begin and end; of marks that overlap the first counts."""
    found: list[Piece] = []
    at = start
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        first, last = max(mark.start, at), min(mark.end, end)
        if first >= last:
            continue
        found += [Piece(text[at:first])] if first > at else []
        found.append(Piece(text[first:last], mark))
        at = last
    return tuple([*found, Piece(text[at:end])] if at < end else found)
