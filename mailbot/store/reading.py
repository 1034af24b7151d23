"""Kept messages on their way to be read: begun before they are, tried some times, then set aside for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from mailbot.core.moments import iso
from mailbot.store.database import Handle
from mailbot.store.rows import MessageRow

POISON = 3  # tries to handle one mail before it is set aside for staff
BEGUN = "begun "
"""What `because` of a kept message says while it is read, before the moment: if it still does, that killed us."""
LEASE = timedelta(minutes=1)
"""On PostgreSQL, how long other workers leave alone what one has begun: until it has claimed what it reads."""


def was_begun(row: MessageRow) -> bool:
    """Whether the reading of a message was begun and never ended: it, or one read with it, may have killed us."""
    return row.because.startswith(BEGUN)


class Reading:
    """The messages that nobody has read yet."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._message = handle.table("message")

    def waiting(self, limit: int, now: datetime) -> list[MessageRow]:
        """The oldest of them, on PostgreSQL without those that another worker has just begun."""
        message = self._message
        wanted = message.c.state == "stored"
        if self._handle.postgres:
            mark = message.c.because
            wanted &= ~((mark > f"{BEGUN}{iso(now - LEASE)}") & (mark <= f"{BEGUN}{iso(now + LEASE)}"))
        rows = self._handle.rows(message.select().where(wanted).order_by(message.c.id).limit(limit))
        return [MessageRow(**row) for row in rows]

    def begin(self, rows: Sequence[MessageRow], now: datetime) -> None:
        """Note that these are about to be read, one try more each; inside the caller's transaction."""
        for attempts, same in groupby(sorted(rows, key=_attempts), key=_attempts):
            columns = {"attempts": attempts + 1, "because": f"{BEGUN}{iso(now)}"}
            self._handle.update("message", {"id": [row.id for row in same], "state": "stored"}, columns)

    def claimed(self, rows: Sequence[MessageRow]) -> Sequence[MessageRow]:
        """Those of `rows` that are still to be read, on PostgreSQL locked: other workers skip them."""
        if not self._handle.postgres:
            return rows
        message = self._message
        wanted = message.c.id.in_([row.id for row in rows]) & (message.c.state == "stored")
        mine = {row["id"] for row in self._handle.rows(self._handle.locked(message.select(message.c.id).where(wanted)))}
        return [row for row in rows if row.id in mine]

    def put_back(self, rows: Sequence[MessageRow]) -> None:
        """These were not read after all, and no mail is to blame; inside the caller's transaction."""
        for row in rows:
            before = {"attempts": row.attempts, "because": row.because}
            self._handle.update("message", {"id": row.id, "state": "stored"}, before)

    def failed(self, row: MessageRow, told: Mapping[str, Any], *, at_once: bool = False) -> bool:
        """Count one failed try; after POISON of them the mail is set aside as unreadable for staff: whether it was.

        `told` are the columns that say why, and until when staff must look; `at_once`: do not wait for more tries.
        """
        state = "unreadable" if at_once or row.attempts + 1 >= POISON else row.state
        self._handle.update("message", {"id": row.id}, {"attempts": row.attempts + 1, "state": state, **told})
        return state != row.state


def _attempts(row: MessageRow) -> int:
    return row.attempts
