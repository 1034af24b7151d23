"""One request as the evidence pack tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one request, as values; `record` is what JSON can say of it (see docs/journal.md)."""

    company: str
    language: str
    made: datetime
    since: int  # the first entry of the journal's part
    record: Mapping[str, Any]
    files: Mapping[str, bytes]  # mails and approvals, by their names in the pack
