"""Raw bytes cut into MIME parts (RFC 2045, 2046), with offsets and without recursion.

The standard library's parser recurses once per level and tests each line against every open boundary, so that a small
hostile mail raises RecursionError or takes minutes. Here a part is a slice of the raw mail, found by searching its
parent's boundary, and the caps hold before anything is built. Each part's own header is read by the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 200
MAX_DEPTH = 20
MAX_HEADER = 4096
MAX_HEADERS = 1000
MAX_HEADER_SECTION = 512 * 1024

_NEW_HEADER = re.compile(rb"\r?\n(?![ \t])")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_NAME = re.compile(r"[!-9;-~]+")
_MIME = ("content-type", "content-disposition", "content-transfer-encoding")


class Unreadable(Exception):
    """The mail cannot be read by the machine; the text says why, in words for staff and without personal data."""


@dataclass(frozen=True, slots=True)
class Head:
    """The header section of a mail or part: (lower-case name, unfolded value) top first, and where the body starts."""

    headers: tuple[tuple[str, str], ...]
    body: int
    oddities: tuple[str, ...] = ()

    def first(self, name: str) -> str | None:
        """The topmost value of the header `name` (lower case)."""
        return next((value for key, value in self.headers if key == name), None)


class Part:
    """One MIME part: a slice [start:end) of the raw mail that holds its still encoded body."""

    __slots__ = ("depth", "end", "head", "media_type", "mime", "number", "parent", "start")

    def __init__(self, head: Head, end: int, parent: Part | None) -> None:
        self.head, self.start, self.end, self.parent = head, min(head.body, end), end, parent
        self.number = 0
        self.depth: int = parent.depth + 1 if parent else 0
        self.mime: Message = Message()
        for name in _MIME:
            value = head.first(name)
            if value is not None:
                self.mime[name] = value
        if parent and parent.media_type == "multipart/digest":
            self.mime.set_default_type("message/rfc822")  # RFC 2046, 5.1.5
        self.media_type: str = self.mime.get_content_type()

    def parameter(self, name: str) -> str:
        """A parameter of the Content-Type, or nothing. Total."""
        try:
            value = self.mime.get_param(name) or ""
        except (ValueError, LookupError, TypeError):
            return ""
        return value[2] if isinstance(value, tuple) else value

    @property
    def disposition(self) -> str:
        """`inline`, `attachment` or nothing (RFC 2183)."""
        return (self.head.first("content-disposition") or "").partition(";")[0].strip().lower()

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding in lower case; nothing where none is named."""
        return (self.head.first("content-transfer-encoding") or "").partition(";")[0].strip().lower()


def head_of(raw: bytes, start: int, end: int) -> Head:
    """The header section that begins at `start`; a line that is no header is left out and noted."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Head((), raw.index(b"\n", start) + 1)
    stop, body = _blank_line(raw, start, end)
    section = raw[start : min(stop, start + MAX_HEADER_SECTION)]
    fields = _NEW_HEADER.split(section, MAX_HEADERS)
    oddities = [] if stop - start <= MAX_HEADER_SECTION and len(fields) <= MAX_HEADERS else ["header section cut"]
    headers = []
    for number, field in enumerate(fields[:MAX_HEADERS]):
        name, colon, value = field.partition(b":")
        key = _decoded(name).strip().lower()
        if colon and _NAME.fullmatch(key):
            if len(value) > MAX_HEADER:
                oddities.append(f"header cut: {key[:40]}")
            headers.append((key, _decoded(_FOLD.sub(b" ", value[:MAX_HEADER])).strip(" \t\r\n")))
        elif number == 0:
            return Head((), start, ("no header",))
        else:
            oddities.append("a line of the header section is no header")
    return Head(tuple(headers), body, tuple(dict.fromkeys(oddities)))


def _blank_line(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header section ends and where the body starts."""
    bare, crlf = raw.find(b"\n\n", start, end), raw.find(b"\n\r\n", start, end)
    if bare == crlf == -1:
        return end, end
    if crlf == -1 or -1 < bare < crlf:
        return bare, bare + 2
    return crlf, crlf + 3


def _decoded(value: bytes) -> str:
    """Header bytes as text: UTF-8 (RFC 6532), else Windows-1252; a NUL shows as U+FFFD."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    return text.replace("\0", "\ufffd")


def parts_of(raw: bytes) -> list[Part]:
    """All parts of a mail in walking order; the first is the mail itself. Raises Unreadable over a cap."""
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"too large: more than {MAX_BYTES // 2**20} MiB")
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    if raw.startswith((b"From ", b">From "), start):  # the envelope line of an mbox file
        start = raw.find(b"\n", start) + 1 or len(raw)
    parts: list[Part] = []
    waiting = [Part(head_of(raw, start, len(raw)), len(raw), None)]
    while waiting:
        part = waiting.pop()
        part.number = len(parts)
        parts.append(part)
        waiting += reversed(_children(raw, part))
        if len(parts) + len(waiting) > MAX_PARTS:
            raise Unreadable(f"too complex: more than {MAX_PARTS} parts")
    return parts


def _children(raw: bytes, part: Part) -> list[Part]:
    if not part.media_type.startswith("multipart/"):
        return []
    children: list[Part] = []
    for start, end in _slices(raw, part):
        if part.depth == MAX_DEPTH:
            raise Unreadable(f"too complex: parts nested deeper than {MAX_DEPTH}")
        if len(children) > MAX_PARTS:
            break  # the caller counts and refuses
        children.append(Part(head_of(raw, start, end), end, part))
    return children


def _slices(raw: bytes, part: Part) -> Iterator[tuple[int, int]]:
    """The slices between the boundary lines of a multipart; an unclosed one ends with its parent."""
    boundary = part.parameter("boundary").strip()
    mark = b"\n--" + boundary.encode("utf-8", "replace")
    position, opened = max(part.start - 1, 0), -1  # what stands before a body is a line end
    while boundary and (found := raw.find(mark, position, part.end)) != -1:
        position = found + len(mark)
        line = _BOUNDARY_END.match(raw, position, part.end)
        if not line:
            continue
        if opened != -1:
            yield opened, max(opened, found - (raw[found - 1 : found] == b"\r"))
        if line[1]:
            return
        opened, position = line.end(), line.end() - 1
    if opened != -1:
        yield opened, part.end
