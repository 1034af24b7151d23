"""Mails to our own people: raised inside the transaction of what they tell of, sent in every mode, shadow too.

They bear our own mark and are no answers: nothing that comes back on them is read as a request.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.core.keyed import token
from mailbot.core.letters.compose import Envelope, compose, stamp
from mailbot.core.letters.markup import to_html
from mailbot.core.letters.staff import AlarmKind, alarm_words
from mailbot.core.moments import iso, moment
from mailbot.core.retry import LONGEST, next_try
from mailbot.core.values import Letter
from mailbot.interfaces import Delivery, MailSender, Sent
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.steps.send import Sending
from mailbot.store.journal import Entry
from mailbot.store.notices import NoticeRow


def raise_alarm(
    house: House, kind: AlarmKind, about: str | None, now: datetime, because: str = "", *, once: str = ""
) -> list[Entry]:
    """Let staff hear of something at once; the entries that the caller's transaction journals last.

    Call inside that transaction. `about`: a reference, or None; `because`: facts for staff without personal data. The
    same alarm is raised once: per `once` if given, else per kind and reference, without a reference per day.
    """
    _, words = house.staff_words
    subject, text = alarm_words(kind, about, because, words)
    what = f"alarm {kind} {once or about or house.local_day(now).isoformat()}"
    return tell(house, what, house.settings.watch.alarms_to, subject, text, now)


def tell(house: House, about: str, recipients: Sequence[str], subject: str, text: str, now: datetime) -> list[Entry]:
    """Put one mail into the outbox for each of our people not told `about` yet, inside the caller's transaction.

    The first word of `about` is its kind. Returns the journal entry, or nothing if all were told before.
    """
    language, _ = house.staff_words
    new = [one for one in dict.fromkeys(recipients) if one not in house.store.notices.told(about)]
    rows = []
    for recipient in new:
        letter = Letter(recipient, language, subject, text, to_html(text, language, subject))
        our_id = message_id(house, token(house.key, f"{about}/{recipient}"))
        raw = compose(letter, Envelope(house.settings.sender, our_id, None, (), "auto-generated"))
        house.store.blobs.put([raw])
        row = {"kind": about.partition(" ")[0], "about": about, "recipient": recipient, "status": "waiting"}
        digest = hashlib.sha256(raw).hexdigest()
        times = {"next_try": iso(now), "created_at": iso(now)}
        rows.append({**row, "message_id": our_id, "raw_sha256": digest, **times})
    house.store.notices.add(rows)
    if recipients and not new:
        return []
    return [Entry("staff.told", details={"about": about, "mails": [row["raw_sha256"] for row in rows]})]


async def send_notices(house: House, sender: MailSender, now: datetime, stop: Callable[[], bool] = bool) -> Sending:
    """Try every due mail to our own people once; in every mode: they hold no data of clients."""
    tried = 0
    while not stop() and (rows := await asyncio.to_thread(_claim, house, now, sender.connections)):
        raws = house.store.blobs.get_many(row.raw_sha256 for row in rows)
        address = house.settings.sender.address
        mails = [(row.recipient, stamp(raws[row.raw_sha256], moment(row.dated or row.next_try))) for row in rows]
        ended = await asyncio.gather(*(sender.send(address, recipient, raw) for recipient, raw in mails))
        away = all(delivery.away for delivery in ended)
        ended = [replace(delivery, away=away) for delivery in ended]
        await asyncio.to_thread(_record, house, list(zip(rows, ended, strict=True)), now)
        tried += len(rows)
        if away:
            return Sending(tried, ended[0].because)
    return Sending(tried, "")


def _claim(house: House, now: datetime, most: int) -> list[NoticeRow]:
    with house.store.transaction():
        return house.store.notices.claim(iso(now), most)


def _record(house: House, ended: Sequence[tuple[NoticeRow, Delivery]], now: datetime) -> None:
    """Sent, refused for good, or again later: an uncertain one too, and none is ever given up by time."""
    entries = []
    with house.store.transaction():
        for row, delivery in ended:
            sent, because = delivery.sent, delivery.because
            if sent is Sent.SENT:
                house.store.notices.record(row, "sent", sent_at=iso(now), because=because)
            elif sent is Sent.FAILED:
                house.store.notices.record(row, "failed", because=because)
            else:
                again = next_try(row.attempts, now, random.random()) or now + LONGEST  # noqa: S311 -- jitter
                again = now if delivery.away else again  # as soon as the server is back
                house.store.notices.record(row, "deferred", because=because, next_try=iso(again))
            details = {"about": row.about, "raw": row.raw_sha256, "attempt": row.attempts, "because": because}
            entries.append(Entry(f"notice.{sent}", details=details))
        house.store.journal.append(now, entries)
