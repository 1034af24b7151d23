"""Values of the client database as the values that mailbot knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeAlias, cast

from mailbot.core.values import Scalar

Cells: TypeAlias = Sequence[object]

_DATES = ("date",)
_MOMENTS = ("datetime", "timestamp")
_FIXED = re.compile(r"(?:decimal|numeric)\s*\(\s*\d+\s*,\s*(\d+)\s*\)")
_READY = {str, int, float, bool, bytes, date, datetime, type(None)}
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
def reader(declared: str) -> Callable[[Cells], Iterable[Scalar]]:
    """As scalar(), for all values of one column at once: what needs no change costs next to nothing."""
    each = partial(map, partial(scalar, declared=declared))
    if declared.startswith(_FLAGS):
        return each
    if declared.startswith((*_DATES, *_MOMENTS)):
        moment = datetime if declared.startswith(_MOMENTS) else date
        return partial(_read, each, _READY - {str}, {str}, moment.fromisoformat)
    if places := _FIXED.match(declared):
        return partial(_read, each, _READY - {bool, int, float}, {int, float}, f"{{:.{places[1]}f}}".format)
    return partial(_read, each, _READY, {Decimal}, "{:f}".format)


def typed(rows: Sequence[Cells], declared: Sequence[str]) -> Iterable[tuple[Scalar, ...]]:
    """The first `len(declared)` values of each row as scalar() gives them; read a column at a time."""
    if not declared:
        return [()] * len(rows)
    columns = zip(*rows, strict=True)
    return zip(*(reader(one)(column) for one, column in zip(declared, columns, strict=False)), strict=True)


def _read(
    each: Callable[[Cells], Iterable[Scalar]],
    ready: set[type],
    kinds: set[type],
    read: Callable[[Any], Scalar],
    column: Cells,
) -> Iterable[Scalar]:
    """The values of `column`: as they are where all are `ready`, through `read` where all are of `kinds` or empty."""
    seen = set(map(type, column))
    if seen <= ready:
        return cast("Sequence[Scalar]", column)
    if seen <= kinds:
        with suppress(ValueError):
            return list(map(read, column))
    elif seen - {type(None)} <= kinds:
        with suppress(ValueError):
            return [value if value is None else read(value) for value in column]
    return each(column)


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
