"""Receive: every mail of the mailbox, its bytes and its place committed before anything is parsed."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.moments import iso
from mailbot.core.values import Fetched
from mailbot.interfaces import Away, MailSource, Misconfigured
from mailbot.steps.house import House
from mailbot.store.journal import Entry

BATCH = 100
BATCH_BYTES = 4 * 1024 * 1024
RENUMBERED = "mailbox:renumbered"
"""The fact that says when a folder last got a new UIDVALIDITY."""


@dataclass(frozen=True, slots=True)
class Received:
    """The reconciliation of one pass over one folder."""

    folder: str
    on_server: int
    known: int  # of those, held here already
    new: int  # kept now for the first time
    gone: int  # held here, and taken out or deleted there by others


def receive(house: House, source: MailSource, now: datetime, most: int = BATCH) -> list[Received]:
    """Keep up to `most` mails of each folder that we do not hold; figures by folder. Raises Away, Misconfigured."""
    found = []
    for folder, uidvalidity in source.folders().items():
        _note_validity(house, folder, uidvalidity, now)
        on_server = source.uids(folder)
        missing, gone = _compared(on_server, house.store.messages.known_uids(folder, uidvalidity))
        new = sum(_keep(house, batch, now) for batch in batches(source.fetch(folder, missing[:most])))
        found.append(Received(folder, len(on_server), len(on_server) - len(missing), new, gone))
    return found


def _compared(on_server: Sequence[int], known: Iterator[tuple[int, str]]) -> tuple[Sequence[int], int]:
    """The UIDs on the server that we do not hold, and how many of ours others took out; both sides ascend.

    Numbers side by side instead of sets: a mailbox of a hundred thousand mails must not cost memory at each pass.
    """
    missing, gone = array("q"), 0
    held = next(known, None)
    for uid in on_server:
        while held and held[0] < uid:
            gone += held[1] != "marked"
            held = next(known, None)
        if held and held[0] == uid:
            held = next(known, None)
        else:
            missing.append(uid)
    rest = itertools.chain((held,) if held else (), known)
    return missing, gone + sum(state != "marked" for _, state in rest)


def _keep(house: House, batch: Sequence[Fetched], now: datetime) -> int:
    """One transaction; then, and only then, is the server told anything (rule 1)."""
    with house.store.transaction():
        return house.store.messages.keep(batch, house.arriving, now)


def batches(mails: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    """Batches bounded by number and by bytes: memory stays flat whatever the mailbox holds."""
    batch: list[Fetched] = []
    size = 0
    try:
        for mail in mails:
            batch.append(mail)
            size += len(mail.raw or b"")
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    except (Away, Misconfigured):
        if batch:
            yield batch  # what came before is kept
        raise
    if batch:
        yield batch


def _note_validity(house: House, folder: str, uidvalidity: int, now: datetime) -> None:
    """A new UIDVALIDITY means that no UID we know holds: all is read again, the content hash tells what is new."""
    name = f"uidvalidity:{folder}"
    before = house.store.facts.get(name)
    if before == uidvalidity:
        return
    with house.store.transaction():
        house.store.facts.set(name, uidvalidity)
        if before is not None:
            house.store.facts.set(RENUMBERED, iso(now))
            details = {"folder": folder, "before": before, "now": uidvalidity}
            house.store.journal.append(now, [Entry("mailbox.renumbered", details=details)])


def take_out(house: House, source: MailSource, most: int = 500) -> int:
    """Move (or mark) on the server the mails that became or joined a request; how many. Raises Away, Misconfigured."""
    if house.shadow:
        return 0
    places = house.store.messages.places_to_mark(most)
    if not places:
        return 0
    validities = source.folders()
    valid = [place for place in places if validities.get(place.folder) == place.uidvalidity]
    for _, group in itertools.groupby(sorted(valid), key=lambda place: place.folder):
        source.mark_done(list(group))
    with house.store.transaction():
        house.store.messages.marked(places.values())
    return len(places)
