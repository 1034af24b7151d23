"""Erasing from databases that nobody has seen: nothing of the person is left, nobody else is touched, all keys hold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from clients.bases import TODAY as SAMPLE_DAY
from clients.bases import ask, contact, run, sample, sample_map, url_of
from clients.worlds import TODAY, World, datamap, owner, statements, token, worlds
from hypothesis import HealthCheck, given, settings
from servers.databases import DatabaseServer, MariaDB, Postgres

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.canonical import action_to_json
from mailbot.core.values import Change, Performed, PersonRef, RowChange

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
LONG = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def in_sqlite(world: World) -> Iterator[tuple[str, SqlDirectory]]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/clients.db"
        Path(folder, "clients.db").touch()
        run(url, *statements(world, sqlite=True))
        with closing(open_directory(url, datamap(world))) as directory:
            yield url, directory


@contextmanager
def on(server: DatabaseServer, world: World) -> Iterator[tuple[str, SqlDirectory]]:
    with server.database() as url:
        run(url, *statements(world, sqlite=False))
        with closing(open_directory(url, datamap(world))) as directory:
            yield url, directory


def erases(world: World, url: str, directory: SqlDirectory) -> None:
    """Erase the second person, and look at everything."""
    tables = ["person", *(f"t{number}" for number in range(len(world.tables)))]
    before = {table: ask(url, f"SELECT * FROM {table} ORDER BY id") for table in tables}  # noqa: S608
    who = PersonRef("person", (("id", 2),))
    plan = directory.plan_erase(who, TODAY, "en")
    assert plan.undecided == ()
    assert directory.perform(plan.changes).performed in {Performed.DONE, Performed.ALREADY}
    after = {table: ask(url, f"SELECT * FROM {table} ORDER BY id") for table in tables}  # noqa: S608

    for number, one in enumerate(world.tables):
        about: dict[object, int] = {row + 1: owner(world, number, row) for row in range(len(one.rows))}
        old, new = before[f"t{number}"], after[f"t{number}"]
        assert [row for row in old if about[row[0]] != 2] == [row for row in new if about[row[0]] != 2], "others' rows"
        left = [row for row in new if token(2) in str(row)]
        assert bool(left) <= (one.how is None or one.law == "kept"), "what no law keeps is gone"
        if one.how is None or one.law == "kept":
            assert [row for row in old if about[row[0]] == 2] == [row for row in new if about[row[0]] == 2], (
                "what stays"
            )
    assert token(2) not in str(after["person"])
    assert [row for row in before["person"] if row[0] != 2] == [row for row in after["person"] if row[0] != 2]
    assert directory.plan_erase(who, TODAY, "en").changes == ()
    assert directory.perform(plan.changes).performed is Performed.ALREADY
    if url.startswith("sqlite"):
        assert ask(url, "PRAGMA foreign_key_check") == []


@given(worlds())
@MANY
def test_erasing_leaves_none_of_the_person_and_touches_nobody_else(world: World) -> None:
    with in_sqlite(world) as (url, directory):
        erases(world, url, directory)


@pytest.mark.soak
@given(worlds())
@LONG
def test_erasing_leaves_none_of_the_person_in_many_worlds(world: World) -> None:
    with in_sqlite(world) as (url, directory):
        erases(world, url, directory)


@given(world=worlds())
@FEW
def test_erasing_leaves_none_on_postgresql(postgres: Postgres, world: World) -> None:
    with on(postgres, world) as (url, directory):
        erases(world, url, directory)


@given(world=worlds())
@FEW
def test_erasing_leaves_none_on_mariadb(mariadb: MariaDB, world: World) -> None:
    with on(mariadb, world) as (url, directory):
        erases(world, url, directory)


# --- killed anywhere --------------------------------------------------------------------------------------------------

DYING = """
import os, signal, sys
from pathlib import Path
from mailbot.clients.directory import open_directory
from mailbot.core.canonical import action_from_json
from mailbot.core.mapping.datamap import load_map
url, rules, actions, most = sys.argv[1:]
directory = open_directory(url, load_map(Path(rules).read_text(encoding="utf-8"), "map.toml"))
database, asked = directory._database, [0]
execute = database.execute_sql
def dying(*arguments, **named):
    asked[0] += 1
    if asked[0] == int(most):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*arguments, **named)
database.execute_sql = dying
changes = [action_from_json(line) for line in Path(actions).read_text(encoding="utf-8").splitlines()]
print(directory.perform(changes).performed)
"""
"""A worker that dies just before the statement with this number."""


def dies(url: str, changes: list[RowChange], at: int, folder: Path) -> bool:
    """Whether a worker that carries out `changes` was killed at its statement `at`."""
    rules = Path(__file__).parents[2] / "rules" / "datamap.toml"
    actions = folder / "actions.json"
    actions.write_text("\n".join(map(action_to_json, changes)), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", DYING, url, str(rules), str(actions), str(at)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


TABLES = ("contact", "subscription", "newsletter_sent", "invoice", "account", "note")


def everything(url: str) -> str:
    return json.dumps([ask(url, f"SELECT * FROM {table} ORDER BY id") for table in TABLES], default=str)  # noqa: S608


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
def test_a_change_killed_between_any_two_statements_is_done_once_or_not_at_all(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = sample(url_of(kind, tmp_path, request))
    with closing(open_directory(url, sample_map())) as directory:
        erasure = list(directory.plan_erase(contact(directory, 10).ref, SAMPLE_DAY, "fr").changes)
        phone = directory.plan_rectify(contact(directory, 1), [Change("phone", None, "06 12 34 56 78")]).updates
        changes: list[RowChange] = [*phone, *erasure]
        before = everything(url)
        killed = [at for at in (2, 6, 11, 16, 22) if dies(url, changes, at, tmp_path)]
        assert len(killed) >= 3, "it died in the middle"
        assert everything(url) == before, "nothing half done"
        assert not dies(url, changes, 100_000, tmp_path)
        done = everything(url)
        assert done != before
        assert directory.perform(changes).performed is Performed.ALREADY
        assert everything(url) == done
