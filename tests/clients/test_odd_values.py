"""What databases hold that no program expects: broken texts, NULs, long histories, columns gone, views, cycles."""

from __future__ import annotations

import contextlib
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import KINDS, NOW, get, run, url_of

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.clients.paging import PAGE
from mailbot.core.mapping.datamap import load_map
from mailbot.core.values import Organisation
from mailbot.documents.export_json import export_json
from mailbot.documents.labels import load_labels
from mailbot.interfaces import Away, Misconfigured

MAP = """
[person.p]
table = "p"
key = ["id"]
find = { email = ["email"], names = ["name"] }

[[holding]]
person = "p"
table = "%s"
where = "%s.p_id = :person.id"
title = "Entries"
purpose = "p"
basis = "contract"
source = "s"
retention = { years = 1 }
[holding.columns]
what = { title = "What" }
"""


def opened(url: str, table: str = "entry") -> contextlib.closing[SqlDirectory]:
    return closing(open_directory(url, load_map(MAP % (table, table), "map.toml"), timeout=2))


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = url_of(request.param, tmp_path, request)
    run(
        url,
        "CREATE TABLE p (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(80))",
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, p_id INTEGER, what VARCHAR(200))",
        "INSERT INTO p VALUES (1, 'a@x.example', 'A'), (2, 'b@x.example', 'B')",
        "INSERT INTO entry VALUES (1, 1, 'one'), (2, 2, 'of another')",
    )
    return url


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A SQLite file with a text in Windows-1252 and one with a NUL."""
    with closing(sqlite3.connect(tmp_path / "c.db")) as base, base:
        base.execute("CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, name TEXT)")
        base.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, p_id INTEGER, what TEXT)")
        base.execute("INSERT INTO p VALUES (1, 'a@x.example', CAST(x'5a6fe9' AS TEXT))")
        base.execute("INSERT INTO entry VALUES (1, 1, CAST(x'64e970f474' AS TEXT)), (2, 1, 'a' || char(0) || 'b')")
    return f"sqlite:///{tmp_path}/c.db"


def test_a_text_that_is_no_utf8_is_read_as_old_programs_wrote_it(broken: str) -> None:
    with opened(broken) as directory:
        [match] = directory.by_email(["a@x.example"])["a@x.example"]
        assert match.person.last_name == "Zoé"
        [holding] = directory.export(match.person, "fr", NOW).holdings
        assert holding.rows == (("dépôt",), ("a\x00b",))


def test_every_row_of_a_long_history_is_there_once_and_none_of_another(url: str) -> None:
    many = [f"({n}, {1 + n % 2}, 'entry {n}')" for n in range(10, 10 + 4 * PAGE + 2)]
    for start in range(0, len(many), 1000):
        run(url, f"INSERT INTO entry VALUES {', '.join(many[start : start + 1000])}")  # noqa: S608 - names of ours
    with opened(url) as directory:
        [holding] = directory.export(get(directory, "p", ("id", 1)), "fr", NOW).holdings
    assert list(holding.rows) == [("one",), *((f"entry {n}",) for n in range(10, 10 + 4 * PAGE + 2, 2))]


def test_a_hundred_thousand_rows_take_little_memory(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "c.db")) as base, base:
        base.execute("CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, name TEXT)")
        base.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, p_id INTEGER, what TEXT)")
        base.execute("INSERT INTO p VALUES (1, 'a@x.example', 'A')")
        rows = ((1, f"what happened on day {n} of a long story") for n in range(100_000))
        base.executemany("INSERT INTO entry (p_id, what) VALUES (?, ?)", rows)
    with opened(f"sqlite:///{tmp_path}/c.db") as directory:
        person = get(directory, "p", ("id", 1))
        tracemalloc.start()
        export = directory.export(person, "fr", NOW)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(export.holdings[0].rows) == 100_000
    assert peak < 20_000_000


def test_a_column_that_goes_while_we_run_is_a_clear_error_and_heals(url: str) -> None:
    with opened(url) as directory:
        person = get(directory, "p", ("id", 1))
        assert directory.export(person, "fr", NOW).holdings
        run(url, "ALTER TABLE entry RENAME COLUMN what TO other")
        with pytest.raises(Misconfigured, match="data map"):
            directory.export(person, "fr", NOW)
        assert any("no column 'what'" in problem.what for problem in directory.check())
        run(url, "ALTER TABLE entry RENAME COLUMN other TO what")
        assert directory.export(person, "fr", NOW).holdings[0].rows == (("one",),)


def test_a_table_that_is_locked_is_away_and_served_when_it_is_free(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, name TEXT)",
        "CREATE TABLE entry (p_id INT, what TEXT)",
    )
    with opened(url) as directory, closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Away):
            directory.by_email(["a@x.example"])
        other.execute("ROLLBACK")
        assert directory.by_email(["a@x.example"]) == {"a@x.example": []}


def test_a_view_serves_as_a_holding(url: str) -> None:
    run(url, "CREATE VIEW seen AS SELECT p_id, what FROM entry")
    with opened(url, "seen") as directory:
        assert directory.check() == ()
        assert directory.export(get(directory, "p", ("id", 1)), "fr", NOW).holdings[0].rows == (("one",),)


def test_a_nul_stands_in_the_copy_for_machines(broken: str) -> None:
    words = load_labels((Path(__file__).parents[2] / "templates/fr/documents/labels.toml").read_text("utf-8"), "l")
    with opened(broken) as directory:
        export = directory.export(get(directory, "p", ("id", 1)), "fr", NOW)
    assert b'"what": "a\\u0000b"' in export_json(export, Organisation("A", "b", "c", "d"), words).content
