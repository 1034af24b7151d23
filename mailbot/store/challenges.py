"""Questions put to the address on file: single use, expiring, tries limited (rule 5 of the rules that never bend)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mailbot.core.moments import iso
from mailbot.store.database import Handle, Row
from mailbot.store.rows import ChallengeRow


class Challenges:
    """What was asked, and how it ended."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._challenge = handle.table("challenge")

    def add(self, rows: Sequence[Row]) -> None:
        """Insert challenges (columns of ChallengeRow without id)."""
        self._handle.insert("challenge", rows)

    def open_for(self, message_ids: Iterable[str], senders: Iterable[str]) -> list[ChallengeRow]:
        """The open challenges with one of these Message-IDs, or put to one of these addresses; oldest first."""
        challenge = self._challenge
        hit = challenge.c.message_id.in_(list(message_ids)) | challenge.c.address.in_(list(senders))
        query = challenge.select().where(hit & challenge.c.ended_at.is_null()).order_by(challenge.c.id)
        return [ChallengeRow(**row) for row in self._handle.rows(query)]

    def still_open(self, rows: Iterable[ChallengeRow]) -> list[ChallengeRow]:
        """Those of these that nothing ended meanwhile, as they are now; oldest first."""
        challenge = self._challenge
        hit = challenge.c.id.in_([row.id for row in rows]) & challenge.c.ended_at.is_null()
        return [
            ChallengeRow(**row) for row in self._handle.rows(challenge.select().where(hit).order_by(challenge.c.id))
        ]

    def due(self, now: datetime, reminders: Sequence[timedelta]) -> list[ChallengeRow]:
        """The first open challenge of each request whose person did not answer in time, or is to be asked again.

        `reminders`: how long after the question left it is put again, for the first time, the second, …
        """
        again = " OR ".join(["(asked.times = ? AND reply.sent_at <= ?)"] * len(reminders))
        sql = f"""
            SELECT challenge.* FROM challenge
            JOIN (SELECT MIN(id) AS first, COUNT(*) AS times FROM challenge WHERE ended_at IS NULL GROUP BY request_id)
              AS asked ON asked.first = challenge.id
            LEFT JOIN reply ON reply.release_id = challenge.release_id AND reply.status = 'sent'
            WHERE challenge.expires < ? OR {again} ORDER BY challenge.request_id
        """  # noqa: S608 -- only marks are put in
        bound = [value for times, after in enumerate(reminders, 1) for value in (times, iso(now - after))]
        return [ChallengeRow(**row) for row in self._handle.query(sql, [iso(now), *bound])]

    def end_all(self, request_id: int, how: str, at: str) -> None:
        """Close all open challenges of a request."""
        for row in self.of_request(request_id):
            self.end(row.id, how, at)

    def of_request(self, request_id: int) -> list[ChallengeRow]:
        """The challenges of one request, oldest first."""
        challenge = self._challenge
        query = challenge.select().where(challenge.c.request_id == request_id).order_by(challenge.c.id)
        return [ChallengeRow(**row) for row in self._handle.rows(query)]

    def end(self, challenge_id: int, how: str, at: str) -> None:
        """Close a challenge; it can never be used again, and how it ended first stays."""
        challenge = self._challenge
        values = {challenge.c.ended_at: at, challenge.c.ended: how}
        challenge.update(values).where((challenge.c.id == challenge_id) & challenge.c.ended_at.is_null()).execute()

    def tried(self, challenge_id: int) -> None:
        """Count one answer that did not settle it."""
        values = {self._challenge.c.tries: self._challenge.c.tries + 1}
        self._challenge.update(values).where(self._challenge.c.id == challenge_id).execute()
