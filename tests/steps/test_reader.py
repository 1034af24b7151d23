"""Reading in another process says the same as reading here, and its death loses no mail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.mails import request
from bench.sides import write_clients, write_setup
from mailbot import config
from mailbot.app import open_house
from mailbot.core.values import Fetched, Place
from mailbot.steps.house import House
from mailbot.steps.reader import Readers
from mailbot.steps.understand import Eyes, understand
from mailbot.store.rows import MessageRow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ENOUGH = 30  # seconds until a process has loaded what it needs


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    write_clients(tmp_path / "clients.db")
    write_setup(tmp_path, 1, 1)
    house = open_house(config.load(tmp_path / "config.toml"), date(2026, 3, 2))
    yield house
    house.clients.close()
    house.store.close()


def kept(house: House, count: int) -> list[MessageRow]:
    mails = [(request(index).raw, index) for index in range(count)]
    fetched = [Fetched(Place("INBOX", 1, index + 1), NOW, len(raw), raw) for raw, index in mails]
    with house.store.transaction():
        house.store.messages.keep(fetched, "live", NOW)
    return house.store.messages.in_state("stored", count)


def ready(readers: Readers) -> None:
    end = time.monotonic() + ENOUGH
    while not all(reader.ready for reader in readers._readers):  # noqa: SLF001 -- nobody else has to wait for it
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_processes_read_what_one_reads_ahead_or_not(house: House) -> None:
    rows = kept(house, 20)
    here = understand(
        Eyes.of(house), rows, house.store.messages.raw(rows), house.store.messages.folders([row.id for row in rows])
    )
    with closing(Readers(house, 2)) as readers:
        ready(readers)
        first = readers.read(house, rows[:10], rows[10:])
        assert [*first, *readers.read(house, rows[10:], [])] == here
        assert readers.read(house, rows, []) == here


def test_a_dead_process_is_not_missed(house: House) -> None:
    rows = kept(house, 4)
    with closing(Readers(house, 1)) as readers:
        ready(readers)
        [reader] = readers._readers  # noqa: SLF001 -- what the kernel may do at any time
        readers.read(house, rows[:2], rows[2:])
        reader._process.kill()  # noqa: SLF001
        reader._process.wait()  # noqa: SLF001
        assert [seen.row for seen in readers.read(house, rows[2:], [])] == rows[2:]
