"""Bytes to text that never raises: charsets, control characters, what nobody can see."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence

# Codecs that are not a mail's charset; some of them are slow or run escapes.
_NO_CHARSET = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
# The WHATWG Encoding Standard reads these labels as Windows-1252, and so do mail programs.
_WINDOWS = frozenset({"iso8859-1", "cp1252"})
# Soft hyphen, zero-width and direction marks, tags; joiners only between Latin letters (they shape emoji and Indic).
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z\u00c0-\u024f])[\u200c\u200d]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_RARE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]")
"""All that the two patterns above may begin with: one class of characters is looked for several times faster."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def decoded(content: bytes, label: str) -> tuple[str, str | None]:
    """`content` as text by its charset label, else UTF-8, else Windows-1252; and what was odd about it."""
    name = _codec(label)
    if name == "ascii" and content.isascii():
        return content.decode("ascii"), None
    if name and name != "ascii":
        try:
            return content.decode(name), None
        except (ValueError, LookupError):  # LookupError: a codec, but not of text (rot13)
            pass
    try:
        return content.decode("utf-8-sig"), None if name == "ascii" else "charset replaced by utf-8"
    except UnicodeDecodeError:
        return _windows(content), "charset replaced by windows-1252"


def _windows(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _codec(label: str) -> str | None:
    """The codec of a charset label, or None if it names no charset."""
    try:
        name = codecs.lookup(label.strip().strip("'\"") or "ascii").name
    except (LookupError, ValueError):
        return None
    if name in _NO_CHARSET:
        return None
    if name == "utf-8":
        return "utf-8-sig"
    return "cp1252" if name in _WINDOWS else name


def printable(text: str) -> str:
    """`text` as one may keep it: LF line ends, NFC, without control characters, lone surrogates and unseen marks."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    if text.isascii():
        return text
    if _RARE.search(text):
        text = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", text)


def printable_spans(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The same for a text with spans into it, which are moved along. Spans are sorted and do not overlap."""
    clean = printable(text)
    if clean == text or not spans:
        return clean, tuple(spans)
    pieces, moved, last, length = [], [], 0, 0
    for start, end in spans:
        before, inside = printable(text[last:start]), printable(text[start:end])
        moved.append((length + len(before), length + len(before) + len(inside)))
        pieces += [before, inside]
        length, last = moved[-1][1], end
    pieces.append(printable(text[last:]))
    return "".join(pieces), tuple(moved)


def unseen(text: str) -> bool:
    """Whether `text` holds characters that nobody sees."""
    return not text.isascii() and _RARE.search(text) is not None and _UNSEEN.search(text) is not None
