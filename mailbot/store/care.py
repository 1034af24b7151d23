"""What staff add to the path's own rows: who deals with a request, earlier words of a letter, readings corrected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from mailbot.store.database import Handle, Row


class Care:
    """Assignments, revisions of letters, labelled examples."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._assignment = handle.table("assignment")
        self._example = handle.table("example")

    def assign(self, request_id: int, name: str | None, now: str) -> None:
        """Say who deals with a request; None: nobody in particular."""
        self._assignment.delete().where(self._assignment.c.request_id == request_id).execute()
        if name is not None:
            self._handle.insert("assignment", [{"request_id": request_id, "name": name, "at": now}])

    def assigned(self, request_ids: Iterable[int]) -> dict[int, str]:
        """Who deals with each of these requests."""
        rows = self._handle.found("assignment", {"request_id": list(request_ids)}, "request_id")
        return {row["request_id"]: row["name"] for row in rows}

    def revise(self, release_id: int, author: str, before: str | None, wording: str, now: str) -> None:
        """Keep the words that `author` replaced, with the hash that they had."""
        row = {"release_id": release_id, "at": now, "author": author, "hash": before, "wording": wording}
        self._handle.insert("revision", [row])

    def revisions(self, release_ids: Iterable[int]) -> list[Row]:
        """Earlier words of these releases' letters, oldest first."""
        return self._handle.found("revision", {"release_id": list(release_ids)})

    def label(self, message_ids: Iterable[int], kinds: Sequence[str], author: str, now: str) -> None:
        """Keep what staff say these messages ask: examples to measure the reading by."""
        ids = list(message_ids)
        self._example.delete().where(self._example.c.message_id.in_(ids)).execute()
        labels = json.dumps(sorted(kinds))
        self._handle.insert(
            "example", [{"message_id": one, "labels": labels, "at": now, "author": author} for one in ids]
        )

    def examples(self) -> list[Row]:
        """Corrected readings whose mail is still kept: message_id, sha256, labels (JSON), arrived; oldest first."""
        return self._handle.query(
            "SELECT e.message_id, e.labels, m.sha256, m.arrived FROM example e JOIN message m ON m.id = e.message_id"
            " WHERE EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = m.sha256) ORDER BY e.message_id",
            [],
        )
