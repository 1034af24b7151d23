"""Text that only the holder of our key reads: what people wish for after their death."""

from __future__ import annotations

import base64
import hashlib
import hmac

_MARK = "sealed:"


class BrokenSeal(Exception):
    """A sealed text was changed, or sealed with another key."""


def sealed(key: bytes, text: str) -> str:
    """The text sealed with a key derived from `key` (AES-128-CBC with HMAC-SHA-256: Fernet)."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 -- heavy: loaded on first use only

    return _MARK + Fernet(_derived(key)).encrypt(text.encode()).decode("ascii")


def opened(key: bytes, stored: str) -> str:
    """The text that sealed() was given; a text stored before there were seals as it is. Raises BrokenSeal."""
    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 -- as above

    if not stored.startswith(_MARK):
        return stored
    try:
        return Fernet(_derived(key)).decrypt(stored.removeprefix(_MARK).encode("ascii")).decode()
    except InvalidToken as fault:
        raise BrokenSeal("the sealed text was changed, or another key file is in use") from fault


def _derived(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hmac.new(key, b"sealing\0", hashlib.sha256).digest())
