"""Mails that nobody would write: each is kept and accounted for, none raises, none takes a second."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from path.mutants import mutants
from servers.process import HOST, free_port

from mailbot.app import open_house, open_sender, open_source
from mailbot.config import load
from mailbot.core.moments import moment
from mailbot.core.understanding import Kept, understand
from mailbot.once import run_once
from mailbot.steps.house import House
from mailbot.store.rows import MessageRow

_CONFIG = """
[organisation]
name = "Astrallys"
contact = "direction@astrallys.com"
[mailbox]
host = "maildir:{folder}/box"
user = "direction@astrallys.com"
since = 2000-01-01
[outgoing]
host = "127.0.0.1"
port = {port}
tls = "none"
from = "direction@astrallys.com"
plus_addressing = true
[clients]
url = "sqlite:///clients.db"
[policy]
mode = "live"
[trust]
authserv_ids = ["mx.astrallys.example"]
verify = false
"""
_SLOWEST = 1.0  # seconds of the processor for one mail


def test_two_thousand_mutants_are_all_accounted_for(tmp_path: Path, sample: Path) -> None:
    _fuzz(tmp_path, sample, 2000, 1)


@pytest.mark.soak
def test_twenty_thousand_mutants_are_all_accounted_for(tmp_path: Path, sample: Path) -> None:
    _fuzz(tmp_path, sample, 20_000, 2)


def _fuzz(folder: Path, sample: Path, count: int, seed: int) -> None:
    shutil.copy(sample, folder)
    box = folder / "box"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    for number, raw in enumerate(mutants(count, seed)):
        (box / "new" / f"{number:06}.1.host").write_bytes(raw)
    sink = Controller(Sink(), hostname=HOST, port=free_port())
    sink.start()
    try:
        (folder / "config.toml").write_text(_CONFIG.format(folder=folder, port=sink.port), encoding="utf-8")
        told, states, slowest = asyncio.run(_through(folder))
    finally:
        sink.stop()
    figures = f"{count} mutants: {dict(states)}, {told['sent']} letters, slowest reading {slowest:.3f} s"
    sys.stderr.write(f"{figures}\n")
    assert told["received"] == told["read"] == sum(states.values()) == count
    assert states["stored"] == states["fault"] == 0
    assert slowest < _SLOWEST


async def _through(folder: Path) -> tuple[Counter[str], Counter[str], float]:
    """The whole path over all that lies in the mailbox: counts, what became of them, the slowest reading."""
    config = load(folder / "config.toml")
    house = open_house(config, datetime.now(UTC).date())
    source, sender = open_source(config), open_sender(config)
    told: Counter[str] = Counter()

    def count(step: str, number: int) -> None:
        told[step] += number

    try:
        assert await run_once(house, source, sender, count), "a part was away"
        rows = house.store.messages.all()
        faults = Counter("fault" for row in rows if "could not be handled" in row.because)
        faults.update("fault" for row in house.store.requests.open() if "could be proposed" in row.reason)
        slowest = max(_seconds(house, row) for row in rows)
        assert house.store.journal.verify() is None
        return told, Counter(row.state for row in rows) + faults, slowest
    finally:
        await sender.close()
        source.close()
        house.readers.close()
        house.clients.close()
        house.store.close()


def _seconds(house: House, row: MessageRow) -> float:
    """What understanding one mail takes of the processor."""
    raw = house.store.messages.raw([row])[row.id]
    kept = Kept(row.id, row.sha256, row.mode, moment(row.received), raw)
    before = time.thread_time()
    understand(house.readers.eyes, kept)
    return time.thread_time() - before
