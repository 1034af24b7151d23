"""When the clock of an ask stands: a stated doubt about identity is open (decree 2019-536 art. 77)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.store.database import Handle


@dataclass(frozen=True, slots=True)
class PauseRow:
    """One suspension of one ask; days are those of the organisation's time zone."""

    id: int
    request_id: int
    kind: str
    began: str  # YYYY-MM-DD
    ended: str | None
    days: int  # -1 while it is open

    @property
    def open(self) -> bool:
        """Whether the clock still stands."""
        return self.ended is None


class Pauses:
    """Suspensions, each with its first day and, once over, its length."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle

    def begin(self, request_id: int, kinds: Iterable[str], day: str) -> None:
        """The clock of these asks stands from `day` on."""
        rows = [{"request_id": request_id, "kind": kind, "began": day, "days": -1} for kind in kinds]
        self._handle.insert("pause", rows)

    def end(self, pause: PauseRow, day: str, days: int) -> bool:
        """It ended on `day` after `days`; whether it was still open."""
        return bool(self._handle.update("pause", {"id": pause.id, "days": -1}, {"ended": day, "days": days}))

    def of_requests(self, request_ids: Iterable[int]) -> dict[int, list[PauseRow]]:
        """All suspensions of requests, by request id, oldest first."""
        found: dict[int, list[PauseRow]] = {key: [] for key in request_ids}
        for row in self._handle.found("pause", {"request_id": list(found)}):
            found[row["request_id"]].append(PauseRow(**row))
        return found
