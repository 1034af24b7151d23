"""A letter as the bytes of a mail (RFC 5322, MIME): the one place where mails are put together.

The bytes are a pure function of letter and envelope, without the Date header, which is set at the first try to send:
what was approved is what leaves.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from mailbot.core.values import Address, File, Letter

MARKER = "mailbot"
MOST_REFERENCES = 20  # the thread's first id and its last ones: what mail programs go by

_ATOM = r"[!#$%&'*+/=?^_`{|}~.\w-]+"
_ADDRESS = re.compile(rf"{_ATOM}@(?:[\w-]+(?:\.[\w-]+)*)", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MORE_ASCII = 4  # quoted-printable trebles other bytes: above a quarter of them base64 is shorter
_SUBJECT_ROOM = 69  # of 78 columns (RFC 5322 section 2.1.1) after "Subject: "
_WORD_BYTES = 39  # 64 characters with the marks of an encoded word, at most 75 (RFC 2047 section 2)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes, in which thread, and that a machine does."""

    sender: Address
    message_id: str  # with its angle brackets, ours
    in_reply_to: str | None
    references: tuple[str, ...]
    auto_submitted: str  # RFC 3834 section 5: "auto-replied", "auto-generated" or "no"
    reply_to: str | None = None
    loop: str = MARKER


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """Return the complete mail, lines ended by CRLF, but for its Date header (see `stamp`).

    Foreign ids of the thread that are not well formed are left out. ValueError for CR, LF, NUL or another control
    character in any header value, and for an address, Message-ID or media type that no header can carry.
    """
    content_type, body = _alternative(letter)
    if letter.files:
        content_type, body = _multipart("mixed", [_part(content_type, body), *map(_attachment, letter.files)])
    headers = [*_headers(letter, envelope), content_type]
    return "\r\n".join(headers).encode("ascii") + b"\r\n\r\n" + body


def stamp(raw: bytes, date: datetime) -> bytes:
    """Return the mail with its Date header on top; ValueError for a time without zone."""
    if date.utcoffset() is None:
        raise ValueError("the date of a mail needs a time zone")
    return b"Date: " + format_datetime(date).encode("ascii") + b"\r\n" + raw


def _headers(letter: Letter, envelope: Envelope) -> Iterable[str]:
    yield f"From: {_mailbox(envelope.sender)}"
    yield f"To: {_address(letter.recipient)}"
    if envelope.reply_to:
        yield f"Reply-To: {_address(envelope.reply_to)}"
    yield f"Subject: {_unstructured(letter.subject)}"
    yield f"Message-ID: {_message_id(envelope.message_id)}"
    parent = _well_formed([envelope.in_reply_to] if envelope.in_reply_to else [])
    if parent:
        yield f"In-Reply-To: {parent[0]}"
    if thread := _thread(_well_formed(envelope.references), parent):
        yield "References: " + "\r\n ".join(thread)
    yield f"Auto-Submitted: {_token(envelope.auto_submitted)}"
    yield "X-Auto-Response-Suppress: All"
    yield f"X-Mailbot-Loop: {_token(envelope.loop)}"
    yield f"Content-Language: {_token(letter.language)}"
    yield "MIME-Version: 1.0"


# --- header values ----------------------------------------------------------------------------------------------------


def _clean(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("a header value holds a control character (such as CR, LF or NUL): take it out")
    return value


def _token(value: str) -> str:
    if not value.isascii() or not _clean(value).strip():
        raise ValueError("a header value must be some ASCII text")
    return value.strip()


def _address(value: str) -> str:
    """Return a bare address; the domain in its ASCII form (RFC 5891)."""
    local, _, domain = _clean(value).rpartition("@")
    try:
        ascii_form = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        ascii_form = ""
    if len(ascii_form) > 320 or not _ADDRESS.fullmatch(ascii_form):  # noqa: PLR2004  # 64 + @ + 255
        raise ValueError("an address cannot stand in a header: ASCII before the @ and a domain after it are allowed")
    return ascii_form


def _mailbox(sender: Address) -> str:
    name = _clean(sender.name).strip()
    if not name:
        return _address(sender.address)
    if _is_plain(name) and len(name) < _SUBJECT_ROOM:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{_address(sender.address)}>'
    return f"{_encoded_words(name)}\r\n <{_address(sender.address)}>"


def _unstructured(value: str) -> str:
    if _is_plain(_clean(value)) and len(value) <= _SUBJECT_ROOM and value.strip() == value:
        return value
    return _encoded_words(value)


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _encoded_words(value: str) -> str:
    """Return RFC 2047 encoded words, one a line, no character cut in two."""
    data, words, start = value.encode(), list[bytes](), 0
    while start < len(data) or not words:
        end = start + _WORD_BYTES
        while end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004 -- inside a character of several bytes
            end -= 1
        words.append(data[start:end])
        start = end
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in words)


def _message_id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(_clean(value)):
        raise ValueError("a Message-ID of ours must be of the form <left@right>")
    return value


def _well_formed(ids: Iterable[str]) -> list[str]:
    return [value for value in map(_clean, ids) if _MESSAGE_ID.fullmatch(value)]


def _thread(references: Sequence[str], parent: Sequence[str]) -> list[str]:
    """Return the ids of the thread, the parent last (RFC 5322 section 3.6.4), the middle of a long thread left out."""
    ids = list(dict.fromkeys(value for value in references if value not in parent)) + list(parent)
    return ids if len(ids) <= MOST_REFERENCES else ids[:1] + ids[1 - MOST_REFERENCES :]


# --- bodies -----------------------------------------------------------------------------------------------------------


def _alternative(letter: Letter) -> tuple[str, bytes]:
    return _multipart("alternative", [_text("plain", letter.text), _text("html", letter.html)])


def _part(headers: str, body: bytes) -> bytes:
    return headers.encode("ascii") + b"\r\n\r\n" + body


def _multipart(subtype: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
    """Return the Content-Type header and the body; the boundary follows from the parts, so that bytes are repeatable.

    "=_" stands in no base64 or quoted-printable text (RFC 2045 section 6.7): no part can hold the boundary.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    boundary = f"=_{digest.hexdigest()[:32]}"
    line = f"--{boundary}".encode("ascii")
    body = b"".join(b"%b\r\n%b\r\n" % (line, part) for part in parts) + line + b"--\r\n"
    return f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"', body


def _text(subtype: str, text: str) -> bytes:
    lines = _LINE_END.sub("\n", text) if "\r" in text else text
    data = (lines.removesuffix("\n") + "\n").replace("\n", "\r\n").encode()
    headers = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: "
    if len(data.translate(None, _ASCII)) * _MORE_ASCII > len(data):
        return _part(headers + "base64", _base64_lines(data))
    return _part(headers + "quoted-printable", _quoted_printable(data))


_ASCII = bytes(range(128))


def _quoted_printable(data: bytes) -> bytes:
    """Return `data` quoted, with no line that a mailbox file takes for the start of a mail ("From ")."""
    return (b"\r\n" + b2a_qp(data)).replace(b"\r\nFrom ", b"\r\n=46rom=\r\n ")[2:]


def _base64_lines(data: bytes) -> bytes:
    encoded = b64encode(data)
    return b"\r\n".join([encoded[start : start + 76] for start in range(0, len(encoded), 76)]) + b"\r\n"


def _attachment(file: File) -> bytes:
    if not _MEDIA_TYPE.fullmatch(file.media_type):
        raise ValueError(f"the media type of an attached file must be like application/pdf, not {file.media_type!r}")
    headers = (
        f"Content-Type: {file.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment{_file_name(_clean(file.name))}"
    )
    return _part(headers, _base64_lines(file.content))


def _file_name(name: str) -> str:
    """Return the filename parameter, continued over lines where it is long (RFC 2231 sections 3 and 4)."""
    if re.fullmatch(r"[\w.-]{1,60}", name, re.ASCII):
        return f'; filename="{name}"'
    pieces = [""]
    for character in name:
        encoded = quote(character, safe="")
        if len(pieces[-1]) + len(encoded) > 50:  # noqa: PLR2004  # with its name, within 78 columns
            pieces.append("")
        pieces[-1] += encoded
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{pieces[0]}"
    first, *rest = pieces
    parts = [f"filename*0*=utf-8''{first}", *(f"filename*{number}*={piece}" for number, piece in enumerate(rest, 1))]
    return ";\r\n " + ";\r\n ".join(parts)
