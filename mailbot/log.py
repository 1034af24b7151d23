"""One line an event on standard error, as `key=value` (logfmt), for the journal of systemd; never personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

_ALL = logging.getLogger("mailbot")
_PLAIN = re.compile(r"[!#-<>-~]+")  # ASCII that shows, but for quotes and =


class Log:
    """Tells events with their values."""

    def info(self, event: str, **told: object) -> None:
        """What went well."""
        _ALL.info(event, extra={"told": told})

    def warning(self, event: str, **told: object) -> None:
        """What the operator should look at."""
        _ALL.warning(event, extra={"told": told})

    def error(self, event: str, **told: object) -> None:
        """What went wrong here."""
        _ALL.error(event, extra={"told": told})


class _Logfmt(logging.Formatter):
    """A record as one line: timestamp, level, event, then its values."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        values = {"timestamp": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return " ".join(f"{key}={_value(value)}" for key, value in (values | record.__dict__.get("told", {})).items())


class _Errors(logging.StreamHandler):  # type: ignore[type-arg]  # whatever standard error is when a line is written
    """Standard error as it is when a line is written."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _value(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def to_standard_error() -> None:
    """Let events be told from now on; asked again it changes nothing."""
    if not _ALL.handlers:
        handler = _Errors()
        handler.setFormatter(_Logfmt())
        _ALL.addHandler(handler)
        _ALL.setLevel(logging.INFO)
        _ALL.propagate = False
