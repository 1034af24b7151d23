"""What is written in place of a value: nothing where the column may be empty, else a value that tells of nobody."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime

from mailbot.core.erasing.facts import HeldColumn, RowId
from mailbot.core.values import Scalar

_FLAG = re.compile(r"bool|tinyint\(1\)|bit\(1\)|enum|set\b")  # tells of nobody, and has no neutral value
_NUMBER = re.compile(r"(?:big|small|tiny|medium)?(?:int|serial)|dec|num|float|double|real|money")
_MOMENT = re.compile(r"datetime|timestamp")
_BYTES = re.compile(r"\w*blob|bytea|\w*binary|image")
_FIXED = (
    (re.compile(r"date"), date(2000, 1, 1)),
    (re.compile(r"time"), "00:00:00"),
    (re.compile(r"year"), 2000),
    (re.compile(r"uuid|uniqueidentifier"), "00000000-0000-0000-0000-000000000000"),
    (re.compile(r"json"), "{}"),
)
_TEXTS = {"email": "erased@erased.invalid", "phone": "0000000000"}  # RFC 2606: no such domain, no such number


class Keep(Exception):
    """The column stays as it is."""


class Unfit(ValueError):
    """The map asks for a value that the column cannot hold; the text says which column and why."""


def replacement(column: HeldColumn, row: RowId) -> Scalar:
    """The new value of `column` in `row`; always the same one. Raises Keep, Unfit."""
    rule = column.erase
    if rule is None:
        if column.structural or _FLAG.match(column.type):
            raise Keep
        rule = "null" if column.nullable else "anonymise"
    if rule == "keep":
        raise Keep
    if rule == "null":
        if not column.nullable:
            raise Unfit(f'column {column.name} cannot be NULL, as the data map has it: erase = "anonymise"')
        return None
    if rule == "empty":
        return 0 if _NUMBER.match(column.type) else _no_bytes(column) or ""
    return _neutral(column, row)


def _no_bytes(column: HeldColumn) -> Scalar:
    return b"" if _BYTES.match(column.type) else None


def _neutral(column: HeldColumn, row: RowId) -> Scalar:
    kind = column.type
    if _FLAG.match(kind):
        raise Keep
    if _NUMBER.match(kind):
        return int(_token(column, row), 16) % 2**31 if column.unique else 0
    if _MOMENT.match(kind):
        return datetime(2000, 1, 1, tzinfo=UTC) if "tz" in kind else datetime(2000, 1, 1)  # noqa: DTZ001 -- as stored
    if _BYTES.match(kind):
        return bytes.fromhex(_token(column, row)) if column.unique else b""
    for pattern, value in _FIXED:
        if pattern.match(kind):
            return value
    return _text(column, row)


def _text(column: HeldColumn, row: RowId) -> str:
    """A text that fits the column; where no two rows may hold the same, with a token of the row's own."""
    most = column.length or 200
    if not column.unique:
        text = _TEXTS.get(column.is_ or "", "erased")
        return text[-most:] if column.is_ == "email" else text[:most]
    token = _token(column, row)
    if column.is_ == "email":
        return f"erased-{token}@erased.invalid"[-most:]
    if column.is_ == "phone":
        return f"000{int(token, 16) % 10**9:09}"[-most:]
    return f"erased-{token}"[-most:]


def _token(column: HeldColumn, row: RowId) -> str:
    """16 hex signs of the row's key, which stays: they tell nothing new."""
    return hashlib.sha256(repr((column.name, *row)).encode()).hexdigest()[:16]
