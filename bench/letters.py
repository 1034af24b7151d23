"""What the floors do to one mail: parse it and build its reply, by the standard library's comfort or in a hurry."""

from __future__ import annotations

import base64
import email
import email.policy
import html
import itertools
import re
from dataclasses import dataclass
from email.header import decode_header
from email.message import EmailMessage, Message
from email.utils import formatdate, make_msgid, parseaddr

from bench.mails import OWN

_TAG = re.compile(r"<(style|script).*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parts of a mail that a floor uses."""

    message_id: str
    sender: str
    subject: str
    date: str
    body: str


def parse_plainly(raw: bytes) -> Parsed:
    """A mail by `email.policy.default`."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    part = mail.get_body(("plain", "html"))
    body = part.get_content() if part else ""
    if part and part.get_content_subtype() == "html":
        body = html.unescape(_TAG.sub(" ", body))
    sender = mail["from"].addresses[0].addr_spec.lower()
    return Parsed(str(mail["message-id"]), sender, str(mail["subject"]), str(mail["date"]), body)


def build_plainly(mail: Parsed, text: str) -> bytes:
    """A reply by EmailMessage."""
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["From"] = OWN
    reply["To"] = mail.sender
    reply["Subject"] = f"Re: {mail.subject}"
    reply["Date"] = formatdate()
    reply["Message-ID"] = make_msgid(domain="bench.example")
    reply["In-Reply-To"] = reply["References"] = mail.message_id
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content(text)
    return reply.as_bytes()


def parse_fast(raw: bytes) -> Parsed:
    """A mail by the compat32 policy, its headers decoded only where they are encoded."""
    mail = email.message_from_bytes(raw)
    leaves = [part for part in mail.walk() if part.get_content_maintype() == "text" and part.get_filename() is None]
    part = next((leaf for leaf in leaves if leaf.get_content_subtype() == "plain"), leaves[0] if leaves else None)
    body = _decoded(part) if part else ""
    sender = parseaddr(mail["from"])[1].lower()
    return Parsed(mail["message-id"].strip(), sender, _header(mail["subject"]), mail["date"], body)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    text = payload.decode(part.get_content_charset() or "utf-8", "replace") if isinstance(payload, bytes) else ""
    return html.unescape(_TAG.sub(" ", text)) if part.get_content_subtype() == "html" else text


def _header(value: str) -> str:
    if "=?" not in value:
        return value.replace("\r\n", "").replace("\n", "")
    return "".join(
        word if isinstance(word, str) else word.decode(charset or "ascii", "replace")
        for word, charset in decode_header(value)
    )


def build_fast(mail: Parsed, text: str) -> bytes:
    """A reply from a string."""
    body = base64.encodebytes(text.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    head = (
        f"From: {OWN}\r\nTo: {mail.sender}\r\nSubject: {_encoded(f'Re: {mail.subject}')}\r\nDate: {formatdate()}\r\n"
        f"Message-ID: <{id(_numbers):x}.{next(_numbers)}@bench.example>\r\n"
        f"In-Reply-To: {mail.message_id}\r\nReferences: {mail.message_id}\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + body


def _encoded(text: str) -> str:
    """A header's value, as encoded words of twelve characters where need be (RFC 2047 section 2: 75 octets at most)."""
    if text.isascii():
        return text
    words = [text[start : start + 12].encode() for start in range(0, len(text), 12)]
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)
