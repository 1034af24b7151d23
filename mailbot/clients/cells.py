"""Values of the client database as the values that mailbot knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial

from mailbot.core.values import Scalar

_DATES = ("date",)
_MOMENTS = ("datetime", "timestamp")
_FIXED = re.compile(r"(?:decimal|numeric)\s*\(\s*\d+\s*,\s*(\d+)\s*\)")
_FLAGS = ("bool", "tinyint(1)", "bit(1)")


def scalar(value: object, declared: str = "") -> Scalar:
    """A driver's value of a column declared as `declared` (lower case); what we have no type for becomes text."""
    if declared.startswith(_FLAGS) and value in {0, 1, b"\x00", b"\x01"}:
        return value in {1, b"\x01"}
    if isinstance(value, str):
        return _moment(value, declared)
    if isinstance(value, float | int) and (places := _FIXED.match(declared)):
        return f"{value:.{places[1]}f}"  # SQLite has no decimals of its own
    if value is None or isinstance(value, bool | int | float | bytes | date):
        return value
    return bytes(value) if isinstance(value, bytearray | memoryview) else _written(value)


@lru_cache(maxsize=1024)
def reader(declared: str) -> Callable[[object], Scalar]:
    """As scalar(), for many values of one column: what needs no change costs next to nothing."""
    if declared.startswith((*_FLAGS, *_DATES, *_MOMENTS)) or _FIXED.match(declared):
        return partial(scalar, declared=declared)
    return _plain


def _plain(value: object) -> Scalar:
    return value if isinstance(value, str | int | float) or value is None else scalar(value)


def _written(value: object) -> str:
    """A value that we have no type for, as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _moment(text: str, declared: str) -> Scalar:
    """SQLite keeps dates as text: read them where the column says so."""
    try:
        if declared.startswith(_MOMENTS):
            return datetime.fromisoformat(text)
        if declared.startswith(_DATES):
            return date.fromisoformat(text)
    except ValueError:
        return text
    return text
