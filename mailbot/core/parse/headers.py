"""Header values read: encoded words, dates, message ids and the one question that matters, who the sender is.

The sender is the identity that everything rests on, so it is read strictly: whatever two mail programs could read in
two ways (Chen, Paxson, Jiang: "Composition Kills", USENIX Security 2020) gives no sender, and a human looks.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime

from mailbot.core.address import ascii_domain, is_address
from mailbot.core.parse.parts import Head
from mailbot.core.parse.text import decoded, printable
from mailbot.core.values import Address

_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*+)"|<(?P<angle>[^<>]*+)>|(?P<atom>[^\s"(),:;<>]++)|(?P<mark>[(,:;])')
MAX_ADDRESSES = 100  # of one header value; nobody answers to all

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_BLANKS = re.compile(r"\s+")


def words(value: str) -> str:
    """`value` with its encoded words (RFC 2047) decoded, on one line. Total: what cannot be decoded stays as it is."""
    if "=?" in value:
        try:
            pieces = decode_header(value)
        except (HeaderParseError, ValueError, LookupError):
            pieces = [(value, None)]
        value = "".join(
            piece if isinstance(piece, str) else decoded(piece, charset or "us-ascii")[0] for piece, charset in pieces
        )
    return _BLANKS.sub(" ", printable(value)).strip()


def message_ids(value: str) -> tuple[str, ...]:
    """All message ids of a header value, each with its angle brackets."""
    return tuple(_MESSAGE_ID.findall(value))


def date_of(value: str | None) -> datetime | None:
    """The Date header as an aware moment (UTC where it names no zone), or None."""
    try:
        moment = parsedate_to_datetime(value or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def sender_of(head: Head, top: bytes) -> tuple[Address | None, str | None]:
    """The one address of the one From header, else None and why not; `top` is the raw header section."""
    values = [value for name, value in head.headers if name == "from"]
    problem = None
    if "header section cut" in head.oddities:
        problem = "header section too long"
    elif re.search(rb"\r(?!\n)", top) or re.match(rb"[ \t]", top):
        problem = "the header section can be read in two ways"
    elif len(values) != 1:
        problem = "several From headers" if values else "no From header"
    elif "header cut: from" in head.oddities:
        problem = "From header too long"
    if problem:
        return None, problem
    found, problem = mailboxes(values[0])
    if not problem and len(found) != 1:
        problem = "several addresses in From" if found else "no address in From"
    return (None, problem) if problem else (found[0], None)


def mailboxes(value: str) -> tuple[tuple[Address, ...], str | None]:
    """The addresses of a From, To, Cc or Reply-To, and what is not plain RFC 5322, section 3.4, in it."""
    reader = _Reader()
    position, value = 0, value.strip()
    while position < len(value) and len(reader.found) <= MAX_ADDRESSES:
        if value[position].isspace():
            position += 1
            continue
        token = _TOKEN.match(value, position)
        if not token:
            reader.complain("a quote or bracket that is not closed")
            break
        position = token.end()
        if token["mark"] == "(":
            position = reader.comment(value, position)
        else:
            reader.take(token)
    reader.finish()
    return tuple(reader.found), reader.problem


class _Reader:
    """One address list being read, token by token."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.problem: str | None = None
        self._clear()

    def _clear(self) -> None:
        self.phrase: list[tuple[str, bool]] = []  # (word, was quoted)
        self.angles: list[str] = []
        self.note = ""

    def complain(self, problem: str) -> None:
        self.problem = self.problem or problem

    def comment(self, value: str, position: int) -> int:
        """Skip a comment, nested ones too; an address in it is a trap."""
        depth, start = 1, position
        while position < len(value) and depth:
            character = value[position]
            depth += (character == "(") - (character == ")")
            position += 2 if character == "\\" else 1
        self.note = value[start : position - 1]
        if depth or any(trap in self.note for trap in "@<>"):
            self.complain("an address or a bracket inside a comment")
        return position

    def take(self, token: re.Match[str]) -> None:
        mark = token["mark"]
        if mark == ",":
            self.finish(must=True)
        elif mark:
            self.complain("group or route syntax")
            if mark == ";":
                self.finish()
            self._clear()
        elif token["angle"] is not None:
            self.angles.append(token["angle"].strip())
        elif self.angles:
            self.complain("words after the address")
        elif token["quoted"] is not None:
            self.phrase.append((re.sub(r"\\(.)", r"\1", token["quoted"]), True))
        else:
            self.phrase.append((token["atom"], False))

    def finish(self, *, must: bool = False) -> None:
        """End one entry of the list: a phrase with one bracketed address, or an address alone."""
        if not self.phrase and not self.angles:
            if must or self.found:
                self.complain("an empty entry in the list")
            return
        name = " ".join(word for word, _ in self.phrase)
        if len(self.angles) > 1:
            self.complain("several addresses in one entry")
        elif not self.angles:
            if len(self.phrase) != 1 or self.phrase[0][1]:
                self.complain("no address in From")
            self.angles, name = [self.phrase[-1][0]], self.note
        elif any("@" in word and not quoted and word != self.angles[0] for word, quoted in self.phrase):
            self.complain("another address in the unquoted name")
        self._add(name, self.angles[0])
        self._clear()

    def _add(self, name: str, address: str) -> None:
        local, _, domain = address.rpartition("@")
        if is_address(address):
            self.found.append(Address(words(name), f"{local}@{ascii_domain(domain)}"))
        elif "=?" in address:
            self.complain("an encoded word inside the address")
        elif address.startswith("@"):
            self.complain("group or route syntax")
        else:
            self.complain("no valid address in From")
