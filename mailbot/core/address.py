"""Mail addresses as they are compared.

Stored addresses may be invalid by today's rules, so matching never validates: it trims, folds case and writes the
domain in its ASCII form (IDNA 2008, RFC 5891). Look-alikes stay different: the Kelvin sign is not a k.
"""

from __future__ import annotations

import re
import unicodedata

import idna

_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]{1,64}@[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]{1,253}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}


def normalise(address: str) -> str:
    """The form of `address` under which two addresses are the same: trimmed, case folded, IDNA A-labels.

    Plus tags stay. Total: what is no address at all comes back trimmed and folded.
    """
    local, at, domain = address.strip().rpartition("@")
    return _fold(local) + at + ascii_domain(domain)


def ascii_domain(domain: str) -> str:
    """`domain` in lower case with A-labels and no final dot; as it is where IDNA refuses it."""
    folded = _fold(domain).removesuffix(".").rstrip()
    if folded.isascii():
        return folded
    try:
        return idna.encode(folded).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return folded


def domain_of(address: str) -> str:
    """The domain of `address` in its ASCII form; empty where there is none."""
    return ascii_domain(address.strip().rpartition("@")[2]) if "@" in address else ""


def is_address(text: str) -> bool:
    """Whether `text` is one plain addr-spec: dot-atom or UTF-8 local part, host name as domain (RFC 5322, RFC 6532).

    Quoted local parts, address literals, comments and characters that nobody sees are refused: they are how one
    address is made to look like another.
    """
    if not _ADDRESS.fullmatch(text):
        return False
    local, _, domain = text.partition("@")
    if local.startswith(".") or local.endswith(".") or ".." in local or "=?" in local:
        return False
    if not text.isascii() and any(unicodedata.category(character) in _UNSEEN for character in text):
        return False
    return all(_LABEL.fullmatch(label) for label in ascii_domain(domain).split("."))


def _fold(text: str) -> str:
    """Lower case and NFC, except where either would turn a look-alike into the ASCII letter that it imitates."""
    if text.isascii():
        return text.lower()
    folded = "".join(_fold_character(character) for character in text)
    if any(_composed(character).isascii() != character.isascii() for character in folded):
        return folded
    return _composed(folded)


def _fold_character(character: str) -> str:
    lower = character.lower()
    return lower if lower.isascii() == character.isascii() else character


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
