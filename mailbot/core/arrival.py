"""When a mail arrived: the moment that the legal clock starts from, never its Date header."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mailbot.core.values import Mail

_BY = re.compile(r"\bby\s+([A-Za-z0-9._-]+)", re.IGNORECASE)


EARLIEST = datetime(2018, 5, 25, tzinfo=UTC)
"""When the GDPR began to apply (art. 99(2)): a server that says earlier has lost its clock, and no limit ran before."""


def plausible(said: datetime, kept: datetime) -> datetime:
    """What a server said of an arrival, within reason: not before EARLIEST, not after the moment we kept the mail."""
    return max(min(said, kept), EARLIEST)


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
    return max(min(moments), EARLIEST)


def _date(line: str) -> datetime | None:
    """The date after the last semicolon of a Received line (RFC 5321 section 4.4)."""
    try:
        at = parsedate_to_datetime(line.rpartition(";")[2].strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
