"""The sample database that the demo and the tests stand on."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import peewee
import pytest
from clients.bases import TODAY, ask, contact, get, sample_map

from mailbot.clients.directory import open_directory
from mailbot.demo.database import build
from mailbot.demo.persons import PERSONS, SITE_MANAGER


def dump(url: str) -> list[list[tuple[object, ...]]]:
    tables = [row[0] for row in ask(url, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [ask(url, f"SELECT * FROM {table} ORDER BY id") for table in tables if table != "sqlite_sequence"]  # noqa: S608


def test_the_same_seed_and_day_give_the_same_rows(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "two", "other")]
    for url, seed in zip(urls, (1, 1, 2), strict=True):
        build(url, companies=20, contacts=40, seed=seed, today=TODAY)
    assert dump(urls[0]) == dump(urls[1]) != dump(urls[2])


def test_it_has_the_size_asked_and_the_persons_that_mails_speak_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/clients.db"
    build(url, today=TODAY)
    assert ask(url, "SELECT (SELECT COUNT(*) FROM client), (SELECT COUNT(*) FROM contact)") == [(200, 500)]
    with closing(open_directory(url, sample_map())) as directory:
        assert directory.check() == ()
        found = [contact(directory, number) for number in range(1, len(PERSONS) + 1)]
        manager = get(directory, "site", ("id", 1))
    assert [(one.first_name, one.last_name, one.emails) for one in found] == [
        (one.first_name, one.last_name, (one.email.strip(),)) for one in PERSONS
    ]
    assert (manager.name, manager.emails, manager.phones) == ("Michel Garnier", (), (SITE_MANAGER.phone,))


def test_contracts_ended_one_four_and_six_years_ago(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/clients.db"
    build(url, companies=15, contacts=16, today=TODAY)
    query = "SELECT client_id, ended_on FROM contract WHERE ended_on IS NOT NULL ORDER BY client_id"
    assert ask(url, query) == [(9, "2025-11-23"), (10, "2022-11-23"), (11, "2020-11-23")]


def test_a_base_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/clients.db"
    build(url, companies=15, contacts=16, today=date(2020, 1, 1))
    before = dump(url)
    with pytest.raises(peewee.OperationalError, match="already exists"):
        build(url, companies=15, contacts=16, today=TODAY)
    assert dump(url) == before
