"""When two values of a client database are the same, whatever a database makes of them on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from mailbot.core.values import Scalar


def same(one: Scalar, other: Scalar) -> bool:
    """Whether two values are one: NULL is NULL, a date is its ISO text, true is 1, 0 is 0.00."""
    if one == other:
        return True
    if one is None or other is None:
        return False
    return _plain(one) == _plain(other) or _equal_numbers(one, other)


def alike(one: Scalar, other: Scalar) -> bool:
    """Whether two values differ at most by case and blanks, as a normalising database writes them."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return same(one, other)


def digest(values: Sequence[Scalar]) -> str:
    """32 hex signs that tell whether the values of a row are still those that were seen."""
    return hashlib.sha256(repr(tuple(values)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _equal_numbers(one: Scalar, other: Scalar) -> bool:
    """Whether a number is the text of a decimal; two texts are compared as texts."""
    if isinstance(one, str) == isinstance(other, str):
        return False
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False
