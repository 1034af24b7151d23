"""A person with a long history is erased in little memory, to the last row."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from clients.bases import KINDS, ask, run, url_of

MAP = """
[person.p]
table = "p"
key = ["id"]
find = {{ email = ["email"] }}

[[holding]]
person = "p"
table = "p"
where = "p.id = :person.id"
title = "You"
purpose = "p"
basis = "contract"
source = "s"
retention = {{ years = 1 }}
[holding.columns]
email = {{ title = "Mail", is = "email" }}
[holding.change]
erase = "{how}"

[[holding]]
person = "p"
table = "entry"
where = "entry.p_id = :person.id"
title = "Entries"
purpose = "p"
basis = "contract"
source = "s"
retention = {{ years = 1, after = "entry.on_day" }}
[holding.columns]
what = {{ title = "What" }}
on_day = {{ title = "Day" }}
[holding.change]
erase = "{how}"
"""
PROGRAM = """
import re, sys
from datetime import date
from pathlib import Path
from mailbot.clients.directory import open_directory
from mailbot.core.mapping.datamap import load_map

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

url, datamap = sys.argv[1:]
directory = open_directory(url, load_map(Path(datamap).read_text(), "map.toml"), timeout=60)
[match] = directory.by_email(["a@x.example"])["a@x.example"]
before = peak()
plan = directory.plan_erase(match.person.ref, date(2026, 11, 23), "en")
assert not plan.undecided, plan.undecided
print(directory.perform(plan.changes).performed, sum(gone.rows for gone in plan.gone), before, peak())
"""


def filled(url: str, rows: int) -> None:
    run(
        url,
        "CREATE TABLE p (id INTEGER PRIMARY KEY, email VARCHAR(80))",
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id), what VARCHAR(80), on_day DATE)",
        "CREATE INDEX by_p ON entry (p_id)",
        "INSERT INTO p VALUES (1, 'a@x.example'), (2, 'b@x.example')",
        "INSERT INTO entry VALUES (0, 2, 'of another', '2020-01-01')",
    )
    for start in range(1, rows + 1, 1000):
        told = (f"({n}, 1, 'day {n} of a long story', '2020-01-{n % 28 + 1:02}')" for n in range(start, start + 1000))
        run(url, f"INSERT INTO entry VALUES {', '.join(told)}")  # noqa: S608 -- fixed values


@pytest.mark.parametrize("how", ["delete", "anonymise"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("rows", "grows", "whole"),
    [(10_000, 20_000, 100_000), pytest.param(100_000, 90_000, 150_000, marks=pytest.mark.soak)],
)
def test_a_long_history_is_erased_in_little_memory(
    kind: str, how: str, rows: int, grows: int, whole: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = url_of(kind, tmp_path, request)
    filled(url, rows)
    (tmp_path / "map.toml").write_text(MAP.format(how=how), encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, url, str(tmp_path / "map.toml")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    performed, gone, before, peak = done.stdout.split()
    assert (performed, int(gone)) == ("done", rows + 1)
    assert ask(url, "SELECT count(*) FROM entry WHERE id > 0 AND what IS NOT NULL") == [(0,)]
    assert ask(url, "SELECT what FROM entry WHERE id = 0") == [("of another",)]
    assert int(peak) - int(before) < grows, f"grew from {before} to {peak} kB"
    assert int(peak) < whole
