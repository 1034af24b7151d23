"""Rows and mails for the tests of the store, and workers beside each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from mailbot.core.moments import iso
from mailbot.core.values import Fetched, Place
from mailbot.store.database import Row
from mailbot.store.rows import AskRow, ReleaseRow, ReplyRow, RequestRow
from mailbot.store.store import Store

NOW = datetime(2026, 4, 5, 12, tzinfo=UTC)
AT = iso(NOW)
_T = TypeVar("_T")


def mail(uid: int, raw: bytes | None = b"Subject: x\r\n\r\n", folder: str = "INBOX", uidvalidity: int = 7) -> Fetched:
    """One mail as the server gave it."""
    return Fetched(Place(folder, uidvalidity, uid), NOW, 99_000_000 if raw is None else len(raw), raw)


def keep(store: Store, *mails: Fetched) -> int:
    """Keep mails in one transaction; how many are new."""
    with store.transaction():
        return store.messages.keep(mails, "live", NOW)


def add_request(store: Store, reference: str = "2026-00001", *kinds: str) -> RequestRow:
    """A request with open asks."""
    clock = {"due": "2026-05-05", "legal_end": "2026-05-05"}
    request: Row = {"reference": reference, "arrived": AT, **clock, "mode": "live", "language": "fr", "channel": "mail"}
    request |= {"found": "known", "proof": "authenticated", "aligned": "yes", "fields": "{}", "on_behalf": 0}
    asks = [
        {"reference": reference, "kind": kind, "status": "open", "confidence": 0.99, "automatic": 1, "wanted": "now"}
        | {"evidence": "[]", **clock}
        for kind in kinds
    ]
    with store.transaction():
        ids = store.requests.add([{**request, "created_at": AT}], asks)
    return store.requests.get(ids[reference])


def add_release(store: Store, request: RequestRow, n: int = 1, status: str = "planned") -> ReleaseRow:
    """A release of that request."""
    row = {"request_id": request.id, "n": n, "purpose": "answer", "status": status, "asks": "[]", "actions": "[]"}
    with store.transaction():
        ids = store.releases.add([{**row, "recipient": "zoe@client.example", "language": "fr", "planned_at": AT}])
    return store.releases.get(ids[request.id, n])


def add_replies(store: Store, count: int, status: str = "waiting", release: str = "performed") -> list[ReplyRow]:
    """Replies, each of a release and a request of its own."""
    for number in range(1, count + 1):
        row = add_release(store, add_request(store, f"2026-{number:05d}"), status=release)
        reply = {"release_id": row.id, "status": status, "recipient": "zoe@client.example", "next_try": AT}
        with store.transaction():
            store.outbox.add([{**reply, "message_id": f"<{number}@acme.example>", "raw_sha256": "0" * 64}])
    return store.outbox.in_state(status)


def asks_of(store: Store, request: RequestRow) -> dict[str, AskRow]:
    """The asks of a request by kind."""
    return {ask.kind: ask for ask in store.requests.asks([request.id])[request.id]}


def side_by_side(store: Store, work: Sequence[Callable[[], _T]]) -> list[_T]:
    """Run each piece of work in a thread with a connection of its own, started together; the results in order."""
    results: dict[int, _T] = {}
    faults: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(number: int, piece: Callable[[], _T]) -> None:
        start.wait()
        try:
            results[number] = piece()
        except BaseException as fault:  # noqa: BLE001 -- raised below, in the test's own thread
            faults.append(fault)
        finally:
            store.close()

    threads = [threading.Thread(target=run, args=(number, piece)) for number, piece in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [results[number] for number in range(len(work))]
