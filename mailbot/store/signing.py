"""The signed end of a year of the journal: who drops the year later cannot say that it ended otherwise.

Ed25519 (RFC 8032). The chain itself is not keyed, so that anybody can check it; a signature stands only where a year
ends, and what it says is checked with the public key alone.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Signer:
    """Signs the ends of years with a key derived from our secret one."""

    def __init__(self, key: bytes) -> None:
        """Take the secret of the key file (32 bytes)."""
        self._seed = hmac.new(key, b"end of a year\0", hashlib.sha256).digest()

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 -- heavy: loaded on first use
            Ed25519PrivateKey,
        )

        return Ed25519PrivateKey.from_private_bytes(self._seed)

    @cached_property
    def public(self) -> str:
        """The public key in hex (64 signs): told to the witness, put into evidence packs."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, year: int, n: int, h: str) -> str:
        """The signature in hex (128 signs) that `year` ended with entry `n`, whose hash is `h`."""
        return self._private.sign(statement(year, n, h)).hex()


def statement(year: int, n: int, h: str) -> bytes:
    """What is signed; documents/verify_evidence.py says the same."""
    return f"mailbot: the journal of {year} ends with entry {n}:{h}\n".encode("ascii")


def holds(public: str, signature: str, year: int, n: int, h: str) -> bool:
    """Whether the signature says just this, with this public key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- heavy: loaded on first use
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 -- as above

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), statement(year, n, h)
        )
    except (InvalidSignature, ValueError):
        return False
    return True
