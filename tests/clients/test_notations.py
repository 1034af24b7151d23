"""One address in any notation is one person, whatever index the column has, and two owners are both seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import KINDS, run, url_of
from peewee import Table

from mailbot.clients.connect import close_all, open_database
from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.address import normalise
from mailbot.core.mapping.datamap import load_map

MAP = """
[person.p]
table = "p"
key = ["id"]
find = { email = [%s], names = ["name"] }
[person.p.join]
m = "m.p_id = p.id"

[[holding]]
person = "p"
table = "p"
where = "p.id = :person.id"
title = "T"
purpose = "p"
basis = "contract"
source = "s"
retention = { years = 1 }
[holding.columns]
name = { title = "Name" }
"""
STORED = [
    "claire@moulin-bleu.example",
    "Claire@Moulin-Bleu.EXAMPLE",
    " claire@moulin-bleu.example",
    "claire@moulin-bleu.example \t",
    "\u00a0claire@moulin-bleu.example.",
    "claire@moulin-bleu\u3002example",
    "claire@moulin-bleue.example",
    "zoe@lefèvre.example",
    "ZOE@xn--lefvre-5ua.example",
    "ZOE@LEFÈVRE.example",
    "zoé@moulin-bleu.example",
    "ZOE\u0301@moulin-bleu.example",
    "zoe@moulin-bleu.example",
    "100%_\\sure@moulin-bleu.example",
    "100xx_sure@moulin-bleu.example",
]
INDEXES = ["", "CREATE INDEX by_{0} ON {0} (email)", "CREATE INDEX by_{0} ON {0} (email, id)"]
ONLY = {
    "sqlite": ["CREATE INDEX by_{0} ON {0} (email COLLATE NOCASE)", "CREATE INDEX by_{0} ON {0} (email) WHERE id < 3"]
}


@pytest.fixture(params=[(kind, index) for kind in KINDS for index in (*INDEXES, *ONLY.get(kind, []))], ids=str)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kind, index = request.param
    found = url_of(kind, tmp_path, request)
    run(
        found,
        "CREATE TABLE p (id INTEGER PRIMARY KEY, email VARCHAR(90), name VARCHAR(80))",
        "CREATE TABLE m (id INTEGER PRIMARY KEY, p_id INTEGER, email VARCHAR(90))",
        *[index.format(table) for table in ("p", "m") if index],
    )
    database = open_database(found)
    with closing(database), database.atomic():
        person, mail = Table("p", ["id", "email", "name"]), Table("m", ["id", "p_id", "email"])
        for number, email in enumerate(STORED):
            person.insert(id=number, email=email, name=f"N{number}").execute(database)
            mail.insert(id=number, p_id=number, email=email).execute(database)
    close_all(database)
    return found


@pytest.fixture(params=['"email"', '"m.email"', '"email", "m.email"'])
def directory(request: pytest.FixtureRequest, url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, load_map(MAP % request.param, "map.toml"))) as opened:
        yield opened


def test_each_notation_finds_all_owners_and_nobody_else(directory: SqlDirectory) -> None:
    for address in STORED:
        expected = [n for n, stored in enumerate(STORED) if normalise(stored) == normalise(address)]
        [matches] = directory.by_email([address]).values()
        assert [match.person.ref.key[0][1] for match in matches] == expected, address


def test_many_addresses_at_once_are_found_as_one_by_one(directory: SqlDirectory) -> None:
    asked = [*STORED, *(f"stranger{n}@else.example" for n in range(30))]
    found = directory.by_email(asked)
    for address in asked:
        expected = [n for n, stored in enumerate(STORED) if normalise(stored) == normalise(address)]
        assert [match.person.ref.key[0][1] for match in found[address]] == expected, address


def test_an_owner_who_comes_in_another_notation_is_seen_at_once(directory: SqlDirectory, url: str) -> None:
    zoe = "zoe@moulin-bleu.example"
    assert len(directory.by_email([zoe])[zoe]) == 1
    run(url, *(f"UPDATE {table} SET email = 'Zoe@Moulin-bleu.example' WHERE id = 0" for table in ("p", "m")))  # noqa: S608 -- fixed names
    assert len(directory.by_email([zoe])[zoe]) == 2
