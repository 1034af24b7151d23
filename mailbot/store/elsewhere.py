"""Where staff looked outside the database for one request, and what they found there."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.store.database import Handle


@dataclass(frozen=True, slots=True)
class LookedRow:
    """One look at one place; without a file nothing was found there."""

    request_id: int
    place: str
    file_name: str | None
    sha256: str | None
    looked_by: str
    looked_at: str


class Elsewhere:
    """The looks of all requests."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle

    def add(self, row: LookedRow) -> None:
        """Keep one look."""
        columns = {name: getattr(row, name) for name in LookedRow.__slots__}
        self._handle.insert("elsewhere", [columns])

    def of_request(self, request_id: int) -> list[LookedRow]:
        """The looks for one request, oldest first."""
        return [LookedRow(**row) for row in self._handle.found("elsewhere", {"request_id": request_id}, "looked_at")]
