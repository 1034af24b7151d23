"""Answers on paper: print what was released, and say that it was posted or handed over."""

from __future__ import annotations

import json
from datetime import date, datetime

from mailbot.actions.changing import changing
from mailbot.actions.finding import Refused, release_named, request_named
from mailbot.core.status import ReleaseState
from mailbot.core.values import File, Kind
from mailbot.steps.house import House
from mailbot.steps.papers import receipt
from mailbot.steps.references import is_posted
from mailbot.steps.send import settle
from mailbot.steps.writing import thread_of
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow


def pages(house: House, named: str) -> tuple[File, ...]:
    """The letter of a release and what is enclosed, exactly as released. Raises Refused."""
    request, release = release_named(house, named, ReleaseState.PERFORMED)
    if not is_posted(release.recipient) or release.raw_sha256 is None:
        raise Refused(f"{request.reference}/{release.n} goes by mail: there is nothing to print")
    listed = json.loads(release.letter or "{}").get("files", [])
    contents = house.store.blobs.get_many([release.raw_sha256, *(one["sha256"] for one in listed)])
    letter = File(f"{request.reference}-{release.n}.pdf", "application/pdf", contents[release.raw_sha256])
    return (letter, *(File(one["name"], one["media_type"], contents[one["sha256"]]) for one in listed))


def was_posted(house: House, named: str, on: date | None, by: str, now: datetime) -> str:
    """Say that a printed answer was posted or handed over: its release is settled. `REF/N`; raises Refused."""
    request, release = release_named(house, named, ReleaseState.PERFORMED)
    if not is_posted(release.recipient) or release.status != ReleaseState.PERFORMED:
        raise Refused(f"{request.reference}/{release.n} is {release.status}: only a printed, released answer is posted")
    day = on or house.local_day(now)
    if day > house.local_day(now):
        raise Refused(f"{day} is in the future: the day of posting is allowed")
    with changing(house):
        house.store.requests.update(request.id, reason="")
        settle(house, [release.id], now)
        details = {"release": release.n, "raw": release.raw_sha256, "on": day.isoformat()}
        house.store.journal.append(now, [Entry("reply.posted", request.reference, by, details)])
    return f"{request.reference}/{release.n}"


def receipt_of(house: House, named: str, by: str, now: datetime) -> File:
    """The dated receipt of a request that came by letter, phone or at the counter. Raises Refused."""
    request = request_named(house, named)
    if request.channel == "mail":
        raise Refused(f"{request.reference} came by mail: its acknowledgement is the receipt")
    kinds = [Kind(ask.kind) for ask in house.store.requests.asks([request.id])[request.id]]
    made = receipt(house, thread_of(house, request), request.channel, kinds, by, now)
    if not made:
        raise Refused(f"templates/{request.language}/documents/receipt.txt is missing: no receipt in this language")
    _journal(house, request, made[0], by, now)
    return made[0]


def _journal(house: House, request: RequestRow, made: File, by: str, now: datetime) -> None:
    with changing(house):
        digest = house.store.blobs.put([made.content])[0]
        house.store.journal.append(now, [Entry("receipt.made", request.reference, by, {"file": digest})])
