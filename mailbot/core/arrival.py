"""When a mail arrived: the moment that the legal clock starts from, never its Date header."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mailbot.core.values import Mail

_BY = re.compile(r"\bby\s+([A-Za-z0-9._-]+)", re.IGNORECASE)


def arrived(received: datetime, mail: Mail, receivers: tuple[str, ...]) -> datetime:
    """The earlier of INTERNALDATE and the first trusted Received (the lowest written by a server of ours)."""
    moments = [received]
    trusted = {host.lower() for host in receivers}
    for line in mail.header("received"):
        host = _BY.search(line[:2000])
        if host is None or host.group(1).lower() not in trusted:
            break
        if (at := _date(line)) is not None:
            moments.append(at)
    return min(moments)


def _date(line: str) -> datetime | None:
    """The date after the last semicolon of a Received line (RFC 5321 section 4.4)."""
    try:
        at = parsedate_to_datetime(line.rpartition(";")[2].strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
