"""Mails to our own people on their way out. Unlike replies they are sent again when in doubt: twice harms nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailbot.core.moments import iso, moment
from mailbot.core.status import transition
from mailbot.store.database import Handle, Row
from mailbot.store.outbox import LEASE


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One mail to staff or witness."""

    id: int
    kind: str  # alarm digest witness
    about: str  # what it tells, once for each recipient
    recipient: str
    status: str  # along the table of replies in core/status.py
    message_id: str
    raw_sha256: str
    dated: str | None
    attempts: int
    next_try: str
    sent_at: str | None
    because: str
    created_at: str


class Notices:
    """Alarms, digests and heads: bytes and Message-ID fixed when they are raised."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._notice = handle.table("notice")

    def add(self, rows: Sequence[Row]) -> None:
        """Insert notices (columns of NoticeRow without id)."""
        self._handle.insert("notice", rows)

    def told(self, about: str) -> set[str]:
        """Who is told this already, or about to be."""
        return {row["recipient"] for row in self._handle.found("notice", {"about": about})}

    def claim(self, now: str, limit: int) -> list[NoticeRow]:
        """Take up to `limit` due notices into `sending`, inside the caller's transaction.

        Those that a dead worker left in `sending` count as due when their lease is over.
        """
        notice = self._notice
        due = notice.c.status.in_(["waiting", "deferred", "sending"]) & (notice.c.next_try <= now)
        query = self._handle.locked(notice.select().where(due).order_by(notice.c.next_try, notice.c.id).limit(limit))
        rows = [NoticeRow(**row) for row in self._handle.rows(query)]
        lease = iso(moment(now) + LEASE)
        taken = [replace(row, status="sending", attempts=row.attempts + 1, dated=row.dated or now) for row in rows]
        for row in taken:
            columns = {"status": "sending", "attempts": row.attempts, "dated": row.dated, "next_try": lease}
            self._handle.update("notice", {"id": row.id}, columns)
        return taken

    def record(self, row: NoticeRow, event: str, **columns: Any) -> None:  # noqa: ANN401 -- columns of NoticeRow
        """Write what a try brought; raises IllegalTransition for an event that the table of replies does not allow."""
        target = transition("reply", row.status, event).target
        self._handle.update("notice", {"id": row.id}, {"status": target, **columns})

    def by_message_ids(self, message_ids: Iterable[str]) -> list[NoticeRow]:
        """The notices that bear one of these Message-IDs."""
        return self._found(self._notice.c.message_id.in_(list(message_ids)))

    def of_kind(self, kind: str) -> list[NoticeRow]:
        """All notices of one kind, oldest first."""
        return self._found(self._notice.c.kind == kind)

    def unsent(self, late: str, since: str) -> list[NoticeRow]:
        """Of those made after `since`: the failed ones, and those that were to leave before `late` and did not."""
        notice = self._notice
        waits = notice.c.status.in_(["waiting", "deferred", "sending"]) & (notice.c.created_at < late)
        return self._found((notice.c.created_at > since) & ((notice.c.status == "failed") | waits))

    def _found(self, wanted: Any) -> list[NoticeRow]:  # noqa: ANN401 -- a peewee expression
        query = self._notice.select().where(wanted).order_by(self._notice.c.id)
        return [NoticeRow(**row) for row in self._handle.rows(query)]
