"""Send: replies handed to SMTP, never more in `sending` than there are connections; what was sent is settled."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.letters.compose import stamp
from mailbot.core.moments import iso, moment
from mailbot.core.retry import next_try
from mailbot.core.values import Kind
from mailbot.interfaces import Delivery, MailSender, MailSource, Misconfigured, Sent
from mailbot.steps.clock import suspend
from mailbot.steps.house import House
from mailbot.store.connect import StoreAway
from mailbot.store.journal import Entry
from mailbot.store.outbox import Tried
from mailbot.store.rows import ReleaseRow, ReplyRow

PATIENCE = (0.2, 1.0, 5.0, 15.0)
"""Seconds between tries to write down how mails ended, where the store takes nothing: within systemd's time to stop."""


def recover(house: House, now: datetime) -> int:
    """Replies that a crash left in `sending`: nobody knows whether they left, so they are uncertain; how many."""
    rows = house.store.outbox.abandoned(iso(now))
    if rows:
        with house.store.transaction():
            _record(house, [(row, Delivery(Sent.UNCERTAIN, "stopped while it was being sent")) for row in rows], now)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Sending:
    """What one call of send() brought."""

    tried: int
    away: str  # why the server takes nothing now; empty where it does


async def send(house: House, sender: MailSender, now: datetime, stop: Callable[[], bool] = bool) -> Sending:
    """Try every due reply once, in rounds of as many as there are connections, until `stop` says so.

    A round that meets no server at all ends it: the others are not even tried, and no try is counted.
    """
    if house.shadow:
        return Sending(0, "")
    tried = 0
    results: list[tuple[ReplyRow, Delivery]] = []
    while rows := await _written(house, results, now, 0 if stop() else sender.connections):
        tried += len(rows)
        results = list(zip(rows, await _round(house, sender, rows), strict=True))
        if all(delivery.away for _, delivery in results):
            await _written(house, [(_untried(row), delivery) for row, delivery in results], now, 0)
            return Sending(tried, results[0][1].because)
        results = [(row, replace(delivery, away=False)) for row, delivery in results]  # lost on its own
    return Sending(tried, "")


def _untried(row: ReplyRow) -> ReplyRow:
    return replace(row, attempts=row.attempts - 1)


async def _written(
    house: House, results: Sequence[tuple[ReplyRow, Delivery]], now: datetime, most: int
) -> list[ReplyRow]:
    """_turn(), again and again for a while where the store is away: what is known of mails that left is not lost."""
    for pause in PATIENCE if results else ():
        try:
            return await asyncio.to_thread(_turn, house, results, now, most)
        except StoreAway:
            await asyncio.sleep(pause)
    return await asyncio.to_thread(_turn, house, results, now, most)


def _turn(house: House, results: Sequence[tuple[ReplyRow, Delivery]], now: datetime, most: int) -> list[ReplyRow]:
    """Write how the last round ended and take the next one, in one transaction."""
    with house.store.transaction():
        _record(house, results, now)
        rows = house.store.outbox.claim(iso(now), most, iso(now)) if most else []
        _journal_turn(house, results, now)
    return rows


async def _round(house: House, sender: MailSender, rows: Sequence[ReplyRow]) -> list[Delivery]:
    raws = house.store.blobs.get_many(row.raw_sha256 for row in rows)
    address = house.settings.sender.address
    mails = [(row.recipient, stamp(raws[row.raw_sha256], moment(row.dated or row.next_try))) for row in rows]
    return list(await asyncio.gather(*(sender.send(address, recipient, raw) for recipient, raw in mails)))


# --- how it ended -----------------------------------------------------------------------------------------------------


def _record(house: House, results: Sequence[tuple[ReplyRow, Delivery]], now: datetime) -> None:
    """The new state of each reply; what was sent settles its release and its asks."""
    tries = [_tried(row, delivery, now) for row, delivery in results]
    house.store.outbox.record(tries)
    sent = [tried.reply for tried in tries if tried.event == "sent"]
    settle(house, [row.release_id for row in sent], now)


def _tried(row: ReplyRow, delivery: Delivery, now: datetime) -> Tried:
    columns: dict[str, object] = {"because": delivery.because, "attempts": row.attempts}
    if delivery.sent is Sent.SENT:
        columns["sent_at"] = iso(now)
    if delivery.sent is not Sent.DEFERRED:
        return Tried(row, str(delivery.sent), columns)
    if delivery.away:  # as soon as the server is back: how long to wait for that is its own matter
        return Tried(row, "deferred", {**columns, "next_try": iso(now)})
    again = next_try(row.attempts, now, random.random())  # noqa: S311 -- jitter, not a secret
    if again is None:
        return Tried(row, "failed", {"because": f"given up after {row.attempts} tries: {delivery.because}"})
    return Tried(row, "deferred", {**columns, "next_try": iso(again)})


def settle(house: House, release_ids: Sequence[int], now: datetime) -> None:
    """Settle what was sent: releases closed, their asks done, requests closed where nothing is left."""
    if not release_ids:
        return
    store = house.store
    store.releases.move(release_ids, "replied", "settle")
    rows = store.releases.many(release_ids)
    for row in rows.values():
        close_asks(house, row)
    touched = {row.request_id for row in rows.values()}
    _let_erasures_go_on(house, {row.request_id for row in rows.values() if _COPIED & set(json.loads(row.asks))})
    store.requests.close_those_over(touched, store.releases.busy(touched), now)


_COPIED = {str(Kind.ACCESS), str(Kind.PORTABILITY)}
"""What is answered with a copy that an erasure of the same data waits for."""


def _let_erasures_go_on(house: House, request_ids: Iterable[int]) -> None:
    """An erasure that waited for a copy is looked at again, in all requests of the same persons."""
    persons = {row.person for row in house.store.requests.many(request_ids).values() if row.person}
    for request in (one for person in persons for one in house.store.requests.of_person(person)):
        asks = house.store.requests.asks([request.id])[request.id]
        if request.closed_at is None and any(ask.kind == Kind.ERASURE and ask.status == "open" for ask in asks):
            house.store.requests.update(request.id, preparing=1)


def close_asks(house: House, release: ReleaseRow) -> None:
    """The asks that a closed release answers are done, or refused."""
    kinds = json.loads(release.asks)
    if not kinds:
        return
    if release.purpose == "refusal":
        house.store.requests.move(release.request_id, kinds, "refused", outcome="refused")
        return
    house.store.requests.move(release.request_id, kinds, "planned")  # what staff wrote by hand was never proposed
    partly = release.purpose == "partial" or release.outcome == "partly"
    event, outcome = ("settled_in_part", "partly") if partly else ("settled", "granted")
    house.store.requests.move(release.request_id, kinds, event, outcome=outcome)


def _journal_turn(house: House, results: Sequence[tuple[ReplyRow, Delivery]], now: datetime) -> None:
    """One entry a try: the hash of what left, never the recipient."""
    if not results:
        return
    releases = house.store.releases.many(row.release_id for row, _ in results)
    requests = house.store.requests.many(release.request_id for release in releases.values())
    entries = []
    for row, delivery in results:
        release = releases[row.release_id]
        details = {"release": release.n, "raw": row.raw_sha256, "attempt": row.attempts, "because": delivery.because}
        request = requests[release.request_id]
        entries.append(Entry(f"reply.{delivery.sent}", request.reference, details=details))
        entries += suspend(house, request, release, now) if delivery.sent is Sent.SENT else ()
    house.store.journal.append(now, entries)


def settle_silent(house: House, now: datetime) -> int:
    """Releases that acted and answer nobody are closed as soon as they are performed; how many."""
    rows = [row for row in house.store.releases.in_state("performed") if row.raw_sha256 is None]
    if rows:
        with house.store.transaction():
            settle(house, [row.id for row in rows], now)
            requests = house.store.requests.many(row.request_id for row in rows)
            named = [(requests[row.request_id].reference, {"release": row.n}) for row in rows]
            house.store.journal.append(now, [Entry("release.closed", name, details=told) for name, told in named])
    return len(rows)


def file_copies(house: House, source: MailSource, most: int = 50) -> int:
    """Put copies of sent mails into the Sent folder, where the provider does not do it itself; how many."""
    if house.shadow or not house.settings.file_copies:
        return 0
    rows = house.store.outbox.to_file(most)
    raws = house.store.blobs.get_many(row.raw_sha256 for row in rows)
    for number, row in enumerate(rows):
        if number or not _is_filed(house, source, row):  # only the first can be one that a crash left half done
            source.file_sent(stamp(raws[row.raw_sha256], moment(row.dated or row.next_try)))
        with house.store.transaction():
            house.store.outbox.filed([row.id])
    return len(rows)


def _is_filed(house: House, source: MailSource, row: ReplyRow) -> bool:
    try:
        return source.find_message_id(house.settings.sent_folder, row.message_id)
    except Misconfigured:  # there is no such folder yet
        return False
