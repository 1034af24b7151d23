"""Reading in another process says the same as reading here, and its death loses no mail."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.mails import request
from bench.sides import write_clients, write_setup
from mailbot import config
from mailbot.app import open_house
from mailbot.core.understanding import Kept
from mailbot.interfaces import Away, Misconfigured
from mailbot.readers import Died, Readers
from mailbot.sight import Sight

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sight(tmp_path: Path) -> Iterator[Sight]:
    write_clients(tmp_path / "clients.db")
    write_setup(tmp_path, 1, 1)
    house = open_house(config.load(tmp_path / "config.toml"), date(2026, 3, 2))
    yield house.readers.sight
    house.clients.close()
    house.store.close()


def kept(count: int) -> list[Kept]:
    return [
        Kept(index, "0" * 64, "live", NOW, request(index).raw, frozenset({"INBOX"})) for index in range(1, count + 1)
    ]


def test_two_processes_read_ahead_what_one_reads_here(sight: Sight) -> None:
    mails = kept(30)
    here = Readers(sight).read(mails)
    with closing(Readers(sight, 2)) as readers:
        assert readers.read(mails[:10], mails[10:20]) == here[:10]
        assert readers.read(mails[10:20], mails[20:]) == here[10:20]
        assert readers.pids
        assert readers.read(mails[20:]) == here[20:]


def test_what_was_read_ahead_for_other_mails_is_not_taken(sight: Sight) -> None:
    mails = kept(4)
    with closing(Readers(sight, 1)) as readers:
        readers.read(mails[:1], mails[1:3])
        assert [seen.id for seen in readers.read(mails[3:])] == [mails[3].id]


def test_none_is_left_running_when_mails_were_still_being_read_ahead(sight: Sight) -> None:
    mails = kept(40)
    with closing(Readers(sight, 1)) as readers:
        readers.read(mails[:1], mails[1:])
        assert readers.pids
    assert not readers.pids


def test_a_process_that_is_killed_is_not_missed(sight: Sight) -> None:
    mails = kept(6)
    with closing(Readers(sight, 1)) as readers:
        readers.read(mails[:2], mails[2:4])
        readers.read(mails[2:4])
        [process] = readers.pids
        os.kill(process, signal.SIGKILL)
        assert [seen.id for seen in readers.read(mails[4:])] == [5, 6]


def test_broken_rules_are_told_by_the_process_that_reads(sight: Sight, tmp_path: Path) -> None:
    (tmp_path / "rules" / "fr").mkdir(parents=True)
    (tmp_path / "rules" / "fr" / "access.toml").write_text("[[pattern]\n", encoding="utf-8")
    with closing(Readers(replace(sight, overlay=tmp_path), 1)) as readers:
        readers.start()
        [problem] = readers.problems()
        assert "access.toml" in problem.where


@pytest.mark.parametrize("processes", [0, 1])
def test_no_mail_is_to_blame_for_rules_that_were_broken_while_mailbot_ran(
    sight: Sight, tmp_path: Path, processes: int
) -> None:
    mails = kept(4)
    with closing(Readers(replace(sight, overlay=tmp_path), processes)) as readers:
        readers.start()
        assert readers.problems() == []
        (tmp_path / "rules" / "fr").mkdir(parents=True)
        (tmp_path / "rules" / "fr" / "access.toml").write_text("[[pattern]\n", encoding="utf-8")
        for process in readers.pids:
            os.kill(process, signal.SIGKILL)
        if processes:
            with pytest.raises(Misconfigured, match=r"access\.toml"):
                readers.read(mails[:2], mails[2:])
        with pytest.raises(Misconfigured, match=r"access\.toml"):
            readers.read_apart(mails[0])
        (tmp_path / "rules" / "fr" / "access.toml").unlink()
        assert readers.read_apart(mails[0]).id == mails[0].id


def test_nothing_is_started_where_little_waits(sight: Sight) -> None:
    with closing(Readers(sight, 2)) as readers:
        readers.read(kept(3))
        assert not readers.pids


class Deadly(bytes):
    """What ends the process that takes it up, as a fault in a library would."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


def test_a_mail_that_kills_the_process_that_reads_it_is_not_read_here(sight: Sight) -> None:
    good = kept(3)
    deadly = replace(good[1], raw=Deadly(good[1].raw))
    with closing(Readers(sight, 1)) as readers:
        readers.read(good[:1], [deadly, good[2]])
        with pytest.raises(Died):
            readers.read([deadly, good[2]])
        with pytest.raises(Died):
            readers.read_apart(deadly)
        assert readers.read_apart(good[2]) == readers.read(good[2:])[0]


def test_no_mail_is_to_blame_where_no_process_can_be_started(sight: Sight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with closing(Readers(sight)) as readers, pytest.raises(Away, match="can be started"):
        readers.read_apart(kept(1)[0])
