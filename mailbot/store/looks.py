"""Who looked at personal data: kept apart from the journal, and for a year at most ([retention] access_log)."""

from __future__ import annotations

from mailbot.store.database import Handle, Row


class Looks:
    """The access log."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._looked = handle.table("looked")

    def note(self, name: str, page: str, what: str | None, now: str) -> None:
        """Somebody saw this page about this request or message."""
        self._handle.insert("looked", [{"at": now, "name": name, "page": page, "what": what}])

    def latest(self, limit: int, what: str | None = None, before: int | None = None) -> list[Row]:
        """The last looks, newest first: all, or those at one request or message; `before` an id, for the next page."""
        looked = self._looked
        query = looked.select()
        if what is not None:
            query = query.where(looked.c.what == what)
        if before is not None:
            query = query.where(looked.c.id < before)
        return self._handle.rows(query.order_by(looked.c.id.desc()).limit(limit))

    def purge(self, before: str) -> int:
        """Forget looks from before then; how many."""
        return int(self._looked.delete().where(self._looked.c.at < before).execute())
