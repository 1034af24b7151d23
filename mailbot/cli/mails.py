"""Mails out of what people name: a file, an mbox, a Maildir, a folder, standard input. One at a time, none touched."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mailbot.core.parse.parts import MAX_BYTES

_SUFFIXES = {".eml", ".mbox", ".mbx"}
_ENVELOPE = re.compile(rb"From .*\d:\d\d")  # RFC 4155: "From ", an address, a time
_FIELD = re.compile(rb"(>From |[!-9;-~]+[ \t]*:)")
_MAIL_FIELD = re.compile(
    rb"(From |(Return-Path|Received|Delivered-To|X-[\w-]+|From|To|Date|Subject|Message-ID|MIME-Version|Content-Type|"
    rb"Reply-To|DKIM-Signature|ARC-[\w-]+|Authentication-Results)[ \t]*:)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """One mail under the name that it is told by; `raw` is None where its file cannot be read (`problem` says why)."""

    name: str
    raw: bytes | None
    problem: str = ""


def mails(path: str) -> Iterator[Named]:
    """The mails of one PATH: a folder with all below it, `-`, or a file, which is read whatever its name."""
    if path == "-":
        yield from _split("-", sys.stdin.buffer)
    elif os.path.isdir(path):  # noqa: PTH112 -- the path is told as it was given
        yield from _below(path)
    else:
        yield from _file(path)


def _below(folder: str) -> Iterator[Named]:
    """All mails below a folder, in the order of their names; what is no mail is left out."""
    for place, folders, files in os.walk(folder):
        if {"cur", "new", "tmp"} <= {*folders}:
            folders.remove("tmp")  # a Maildir's deliveries that are not complete yet
        folders.sort()
        maildir = Path(place).name in {"cur", "new"}
        for name in sorted(files):
            path = os.path.join(place, name)  # noqa: PTH118 -- joined to the path as it was given
            named = maildir or Path(name).suffix.lower() in _SUFFIXES
            if not name.startswith(".") and (named or _looks_like_mail(path)):
                yield from _file(path)


def _looks_like_mail(path: str) -> bool:
    """Whether a file without a mail's name begins as a mail does (MH folders, exports)."""
    try:
        with Path(path).open("rb") as file:
            return _MAIL_FIELD.match(file.read(100)) is not None
    except OSError:
        return False


def _file(path: str) -> Iterator[Named]:
    try:
        with Path(path).open("rb") as file:
            yield from _split(path, file)
    except OSError as fault:
        yield Named(path, None, f"the file cannot be read: {fault.strerror}")


def _split(name: str, file: BinaryIO) -> Iterator[Named]:
    """The mails of a file: several where it is an mbox (`name#1`, `name#2`, …), else one under its plain name."""
    start = file.readline(MAX_BYTES)
    if not start.startswith(b"From "):
        yield Named(name, start + file.read(MAX_BYTES))  # over the cap by then: it is called too large, not held whole
        return
    found = _mbox(start, file)
    first, second = next(found), next(found, None)
    if second is None:
        yield Named(name, first)
        return
    yield Named(f"{name}#1", first)
    yield Named(f"{name}#2", second)
    yield from (Named(f"{name}#{number}", raw) for number, raw in enumerate(found, 3))


def _mbox(start: bytes, file: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox that begins with `start`: each after a blank line, an envelope line, and a header field.

    A line of a text that merely begins with "From " parts nothing.
    """
    lines, size = [start], len(start)
    blank, envelope = False, b""
    while line := file.readline(MAX_BYTES):
        if envelope:
            if _FIELD.match(line):
                yield b"".join(lines)
                lines, size = [], 0
            lines.append(envelope)
            envelope = b""
        if blank and _ENVELOPE.match(line):
            envelope = line
        elif size <= MAX_BYTES:
            lines.append(line)
            size += len(line)
        blank = not line.strip()
    yield b"".join([*lines, envelope])
