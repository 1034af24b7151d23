"""Requests and their asks. A state changes only along the tables of core/status.py."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.core.moments import iso
from mailbot.core.status import ASK_OVER, targets
from mailbot.store.database import Handle, Row
from mailbot.store.rows import AskRow, RequestRow
from mailbot.store.searched import FACTS, Searched

_ANSWERS = """SELECT q.reference, a.kind, a.status, a.ground, q.arrived, a.legal_end,
 (SELECT MAX(COALESCE(reply.sent_at, release.approved_at)) FROM release
  LEFT JOIN reply ON reply.release_id = release.id
  WHERE release.request_id = q.id AND release.status = 'closed' AND release.asks LIKE ? || a.kind || ?) AS answered
FROM ask a JOIN request q ON q.id = a.request_id ORDER BY q.id, a.id"""


class Conflict(Exception):
    """Somebody else changed this row first; nothing was written."""


class Requests:
    """What messages set going."""

    def __init__(self, handle: Handle, searched: Searched) -> None:
        """Work on the store behind `handle`; what people search by goes to `searched` as well."""
        self._handle = handle
        self._searched = searched
        self._request = handle.table("request")
        self._ask = handle.table("ask")
        self._note = handle.table("note")

    def add(self, requests: Sequence[Row], asks: Sequence[Row]) -> dict[str, int]:
        """Insert requests (columns of RequestRow) and asks (`reference` in place of request_id); ids by reference."""
        ids = self._handle.insert_ids("request", requests, "reference")
        rows = [
            {**{key: value for key, value in ask.items() if key != "reference"}, "request_id": ids[ask["reference"]]}
            for ask in asks
        ]
        self._handle.insert("ask", rows)
        self._searched.requests(requests, ids)
        return ids

    def get(self, request_id: int) -> RequestRow:
        """One request by id; raises IndexError."""
        return RequestRow(**self._handle.found("request", {"id": request_id})[0])

    def many(self, ids: Iterable[int]) -> dict[int, RequestRow]:
        """Several requests by id."""
        return {row["id"]: RequestRow(**row) for row in self._handle.found("request", {"id": list(ids)})}

    def by_reference(self, reference: str) -> RequestRow | None:
        """The request of a reference such as 2026-00042, or None."""
        found = self._found(self._request.c.reference == reference)
        return found[0] if found else None

    def open(self) -> list[RequestRow]:
        """All requests that are not closed, by legal urgency."""
        wanted = self._request.c.closed_at.is_null()
        return self._found(wanted, self._request.c.due, self._request.c.id)

    def count_open(self) -> int:
        """How many requests are not closed."""
        return int(self._handle.query("SELECT COUNT(*) AS n FROM request WHERE closed_at IS NULL", [])[0]["n"])

    def answers(self) -> list[Row]:
        """Every ask: reference, kind, status, ground, arrived, legal_end, answered (or None).

        Answered is when the last release that settled it was handed to the mail server, or released where nobody is
        written to.
        """
        return self._handle.query(_ANSWERS, ['%"', '"%'])

    def closed_since(self, at: str) -> int:
        """How many asks are over in requests that were closed since a moment."""
        closed = [row.id for row in self._found(self._request.c.closed_at >= at)]
        return sum(map(len, self.asks(closed).values()))

    def to_prepare(self, limit: int) -> list[RequestRow]:
        """Requests whose answer is to be proposed, oldest first, claimed for this transaction."""
        request = self._request
        query = request.select().where(request.c.preparing == 1).order_by(request.c.id).limit(limit)
        return [RequestRow(**row) for row in self._handle.rows(self._handle.locked(query))]

    def lately(self, senders: Iterable[str], since: str) -> list[RequestRow]:
        """The open requests of these writing addresses that arrived since a moment."""
        request = self._request
        return self._found(
            request.c.sender.in_(list(senders)) & request.c.closed_at.is_null() & (request.c.arrived >= since)
        )

    def of_person(self, person: str) -> list[RequestRow]:
        """All requests of one person (as JSON), oldest first."""
        return self._found(self._request.c.person == person)

    def naming(self, fragment: str) -> list[RequestRow]:
        """The requests in whose persons (as JSON) `fragment` stands."""
        return self._found(self._request.c.person.contains(fragment))

    def waking(self, now: str) -> bool:
        """Whether there are answers whose day has come."""
        return bool(self._handle.query("SELECT 1 FROM request WHERE wake_at <= ? LIMIT 1", [now]))

    def wake(self, now: str) -> None:
        """Let the answers be proposed whose day has come, inside the caller's transaction."""
        request = self._request
        due = request.c.wake_at <= now
        request.update({request.c.preparing: 1, request.c.wake_at: None}).where(due).execute()

    def hold(self, request_ids: Iterable[int]) -> None:
        """From now on a human releases what leaves for these, inside the caller's transaction."""
        self._handle.update("request", {"id": list(request_ids), "mode": "live"}, {"mode": "queue"})

    def update(self, request_id: int, **columns: Any) -> None:  # noqa: ANN401 -- columns of RequestRow
        """Write columns of one request."""
        values = {getattr(self._request.c, name): value for name, value in columns.items()}
        self._request.update(values).where(self._request.c.id == request_id).execute()
        if columns.keys() & set(FACTS):
            self._searched.again(request_id)

    def prepared(self, ids: Iterable[int]) -> None:
        """The step that proposes answers has looked at these."""
        self._request.update({self._request.c.preparing: 0}).where(self._request.c.id.in_(list(ids))).execute()

    # --- asks ---

    def asks(self, request_ids: Iterable[int]) -> dict[int, list[AskRow]]:
        """The asks of requests, by request id."""
        found: dict[int, list[AskRow]] = {key: [] for key in request_ids}
        for row in self._handle.found("ask", {"request_id": list(found)}):
            found[row["request_id"]].append(AskRow(**row))
        return found

    def add_ask(self, row: Row) -> None:
        """Insert one ask (columns of AskRow without id)."""
        self._handle.insert("ask", [row])

    def update_asks(self, request_id: int, kinds: Iterable[str], **columns: Any) -> None:  # noqa: ANN401 -- of AskRow
        """Write other columns than the state of the asks of these kinds."""
        values = {getattr(self._ask.c, name): value for name, value in columns.items()}
        hit = (self._ask.c.request_id == request_id) & self._ask.c.kind.in_(list(kinds))
        self._ask.update(values).where(hit).execute()

    def move(self, request_id: int, kinds: Iterable[str], event: str, **columns: Any) -> list[str]:  # noqa: ANN401
        """Let `event` happen to the asks of these kinds where their state allows it; the kinds that moved."""
        wanted = {"request_id": request_id, "kind": list(kinds)}
        moved: list[str] = []
        for source, target in targets("ask", event).items():
            hit = {**wanted, "status": source}
            moved += self._handle.update_column("ask", hit, {"status": target, **columns}, "kind")
        return list(dict.fromkeys(moved))

    def close_if_over(self, request_id: int, now: datetime, *, busy: bool) -> bool:
        """Close the request when no ask lives and no release is under way (`busy`); whether it is closed now."""
        return bool(self.close_those_over([request_id], {request_id} if busy else set(), now))

    def close_those_over(self, request_ids: Iterable[int], busy: Container[int], now: datetime) -> set[int]:
        """Of these requests close those that close_if_over() would, and open the others; those now closed."""
        asks = self.asks(request_ids)
        over = {key for key, mine in asks.items() if key not in busy and {ask.status for ask in mine} <= ASK_OVER}
        for ids, at in ((over, iso(now)), (asks.keys() - over, None)):
            self._handle.update("request", {"id": list(ids)}, {"closed_at": at})
        return over

    # --- notes ---

    def note(self, request_id: int, author: str, body: str, now: datetime) -> None:
        """Keep a note of staff."""
        self._handle.insert("note", [{"request_id": request_id, "at": iso(now), "author": author, "body": body}])
        self._searched.note(request_id, body)

    def notes(self, request_id: int) -> list[Mapping[str, Any]]:
        """The notes of a request, oldest first."""
        query = self._note.select().where(self._note.c.request_id == request_id).order_by(self._note.c.id)
        return list(self._handle.rows(query))

    def counts(self) -> dict[str, int]:
        """How many asks are in each state."""
        return self._handle.counts("ask", "status")

    def _found(self, wanted: Any, *order: Any) -> list[RequestRow]:  # noqa: ANN401 -- peewee expressions
        query = self._request.select().where(wanted).order_by(*(order or (self._request.c.id,)))
        return [RequestRow(**row) for row in self._handle.rows(query)]
