"""Counts over months: what was asked, how long answers took, how often a reading was corrected."""

from __future__ import annotations

from mailbot.store.database import Handle, Row

_ANSWERED = "EXISTS (SELECT 1 FROM ask a WHERE a.request_id = r.id AND a.status || '' IN ('done', 'partly', 'refused'))"


class Measures:
    """Aggregates only: nothing here names a person or a request."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle

    def asked(self, since: str) -> list[Row]:
        """How often each kind was asked in each month: month (YYYY-MM), kind, n."""
        return self._handle.query(
            "SELECT substr(r.arrived, 1, 7) AS month, a.kind, COUNT(*) AS n FROM ask a"
            " JOIN request r ON r.id = a.request_id WHERE r.arrived >= ? GROUP BY 1, 2 ORDER BY 1, 2",
            [since],
        )

    def answered(self, since: str) -> list[Row]:
        """Answered requests by day of arrival, day of closing and legal end: arrived, closed, legal_end, n."""
        return self._handle.query(
            "SELECT substr(r.arrived, 1, 10) AS arrived, substr(r.closed_at, 1, 10) AS closed, r.legal_end,"  # noqa: S608 -- our own
            f" COUNT(*) AS n FROM request r WHERE r.closed_at IS NOT NULL AND r.arrived >= ? AND {_ANSWERED}"
            " GROUP BY 1, 2, 3",
            [since],
        )

    def read(self, since: str) -> list[Row]:
        """Requests that came by mail, and those whose reading staff corrected, by month: month, n, corrected."""
        return self._handle.query(
            "SELECT substr(r.arrived, 1, 7) AS month, COUNT(*) AS n, COUNT(e.message_id) AS corrected FROM request r"
            " LEFT JOIN example e ON e.message_id = r.message_id WHERE r.arrived >= ? AND r.channel = 'mail'"
            " GROUP BY 1 ORDER BY 1",
            [since],
        )
