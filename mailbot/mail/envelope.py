"""The envelope of one mail: addresses safe on an SMTP command line, and what the server must know to carry the mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna

_LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f<>()\[\]\\,;:@\"]{1,64}")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.IGNORECASE)


class Unsendable(Exception):
    """This mail can never be sent as it is; the text tells why without an address."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail ready for SMTP: `sender` and `recipient` as they stand in MAIL and RCPT, without their brackets."""

    sender: str  # "" = the null return path
    recipient: str
    raw: bytes  # lines end in CRLF, the last one too

    def dotted(self) -> bytes:
        """The mail as it follows DATA: leading dots doubled, and the line that ends it (RFC 5321 section 4.5.2)."""
        raw = self.raw.replace(b"\r\n.", b"\r\n..")
        return (b"." if raw.startswith(b".") else b"") + raw + b".\r\n"

    def options(self, offered: frozenset[str]) -> list[bytes]:
        """The parameters of MAIL, where the server offers the extensions `offered` (lower case).

        SIZE (RFC 1870), BODY=8BITMIME (RFC 6152) and SMTPUTF8 (RFC 6531) as the mail needs them. Raises Unsendable if
        it needs one that the server does not have.
        """
        options = [b"SIZE=%d" % len(self.raw)] if "size" in offered else []
        if not self.raw.isascii():
            _require("8bitmime", offered, "the mail has 8-bit bytes")
            options.append(b"BODY=8BITMIME")
        header = self.raw.partition(b"\r\n\r\n")[0]
        if not (self.sender.isascii() and self.recipient.isascii() and header.isascii()):
            _require("smtputf8", offered, "an address or header is not ASCII")
            options.append(b"SMTPUTF8")
        return options


def envelope(sender: str, recipient: str, raw: bytes) -> Envelope:
    """An envelope from stored addresses; `sender` may be empty. Domains become ASCII (IDNA 2008).

    Raises Unsendable for an address that SMTP could read otherwise than meant: line ends, blanks, brackets, quotes.
    """
    own = _address(sender, "sender") if sender else ""
    return Envelope(own, _address(recipient, "recipient"), _with_crlf(raw))


def _address(address: str, which: str) -> str:
    """`address` in the form for SMTP (RFC 5321 section 4.1.2, without quoted local parts and address literals)."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise Unsendable(f"the {which}'s domain is not valid") from error
    if not (_LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain) and len(address) <= _LONGEST):
        raise Unsendable(f"the {which}'s address is not valid")
    return f"{local}@{ascii_domain}"


_LONGEST = 254
"""Characters of an address (RFC 5321 section 4.5.3.1.3, less the brackets)."""


def _with_crlf(raw: bytes) -> bytes:
    """`raw` with CRLF at the end of every line: a lone CR or LF may not be sent (RFC 5321 section 2.3.8)."""
    if not raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n"):
        raw = _LINE_END.sub(b"\r\n", raw)
    return raw if raw.endswith(b"\r\n") else raw + b"\r\n"


def _require(extension: str, offered: frozenset[str], why: str) -> None:
    if extension not in offered:
        raise Unsendable(f"{why} and the server does not take that ({extension.upper()})")


def without_addresses(line: str, envelope: Envelope | None) -> str:
    """A server's answer as one line fit for a log: what may be an address, or its local part, becomes an ellipsis."""
    if envelope is not None:
        for address in (envelope.sender, envelope.recipient):
            local = address.partition("@")[0]
            line = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "…", line, flags=re.IGNORECASE) if local else line
    line = re.sub(r"<[^>]*>?|\S*@\S*", "…", line)
    return " ".join(line.split())[:_LINE]


_LINE = 200
"""Characters that are kept of a server's answer."""
