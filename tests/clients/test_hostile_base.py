"""A client database whose names were made to break queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import KINDS, NOW, ask, get, run, url_of

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.mapping.datamap import DataMap, load_map
from mailbot.core.values import Cell, Change, Outcome, Performed, Person, RowUpdate

MAP = r"""
[person.member]
table = '"select"'
key = ["a b", "from"]
find = { email = ['"e-mail"'], names = ['"order"', '"100%"'] }
company = '"group by".name'
[person.member.join]
'"group by"' = '"select"."group id" = "group by"."a.b"'

[[holding]]
person = "member"
table = '"select"'
where = '"select"."a b" = :person."a b" AND "select"."from" = :person."from"'
title = "Membre"
purpose = "p"
basis = "contract"
source = "s"
retention = { months = 6 }
[holding.columns]
order = { title = "Nom", is = "last_name", rectify = true }
"100%" = { title = "Prénom", is = "first_name", rectify = true }
"e-mail" = { title = "Mail", is = "email", rectify = "staff" }
"it's \"odd\"" = { title = "Remarque" }
"%s" = { title = "Secret", secret = true }
[holding.change]
unsubscribe = { set = { "delete" = true, "drop;--" = 0 } }

[[holding]]
person = "member"
table = '"where"'
where = "\"select\".\"a b\" = :person.\"a b\" AND \"select\".\"from\" = :person.\"from\" AND \"where\".kind = 'it''s'"
title = "Lignes"
purpose = "p"
basis = "contract"
source = "s"
retention = { years = 1, after = '"where"."until"' }
[holding.join]
'"select"' = '"select"."a b" = "where"."a b" AND "select"."from" = "where"."from"'
[holding.columns]
"%" = { title = "Pour cent" }
until = { title = "l’échéance" }
"""
TABLES = (
    'CREATE TABLE "group by" ("a.b" INTEGER PRIMARY KEY, name VARCHAR(20))',
    '''CREATE TABLE "select" ("a b" INTEGER, "from" VARCHAR(10), "group id" INTEGER, "order" VARCHAR(20),
     "100%" VARCHAR(20), "e-mail" VARCHAR(80), "it's ""odd""" VARCHAR(20), "%s" VARCHAR(20),
     "delete" BOOLEAN, "drop;--" INTEGER, PRIMARY KEY ("a b", "from"), CHECK ("order" <> 'Interdit'))''',
    'CREATE TABLE "where" ("a b" INTEGER, "from" VARCHAR(10), kind VARCHAR(9), "%" VARCHAR(20), until DATE)',
    "INSERT INTO \"group by\" VALUES (1, 'L''équipe')",
    "INSERT INTO \"select\" VALUES (7, 'x''y', 1, 'O''Neil', 'Ann %s', 'ann@x.example', 'a\"b', 'hidden', NULL, 3)",
    "INSERT INTO \"select\" VALUES (7, 'z', NULL, 'Other', 'One', NULL, NULL, 'hidden', NULL, 3)",
    "INSERT INTO \"where\" VALUES (7, 'x''y', 'it''s', 'mine', NULL)",
    "INSERT INTO \"where\" VALUES (7, 'x''y', 'else', 'other kind', NULL)",
    "INSERT INTO \"where\" VALUES (7, 'z', 'it''s', 'of another', NULL)",
)


def datamap() -> DataMap:
    return load_map(MAP, "map.toml")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = url_of(request.param, tmp_path, request)
    ansi = ["SET SESSION sql_mode = 'ANSI_QUOTES'"] if url.startswith("mysql") else []
    run(url, *ansi, *(text.replace("%", "%%") if ansi or "postgres" in url else text for text in TABLES))
    return url


@pytest.fixture
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, datamap())) as opened:
        yield opened


def ann(directory: SqlDirectory) -> Person:
    return get(directory, "member", ("a b", 7), ("from", "x'y"))


def test_the_map_fits(directory: SqlDirectory) -> None:
    assert directory.check() == ()


def test_persons_are_found_through_odd_names(directory: SqlDirectory) -> None:
    [match] = directory.by_email(["ANN@x.example"])["ANN@x.example"]
    assert match.person == ann(directory)
    assert (match.person.last_name, match.person.first_name, match.person.company) == ("O'Neil", "Ann %s", "L'équipe")


def test_an_export_through_odd_names_is_exact(directory: SqlDirectory) -> None:
    member, lines = directory.export(ann(directory), "fr", NOW).holdings
    assert member.rows == (("O'Neil", "Ann %s", "ann@x.example", 'a"b'),)
    assert (lines.rows, lines.retention) == ((("mine", None),), "1 an après l’échéance (en cours)")


def test_odd_columns_are_written(directory: SqlDirectory) -> None:
    plan = directory.plan_rectify(ann(directory), [Change("first_name", None, "Anne")])
    assert directory.perform(plan.updates) == Outcome(Performed.DONE)
    assert directory.perform(directory.plan_set(ann(directory), "unsubscribe")) == Outcome(Performed.DONE)
    assert ann(directory).first_name == "Anne"
    assert directory.plan_set(ann(directory), "unsubscribe") == ()


def test_a_null_is_a_precondition_like_any_other(directory: SqlDirectory) -> None:
    [update] = directory.plan_set(ann(directory), "unsubscribe")
    assert [(cell.column, cell.old) for cell in update.cells] == [("delete", None), ("drop;--", 3)]
    stale = RowUpdate("x", update.person, update.table, update.key, (Cell("delete", old=False, new=True),))
    assert directory.perform([stale]).performed == Performed.CHANGED


def test_a_row_half_changed_is_planned_again(directory: SqlDirectory) -> None:
    [update] = directory.plan_set(ann(directory), "unsubscribe")
    half = RowUpdate("x", update.person, update.table, update.key, update.cells[:1])
    assert directory.perform([half]).performed == Performed.DONE
    assert directory.perform([update]).performed == Performed.CHANGED


def test_what_a_constraint_refuses_leaves_all_as_it_was(directory: SqlDirectory) -> None:
    person = ann(directory)
    updates = (
        *directory.plan_set(person, "unsubscribe"),
        *directory.plan_rectify(person, [Change("last_name", None, "Interdit")]).updates,
    )
    outcome = directory.perform(updates)
    assert outcome.performed == Performed.REFUSED
    assert "Interdit" not in outcome.because
    assert directory.plan_set(person, "unsubscribe") == updates[:1]


def test_a_value_too_long_for_its_column_is_left_to_staff(directory: SqlDirectory) -> None:
    plan = directory.plan_rectify(ann(directory), [Change("last_name", None, "N" * 21)])
    assert (plan.updates, plan.undecided) == ((), ("last_name: the new value is longer than the column",))


def test_names_that_are_not_there_are_all_told(url: str) -> None:
    wrong = (
        MAP.replace("['\"e-mail\"']", '["mail"]')
        .replace('"%" = {', '"per cent" = {')
        .replace('"drop;--" = 0', "gone = 0")
    )
    with closing(open_directory(url, load_map(wrong, "map.toml"))) as directory:
        found = [str(problem) for problem in directory.check()]
    assert [line.split("; it has")[0] for line in found] == [
        "map.toml [person.member]: table select has no column 'mail'",
        "map.toml [[holding]] 1 (Membre): table select has no column 'gone'",
        "map.toml [[holding]] 2 (Lignes): table where has no column 'per cent'",
    ]


def test_a_table_that_is_not_there_is_told(url: str) -> None:
    run(url, 'DROP TABLE "where"' if not url.startswith("mysql") else "DROP TABLE `where`")
    with closing(open_directory(url, datamap())) as directory:
        assert [problem.what for problem in directory.check()] == ["the database has no table where"]


def test_nothing_of_the_second_person_is_changed(directory: SqlDirectory, url: str) -> None:
    directory.perform(directory.plan_set(ann(directory), "unsubscribe"))
    quote = "`" if url.startswith("mysql") else '"'
    query = "SELECT @drop;--@ FROM @select@ WHERE @from@ = 'z'".replace("@", quote)
    assert ask(url, query) == [(3,)]
