"""Replies on their way out. A reply in `sending` is never taken over: after a crash it is uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mailbot.core.moments import iso, moment
from mailbot.core.retry import LONGEST
from mailbot.core.status import ReplyState, transition
from mailbot.store.database import Handle, Row
from mailbot.store.requests import Conflict
from mailbot.store.rows import ReplyRow

LEASE = timedelta(minutes=20)
"""Longer than any server may take to answer a mail (RFC 5321 section 4.5.3.2: ten minutes)."""


_DUE = f"""SELECT {", ".join(f"reply.{name}" for name in ReplyRow.__slots__)}
FROM reply JOIN release ON release.id = reply.release_id
WHERE reply.status IN (?, ?) AND (reply.next_try <= ? OR reply.next_try > ?) AND release.status = 'performed'
ORDER BY reply.status DESC, reply.next_try, reply.id LIMIT ?"""  # noqa: S608 -- names of our own; ordered as the index
_SKIPPING = " FOR UPDATE OF reply SKIP LOCKED"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try brought: the event of the reply's table and the columns that go with it."""

    reply: ReplyRow
    event: str
    columns: Mapping[str, Any]


class Outbox:
    """Outgoing mails, bytes and Message-ID fixed before the first try."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._reply = handle.table("reply")

    def add(self, rows: Sequence[Row]) -> None:
        """Insert replies (columns of ReplyRow without id)."""
        self._handle.insert("reply", rows)

    def claim(self, now: str, limit: int, dated: str) -> list[ReplyRow]:
        """Take up to `limit` due replies whose release is performed into `sending`, inside the caller's transaction.

        Those never tried come first, then the oldest: what is put off again and again holds up nothing. A time further
        ahead than any pause was set by a clock that was wrong: it is due.
        """
        states = [str(ReplyState.WAITING), str(ReplyState.DEFERRED)]
        bound = [*states, now, iso(moment(now) + 2 * LONGEST), limit]
        due = _DUE + (_SKIPPING if self._handle.postgres else "")
        rows = [ReplyRow(**row) for row in self._handle.query(due, bound)]
        lease = iso(moment(now) + LEASE)  # until when the worker that took it may still be at it
        for row in rows:
            taken = {"status": "sending", "attempts": row.attempts + 1, "dated": row.dated or dated, "next_try": lease}
            self._handle.update("reply", {"id": row.id}, taken)
        return [replace(row, status="sending", attempts=row.attempts + 1, dated=row.dated or dated) for row in rows]

    def record(self, tries: Iterable[Tried]) -> None:
        """Write what tries brought, inside the caller's transaction.

        Raises IllegalTransition for an event that the table does not allow, Conflict if a reply is no longer in the
        state that it was read in: of two who settle one uncertain mail, the second must look again.
        """
        for tried in tries:
            target = transition("reply", tried.reply.status, tried.event).target
            shown = {"id": tried.reply.id, "status": tried.reply.status}
            if not self._handle.update("reply", shown, {"status": target, **tried.columns}):
                raise Conflict("this mail is no longer in the state it was shown in: look again with `mailbot queue`")

    def drop(self, release_id: int) -> None:
        """Forget the mail of a release that became stale before anything was tried."""
        reply = self._reply
        reply.delete().where((reply.c.release_id == release_id) & (reply.c.status == ReplyState.WAITING)).execute()

    def in_state(self, state: str) -> list[ReplyRow]:
        """All replies in one state."""
        return self._found(self._reply.c.status == state)

    def abandoned(self, now: str) -> list[ReplyRow]:
        """Replies in `sending` that no living worker can be at: all on SQLite, whose one worker asks this at start."""
        until = self._reply.c.next_try  # further ahead than any lease: set by a clock that was wrong
        over = (until <= now) | (until > iso(moment(now) + 2 * LEASE))
        found = self._reply.c.status == "sending"
        return self._found(found & over if self._handle.postgres else found)

    def get(self, reply_id: int) -> ReplyRow:
        """One reply by id; raises IndexError."""
        return self._found(self._reply.c.id == reply_id)[0]

    def of_releases(self, release_ids: Iterable[int]) -> dict[int, ReplyRow]:
        """The reply of each release that has one."""
        rows = self._handle.found("reply", {"release_id": list(release_ids)})
        return {row["release_id"]: ReplyRow(**row) for row in rows}

    def by_message_ids(self, message_ids: Iterable[str]) -> list[ReplyRow]:
        """The replies that bear one of these Message-IDs."""
        wanted = list(message_ids)
        return self._found(self._reply.c.message_id.in_(wanted)) if wanted else []

    def to_file(self, limit: int) -> list[ReplyRow]:
        """Sent replies whose copy is not in the Sent folder yet."""
        wanted = (self._reply.c.status == "sent") & (self._reply.c.filed == 0)
        return self._found(wanted, limit)

    def filed(self, ids: Iterable[int]) -> None:
        """The copy is filed (or need not be)."""
        self._reply.update({self._reply.c.filed: 1}).where(self._reply.c.id.in_(list(ids))).execute()

    def sent_since(self, recipients: Iterable[str], since: str) -> dict[str, int]:
        """How many mails went (or are to go) to each recipient since a moment."""
        wanted = list(recipients)
        marks = ", ".join("?" * len(wanted)) or "NULL"
        sql = (
            f"SELECT recipient, COUNT(*) AS n FROM reply WHERE recipient IN ({marks}) AND next_try >= ?"  # noqa: S608 -- marks
            " GROUP BY recipient"
        )
        return {row["recipient"]: row["n"] for row in self._handle.query(sql, [*wanted, since])}

    def next_due(self) -> str | None:
        """When the earliest waiting or deferred reply is due, or None."""
        wanted = self._reply.c.status.in_(["waiting", "deferred"])
        row = self._handle.one(self._reply.select().where(wanted).order_by(self._reply.c.next_try))
        return row["next_try"] if row else None

    def counts(self) -> dict[str, int]:
        """How many replies are in each state."""
        return self._handle.counts("reply", "status")

    def _found(self, wanted: Any, limit: int | None = None) -> list[ReplyRow]:  # noqa: ANN401 -- a peewee expression
        query = self._reply.select().where(wanted).order_by(self._reply.c.id)
        return [ReplyRow(**row) for row in self._handle.rows(query.limit(limit) if limit else query)]
