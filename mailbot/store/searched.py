"""What people search by, folded: of each request its facts and notes, of each mail in the queue its words.

Neither database finds a piece of a word in many long texts by an index of its own, and what is deleted must be gone
from the files at once: so this is a narrow table that a search of closed requests reads through, nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mailbot.core.reading.words import distinct, fold_text
from mailbot.store.database import Handle, Row

MOST = 8_000
"""Characters of one mail's words: a thousand different ones, more than any letter has."""
FACTS = ("reference", "person_name", "company", "sender")
"""Columns of a request that people search by."""
OF_GONE = "DELETE FROM searched WHERE message_id IN (SELECT id FROM message WHERE reading IS NULL)"
"""Forgets the words of mails whose content was forgotten: store/purging.py clears `reading` with it."""


class Searched:
    """Written where its sources are written; store/queue.py searches it."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle

    def mails(self, folded: Mapping[int, str], requests: Mapping[int, int]) -> None:
        """Keep the words of mails, by message, from their folded texts; the request that each belongs to."""
        rows = [_row("mail", requests.get(key), key, distinct(text, MOST)) for key, text in folded.items()]
        self._handle.insert("searched", rows)

    def moved(self, message_ids: Iterable[int], request_id: int) -> None:
        """These mails belong to that request now."""
        self._handle.update("searched", {"message_id": list(message_ids)}, {"request_id": request_id})

    def requests(self, rows: Sequence[Row], ids: Mapping[str, int]) -> None:
        """Keep the facts of new requests; `ids` by reference."""
        self._handle.insert("searched", [_row("facts", ids[row["reference"]], None, _facts(row)) for row in rows])

    def again(self, request_id: int) -> None:
        """The facts of this request were written anew."""
        for row in self._handle.found("request", {"id": request_id}):
            self._handle.update("searched", {"request_id": request_id, "part": "facts"}, {"words": _facts(row)})

    def note(self, request_id: int, body: str) -> None:
        """Keep the words of a note."""
        self._handle.insert("searched", [_row("note", request_id, None, distinct(fold_text(body), MOST))])


def _row(part: str, request_id: int | None, message_id: int | None, words: str) -> Row:
    return {"part": part, "request_id": request_id, "message_id": message_id, "words": words}


def _facts(row: Row) -> str:
    return fold_text(" ".join(row.get(name) or "" for name in FACTS))
