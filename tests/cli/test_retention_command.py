"""mailbot retention: what is past its time in the client database, told first and erased on demand, with proof."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from cli.office import Office


def names(office: Office) -> set[str]:
    with closing(sqlite3.connect(office.folder / "clients.db")) as database:
        return {name for (name,) in database.execute("SELECT last_name FROM contact")}


def test_what_is_past_its_time_is_told_then_erased_then_gone(office: Office) -> None:
    told = office.lines("retention")
    assert {(row["title"], row["how"]) for row in told} >= {("Vos coordonnées", "anonymised")}
    assert {row["state"] for row in told} == {"past"}
    assert "Roussel" in names(office), "told is not done"
    assert "by hand: Contrats de votre société" in office.mailbot("retention").stderr
    erased = office.lines("retention", "--apply")
    assert [(row["title"], row["rows"]) for row in erased] == [(row["title"], row["rows"]) for row in told]
    assert "Roussel" not in names(office)
    assert office.lines("retention") == []
    entries = [entry for entry in office.lines("journal") if entry["event"].startswith("retention.")]
    assert [entry["event"].partition(".")[2] for entry in entries[:2]] == ["performing", "performed"]
    assert "Roussel" not in json.dumps(entries)
    assert all(entry["by"] == "marie" for entry in entries)
    assert office.does("journal", "--verify")


def test_in_shadow_mode_it_is_told_and_nothing_is_erased(office: Office) -> None:
    office.configure("shadow")
    assert office.lines("retention")
    assert "shadow" in office.refuses("retention", "--apply")
    assert "Roussel" in names(office)


def test_what_the_database_refuses_is_told_and_the_rest_is_erased(office: Office) -> None:
    with closing(sqlite3.connect(office.folder / "clients.db")) as database, database:
        database.execute("CREATE TRIGGER t BEFORE UPDATE ON site BEGIN SELECT RAISE(ABORT, 'no, Roussel'); END")
    ended = office.mailbot("retention", "--apply")
    assert ended.exit_code == 1
    assert "mailbot: site:11: the client database refused the change" in ended.stderr
    assert "Roussel" not in ended.stderr
    assert "Roussel" not in names(office)
