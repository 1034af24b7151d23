"""What needs the organisation's secret key: thread tokens, short codes, digests. HMAC-SHA-256 (RFC 2104) throughout."""

from __future__ import annotations

import base64
import hashlib
import hmac

from mailbot.core.address import normalise

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V twins: people read it out on the phone
CODE_LENGTH = 8


def _mac(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def token(key: bytes, text: str) -> str:
    """A secret of 128 bits for `text`, as 26 lower-case letters and digits: it ties a reply to our mail."""
    return base64.b32encode(_mac(key, "thread", text)[:16]).decode().rstrip("=").lower()


def code(key: bytes, text: str) -> str:
    """A short code of CODE_LENGTH characters for people whose mail program drops the thread."""
    number = int.from_bytes(_mac(key, "code", text), "big")
    signs = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(_CODE))
        signs.append(_CODE[rest])
    return "".join(signs)


def password(key: bytes, text: str) -> str:
    """A password of 60 bits for `text` in three groups, to be told on the phone."""
    number = int.from_bytes(_mac(key, "password", text), "big")
    signs = ""
    for _ in range(12):
        number, rest = divmod(number, len(_CODE))
        signs += _CODE[rest]
    return "-".join((signs[:4], signs[4:8], signs[8:]))


def address_digest(key: bytes, address: str) -> str:
    """The keyed fingerprint of an address on the suppression list: tells whether one is on it, never which are."""
    return _mac(key, "suppression", normalise(address)).hex()


def value_digest(key: bytes, value: str) -> str:
    """The keyed fingerprint of a value for the journal: 16 hex signs."""
    return _mac(key, "value", value).hex()[:16]
