"""Releases: the unit of approval. A state changes only along the table of core/status.py, and only once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from mailbot.core.moments import iso, moment
from mailbot.core.status import RELEASE_OVER, targets
from mailbot.store.database import Handle, Row
from mailbot.store.requests import Conflict
from mailbot.store.rows import ReleaseRow


class Releases:
    """What waits for a yes, and what became of it."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._release = handle.table("release")

    def add(self, rows: Sequence[Row]) -> dict[tuple[int, int], int]:
        """Insert releases (columns of ReleaseRow without id); ids by (request_id, n)."""
        return self._handle.insert_pairs("release", rows, ("request_id", "n"))

    def next_n(self, request_id: int) -> int:
        """The number of the next release of a request, from 1."""
        return max((row.n for row in self.of_requests([request_id])[request_id]), default=0) + 1

    def get(self, release_id: int) -> ReleaseRow:
        """One release by id; raises IndexError."""
        return ReleaseRow(**self._handle.found("release", {"id": release_id})[0])

    def many(self, ids: Iterable[int]) -> dict[int, ReleaseRow]:
        """Several releases by id."""
        rows = self._handle.found("release", {"id": list(ids)}, "request_id, n")
        return {row["id"]: ReleaseRow(**row) for row in rows}

    def of_requests(self, request_ids: Iterable[int]) -> dict[int, list[ReleaseRow]]:
        """The releases of requests, by request id, in order."""
        found: dict[int, list[ReleaseRow]] = {key: [] for key in request_ids}
        for row in self._handle.found("release", {"request_id": list(found)}, "n"):
            found[row["request_id"]].append(ReleaseRow(**row))
        return found

    def approved(self, now: str, limit: int) -> list[ReleaseRow]:
        """Approved releases whose undo delay is over, oldest first, claimed for this transaction."""
        release = self._release
        due = release.c.perform_after.is_null() | (release.c.perform_after <= now)
        query = release.select().where((release.c.status == "approved") & due).order_by(release.c.id).limit(limit)
        return [ReleaseRow(**row) for row in self._handle.rows(self._handle.locked(query))]

    def abandoned(self, now: str) -> list[ReleaseRow]:
        """Releases left between intent and outcome by a worker that is gone: all on SQLite, which has one worker."""
        until = self._release.c.perform_after  # further ahead than any lease: set by a clock that was wrong
        over = (until <= now) | (until > iso(moment(now) + timedelta(hours=1)))
        found = self._release.c.status == "performing"
        return self._found(found & over if self._handle.postgres else found)

    def in_state(self, state: str) -> list[ReleaseRow]:
        """All releases in one state, oldest first."""
        return self._found(self._release.c.status == state)

    def move(self, ids: Iterable[int], *events: str, **columns: Any) -> None:  # noqa: ANN401 -- columns of ReleaseRow
        """Let events happen to releases, in order, inside the caller's transaction, unwritten if Conflict is raised.

        Raises Conflict if one is in no state that allows them: somebody else was faster.
        """
        wanted = list(ids)
        moved = sum(
            self._handle.update("release", {"id": wanted, "status": source}, {**columns, "status": target})
            for source, target in _led(events).items()
        )
        if moved != len(wanted):
            raise Conflict("this release is no longer in the state it was shown in: look again with `mailbot queue`")

    def rewrite(self, release_id: int, **columns: Any) -> None:  # noqa: ANN401 -- columns of ReleaseRow
        """Write other columns than the state of a planned release; raises Conflict if it is planned no longer."""
        release = self._release
        values = {getattr(release.c, name): value for name, value in columns.items()}
        hit = (release.c.id == release_id) & (release.c.status == "planned")
        if not release.update(values).where(hit).execute():
            raise Conflict("this release is no longer waiting: look again with `mailbot queue`")

    def busy(self, request_ids: Iterable[int]) -> set[int]:
        """Which of these requests have a release that is not over."""
        wanted = list(request_ids)
        marks = ", ".join("?" * len(wanted)) or "NULL"
        sql = f"SELECT request_id, status FROM release WHERE request_id IN ({marks})"  # noqa: S608 -- marks
        return {row["request_id"] for row in self._handle.query(sql, wanted) if row["status"] not in RELEASE_OVER}

    def counts(self) -> dict[str, int]:
        """How many releases are in each state."""
        return self._handle.counts("release", "status")

    def _found(self, wanted: Any) -> list[ReleaseRow]:  # noqa: ANN401 -- a peewee expression
        query = self._release.select().where(wanted).order_by(self._release.c.request_id, self._release.c.n)
        return [ReleaseRow(**row) for row in self._handle.rows(query)]


def _led(events: Sequence[str]) -> dict[str, str]:
    """Where all the events together lead from each state that they may happen in."""
    ways = dict(targets("release", events[0]))
    for event in events[1:]:
        after = targets("release", event)
        ways = {source: after[target] for source, target in ways.items() if target in after}
    return ways
