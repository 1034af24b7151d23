"""The path of a mail, in order; read this file first.

    receive      raw bytes and place committed, before anything is parsed          receive.py
    take_in      understand (parse, nature, sender, reading)                 core/understanding.py
                 verified   (signatures, where no trusted receiver spoke)          signatures.py
                 identify   (person, proof, conversation)                          identify.py
                 plan       (request, asks, first letter; questions; bounces)      plan.py, opening.py
    perform      approved changes: client database and our registers               perform.py
    send         performed releases' replies handed to SMTP, and settled           send.py
    watch        alarms, the daily digest, the journal's head for the witness     watch.py, alarms.py
    take_out     mails that became ours moved or marked on the server              receive.py
    look_up_uncertain  sends of unknown end looked for in Sent                       uncertain.py
    remind       questions that nobody answered: put again, then for a human      asking.py
    prepare      the answers proposed for a human to release         prepare.py, proposing.py, writing.py

A step gathers facts, makes one pure decision (mailbot/core), writes one transaction (mailbot/store). It takes `now`
once and can be run again at any time: what is done is not done twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, time

from mailbot.core.arrival import plausible
from mailbot.core.moments import moment
from mailbot.core.understanding import Kept, Understood
from mailbot.interfaces import Away, Misconfigured
from mailbot.log import Log
from mailbot.readers import Died
from mailbot.steps.alarms import raise_alarm, send_notices
from mailbot.steps.asking import remind
from mailbot.steps.faults import where
from mailbot.steps.health import Health
from mailbot.steps.house import House
from mailbot.steps.identify import identify_all
from mailbot.steps.perform import perform
from mailbot.steps.plan import plan
from mailbot.steps.prepare import prepare
from mailbot.steps.receive import Received, receive, take_out
from mailbot.steps.send import Sending, file_copies, recover, send, settle_silent
from mailbot.steps.signatures import verified
from mailbot.steps.uncertain import look_up_uncertain
from mailbot.steps.watch import watch
from mailbot.store.connect import StoreAway
from mailbot.store.journal import Entry
from mailbot.store.reading import was_begun
from mailbot.store.rows import MessageRow

__all__ = [
    "BATCH",
    "Health",
    "Received",
    "Sending",
    "StoreAway",
    "file_copies",
    "look_up_uncertain",
    "perform",
    "prepare",
    "raise_alarm",
    "receive",
    "recover",
    "remind",
    "send",
    "send_notices",
    "settle_silent",
    "take_in",
    "take_out",
    "watch",
    "where",
]

BATCH = 50
BATCH_BYTES = 2 * 1024 * 1024
_log = Log()


def take_in(house: House, now: datetime, most: int = BATCH) -> int:
    """Understand, identify and plan up to `most` kept messages; how many. Raises Away.

    The mails of the next call are read meanwhile, where `[workers] processes` allows it. A batch that raises is redone
    mail by mail, and the culprit is set aside for staff. That they are begun is committed before they are read: what
    killed us, or a reading process, is read apart and alone from then on.
    """
    waiting = house.store.reading.waiting(2 * most, now)
    rows = _being_read(house, waiting) or _batch(waiting, most)
    ahead = _batch(waiting[len(rows) :], most)
    if not rows:
        return 0
    with house.store.transaction():
        house.store.reading.begin(rows, now)
    try:
        with house.store.claim():
            _read(house, house.store.reading.claimed(rows), ahead, now)
    except (Away, Misconfigured):
        with house.store.transaction():
            house.store.reading.put_back(rows)
        raise
    return len(rows)


def _being_read(house: House, waiting: Sequence[MessageRow]) -> Sequence[MessageRow]:
    """The first of those that wait, if their reading was begun; others may have come behind them since."""
    begun = waiting[: len(house.readers.asked)]
    return begun if _same(begun, house.readers.asked) else ()


def _same(rows: Sequence[MessageRow], mails: Sequence[Kept]) -> bool:
    return [row.id for row in rows] == [mail.id for mail in mails]


def _read(house: House, rows: Sequence[MessageRow], ahead: Sequence[MessageRow], now: datetime) -> None:
    """A batch at once; mail by mail where that raises, or where a process died over one of them."""
    apart = any(was_begun(row) for row in rows)
    try:
        if not apart:
            begun = house.readers.asked
            mails = begun if _same(rows, begun) else _kept(house, rows)
            _plan(house, house.readers.read(mails, _kept(house, ahead)), now)
            return
    except (Away, Misconfigured, StoreAway):
        raise  # no mail is to blame
    except Died:
        apart = True
    except Exception as fault:  # noqa: BLE001 -- whatever it is, one mail must not stop the others
        _log.error("batch failed, redone mail by mail", size=len(rows), fault=where(fault))
    for row in rows:
        _take_in_alone(house, row, now, apart=apart)


def _batch(rows: Sequence[MessageRow], most: int) -> Sequence[MessageRow]:
    """The first of them, bounded by number and by bytes, at least one: memory stays flat whatever mails weigh."""
    sizes = itertools.accumulate(row.size for row in rows)
    fitting = sum(size <= BATCH_BYTES for size in sizes)
    return rows[: min(most, max(fitting, 1))]


def _kept(house: House, rows: Sequence[MessageRow]) -> list[Kept]:
    """The messages with their bytes and folders."""
    raws = house.store.messages.raw(rows)
    folders = house.store.messages.folders(row.id for row in rows)
    return [
        Kept(row.id, row.sha256, row.mode, _received(house, row), raws[row.id], folders.get(row.id, frozenset()))
        for row in rows
    ]


def _received(house: House, row: MessageRow) -> datetime:
    """By the mail server, unless its clock was wrong; or ours, which cannot show a day before the first start."""
    kept, since = moment(row.stored_at), house.settings.since
    begun = datetime.combine(since, time(), house.settings.zone) if since else kept
    return plausible(moment(row.received), max(kept, begun))


def _plan(house: House, seen: Sequence[Understood], now: datetime) -> None:
    first, again = _parted(verified(house, seen))
    batch = identify_all(house, first, now)
    with house.store.transaction():
        plan(house, batch, now)
        if again:
            plan(house, identify_all(house, again, now), now)


def _parted(batch: Sequence[Understood]) -> tuple[list[Understood], list[Understood]]:
    """The mails, and those whose sender says in the same batch the same again: they find the first ones planned."""
    known: set[tuple[str, str, str]] = set()
    parts: tuple[list[Understood], list[Understood]] = [], []
    for seen in batch:
        words = (seen.sender.address, seen.mail.subject, seen.mail.text) if seen.mail and seen.sender else None
        parts[words in known].append(seen)
        known |= {words} if words else set()
    return parts


def _take_in_alone(house: House, row: MessageRow, now: datetime, *, apart: bool) -> None:
    """One mail; `apart`: it may be what killed a process, and may kill one beside, but not this."""
    try:
        with house.store.transaction():
            [kept] = _kept(house, [row])
            _plan(house, [house.readers.read_apart(kept)] if apart else house.readers.read([kept]), now)
    except (Away, Misconfigured, StoreAway):
        raise
    except Died:
        _log.error("a mail killed two processes that read it", message=row.id)
        _set_aside(house, row, "kills the process that reads it", now, at_once=True)
    except Exception as fault:  # noqa: BLE001 -- as above; its own text is not logged, it may hold the mail
        _log.error("mail could not be handled", message=row.id, tries=row.attempts + 1, fault=where(fault))
        _set_aside(house, row, f"could not be handled: {where(fault)}", now)


def _set_aside(house: House, row: MessageRow, because: str, now: datetime, *, at_once: bool = False) -> None:
    """Count one more failure; after the last one, or `at_once`, the mail is for staff, with its clock."""
    due, legal_end = house.clock(_received(house, row))
    told = {"because": because, "due": due.isoformat(), "legal_end": legal_end.isoformat()}
    with house.store.transaction():
        if house.store.reading.failed(row, told, at_once=at_once):
            details = {"message": row.sha256, "state": "unreadable", "due": due.isoformat(), "because": because}
            house.store.journal.append(now, [Entry("message.for_staff", details=details)])
