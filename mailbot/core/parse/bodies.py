"""The text of a mail out of its parts: which parts are read, and how their bytes become text."""

from __future__ import annotations

import binascii
from dataclasses import dataclass

from mailbot.core.parse.html import render
from mailbot.core.parse.parts import Part
from mailbot.core.parse.text import decoded, printable_spans, unseen

MAX_TEXT = 1_000_000  # code points that are read; a novel has half of it

_PLAIN = frozenset({"text/plain", "text/enriched", "text/markdown", "text/x-markdown"})
_STUB = 400  # a text part shorter than this that speaks of HTML only says that there is a better one
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a mail or of a part of it, what its HTML hides, and the spans that the HTML marks as quotation."""

    text: str
    hidden: str = ""
    quoted: tuple[tuple[int, int], ...] = ()


class BodyReader:
    """One reading of all parts: collects attachments and oddities on the way."""

    def __init__(self, raw: bytes, parts: list[Part]) -> None:
        self.raw = raw
        self.children: dict[int, list[Part]] = {}
        for part in parts[1:]:
            if part.parent:
                self.children.setdefault(part.parent.number, []).append(part)
        self.attached: list[Part] = []
        self.oddities: list[str] = []
        self.body = _tidy(_joined(self._read(parts[0])), self.oddities)

    def _read(self, part: Part) -> list[Body]:
        children = self.children.get(part.number, [])
        if part.media_type.startswith("multipart/"):
            if not children:
                self.oddities.append("multipart without parts")
                return [self._plain(part)]
            if part.media_type == "multipart/alternative":
                return self._alternative(children)
            return [body for child in children for body in self._read(child)]
        if _is_text(part):
            return [self._html(part) if part.media_type == "text/html" else self._plain(part)]
        self.attached.append(part)
        return []

    def _alternative(self, children: list[Part]) -> list[Body]:
        """The plain text, unless it is empty or a mere stub; then the richest that has text (RFC 2046, 5.1.4)."""
        plain = [child for child in children if child.media_type in _PLAIN and _is_text(child)]
        rich = [child for child in reversed(children) if child not in plain]
        chosen = [self._plain(child) for child in plain]
        stub = _joined(chosen).text.strip()
        if stub and not (rich and len(stub) < _STUB and "html" in stub.lower()):
            for child in rich:
                self._set_aside(child)
            return chosen
        for child in rich:
            bodies = self._read(child)
            if _joined(bodies).text.strip():
                chosen = bodies
                rich = rich[rich.index(child) + 1 :]
                break
        else:
            rich = []
        for child in rich:
            self._set_aside(child)
        return chosen

    def _set_aside(self, part: Part) -> None:
        """Another form of a text already read; what is not text in it is still an attachment."""
        children = self.children.get(part.number, [])
        for child in children:
            self._set_aside(child)
        if not children and not _is_text(part):
            self.attached.append(part)

    def _text(self, part: Part) -> str:
        content, odd = content_of(self.raw, part)
        text, replaced = decoded(content, part.parameter("charset"))
        self.oddities += [oddity for oddity in (odd, replaced) if oddity]
        return text

    def _plain(self, part: Part) -> Body:
        text = self._text(part)[: MAX_TEXT + 1]
        if part.parameter("format").lower() == "flowed":
            text = unflowed(text.replace("\r\n", "\n"), delsp=part.parameter("delsp").lower() == "yes")
        return Body(text)

    def _html(self, part: Part) -> Body:
        text, hidden, quoted, odd = render(self._text(part))
        self.oddities += odd
        return Body(text, hidden, quoted)


def content_of(raw: bytes, part: Part) -> tuple[bytes, str | None]:
    """The decoded bytes of a part (RFC 2045, section 6), and what was odd about them."""
    encoding = part.encoding
    if encoding == "base64":
        return _base64(raw[part.start : part.end])  # held by nobody else: it is let go before the bytes are made
    content = raw[part.start : part.end]
    if encoding in _IDENTITY:
        return content, None
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content), None
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uu(content), None
    return content, "unknown transfer encoding"


def _base64(content: bytes) -> tuple[bytes, str | None]:
    letters = content.translate(None, _NOT_BASE64)
    del content  # an attachment may be 50 MB
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    odd = "broken base64" if whole != letters else None
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)), odd


def _uu(content: bytes) -> bytes:
    out = []
    for line in content.splitlines():
        if line.startswith(b"begin ") or line.strip() == b"end":
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)


def unflowed(text: str, *, delsp: bool) -> str:
    """A format=flowed text with its paragraphs joined again (RFC 3676, section 4): same words, longer lines."""
    out: list[str] = []
    depth, open_line = 0, False
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        content = line[marks:].removeprefix(" ")  # space-stuffing
        flowed = content.endswith(" ") and content != "-- "
        if flowed and delsp:
            content = content[:-1]
        if not (open_line and marks == depth and content != "-- "):
            out.append("\n" + (">" * marks + " " if marks else ""))
        out.append(content)
        depth, open_line = marks, flowed
    return "".join(out)[1:]


def _is_text(part: Part) -> bool:
    """Whether a part belongs to the text that a reader sees, not to the attached files."""
    if part.media_type not in _PLAIN and part.media_type != "text/html":
        return False
    return part.parent is None or (part.disposition != "attachment" and not file_name(part))


def file_name(part: Part) -> str:
    """The file name that a part gives itself (RFC 2183, RFC 2231), as written; nothing if it gives none. Total."""
    try:
        return part.mime.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _joined(bodies: list[Body]) -> Body:
    if len(bodies) == 1:
        return bodies[0]
    text, quoted = "", []
    for body in bodies:
        if text and not text.endswith("\n"):
            text += "\n"
        quoted += [(start + len(text), end + len(text)) for start, end in body.quoted]
        text += body.text
    return Body(text, "\n".join(body.hidden for body in bodies if body.hidden), tuple(quoted))


def _tidy(body: Body, oddities: list[str]) -> Body:
    """The body as it is kept: printable, and cut where no human mail is as long."""
    text, quoted = body.text, body.quoted
    if len(text) > MAX_TEXT:
        oddities.append(f"text cut after {MAX_TEXT} characters")
        text = text[:MAX_TEXT]
        quoted = tuple((start, min(end, MAX_TEXT)) for start, end in quoted if start < MAX_TEXT)
    if body.hidden and not text.strip():
        oddities.append("all of the text is hidden")
    if unseen(text):
        oddities.append("invisible characters removed")
    text, quoted = printable_spans(text, quoted)
    return Body(text, printable_spans(body.hidden[:MAX_TEXT], ())[0], quoted)
