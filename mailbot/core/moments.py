"""Moments as text: ISO 8601 in UTC with microseconds, so that text order is time order on every database."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """`moment` (aware) as UTC text, always 32 characters; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        message = "a moment needs a time zone"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The aware moment of a text made by iso()."""
    return datetime.fromisoformat(text)
