"""A planned release written down: its letter, its row, its mail where policy released it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from mailbot.core.moments import moment
from mailbot.core.plan import Planned
from mailbot.core.values import File
from mailbot.steps import letters
from mailbot.steps.house import House
from mailbot.steps.references import is_posted
from mailbot.store.rows import RequestRow


def write_release(
    house: House, request: RequestRow, planned: Planned, n: int, now: datetime, files: tuple[File, ...] = ()
) -> dict[str, Any]:
    """Write one planned release with its letter, inside the caller's transaction; the row written."""
    thread = thread_of(house, request)
    written = letters.write(house, thread, planned, n, now, files)
    house.store.blobs.put(written.contents)
    ids = house.store.releases.add([written.release])
    by_mail = not is_posted(planned.recipient)
    if written.release["status"] == "approved" and written.release["raw_sha256"] and by_mail:
        row = letters.reply_row(ids[request.id, n], written.release, written.reply_id, now)
        house.store.outbox.add([row])
    return written.release


def thread_of(house: House, request: RequestRow) -> letters.Thread:
    """What letters of this request say and answer: the client's latest mail of it."""
    messages = house.store.messages.of_request(request.id)
    latest = next((m.message_id for m in reversed(messages) if m.message_id), None)
    first = next((m.message_id for m in messages if m.message_id), None)
    earlier = (first,) if first and first != latest else ()
    return letters.Thread(
        request_id=request.id,
        reference=request.reference,
        arrived=house.local_day(moment(request.arrived)),
        due=date.fromisoformat(request.due),
        language=request.language,
        person_name=request.person_name,
        in_reply_to=latest,
        references=earlier,
    )
