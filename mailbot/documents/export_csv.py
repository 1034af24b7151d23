"""What a person provided, for other programs (GDPR art. 20): a CSV a holding, which no spreadsheet runs."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from mailbot.core.values import HoldingData, Scalar

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@\t\r|%]")
_NUMBER = re.compile(r"[+-]?\d[\d .()/-]*")  # a number or a phone: no program runs it
_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def csv_name(holding: HoldingData) -> str:
    """The name of its file."""
    return f"{_ODD.sub('_', holding.name) or 'data'}.csv"


def csv_parts(holding: HoldingData) -> Iterator[bytes]:
    """The file piece by piece (RFC 4180, UTF-8 with its mark, which spreadsheets look for)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow([_harmless(column.title) for column in holding.columns])
    for row in holding.rows:
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue().encode(errors="replace")
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode(errors="replace")


def _cell(value: Scalar) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case date():  # and datetime
            return value.isoformat()
    return _harmless(value.replace("\x00", ""))


def _harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
