"""The registers on the command line: suppressions, directives, journal, staff, backup."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, EMMA, STRANGER, Office

# --- suppressions -----------------------------------------------------------------------------------------------------


def test_a_mailing_list_loses_who_is_suppressed_and_nothing_else(office: Office, tmp_path: Path) -> None:
    office.does("suppressions", "add", "Claire.Dupont@Moulin-Bleu.example", STRANGER)
    lines = (
        b"\xef\xbb\xbfNom;Adresse;Remarque\r\n",
        b'Dupont;"claire.dupont@moulin-bleu.example";ok\r\n',
        b'Taylor;emma.taylor@northgate.example;"deux\r\nlignes; et un point-virgule"\r\n',
        b"Inconnu;autre@ailleurs.example, jean.inconnu@ailleurs.example;\r\n",
        b"Caf\xe9;;\r\n",
    )
    file = tmp_path / "liste.csv"
    file.write_bytes(b"".join(lines))
    result = office.mailbot("suppressions", "filter", str(file))
    assert result.stdout_bytes == lines[0] + lines[2] + lines[4]
    assert "3 rows kept (the head counts), 2 left out" in result.stderr
    assert office.mailbot("suppressions", "filter", "-", stdin=lines[1]).stdout_bytes == b""


def test_the_suppression_list_shows_no_address(office: Office) -> None:
    assert office.object("suppressions", "add", CLAIRE, EMMA) == {"added": 2, "known": 0}
    assert office.object("suppressions", "add", CLAIRE) == {"added": 0, "known": 1}
    rows = office.lines("suppressions")
    assert [len(row["digest"]) for row in rows] == [64, 64]
    assert "@" not in json.dumps(rows)
    assert "@" not in office.does("journal", "--json")
    office.does("suppressions", "remove", CLAIRE)
    assert len(office.lines("suppressions")) == 1
    assert "none of them" in office.refuses("suppressions", "remove", CLAIRE)
    assert "a mail address" in office.refuses("suppressions", "add", "claire")


def test_a_list_that_cannot_be_read_as_csv_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_bytes("a@b.example".encode("utf-16"))
    assert "UTF-8" in office.refuses("suppressions", "filter", str(tmp_path / "u.csv"))
    assert "cannot be read" in office.refuses("suppressions", "filter", str(tmp_path / "none.csv"))


# --- journal ----------------------------------------------------------------------------------------------------------


def test_the_journal_is_printed_whole_or_for_one_request(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.asked(EMMA, "Please send me a copy of all the personal data that you hold about me.")
    entries = office.lines("journal")
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry["ref"] for entry in office.lines("journal", ref)} == {ref}
    assert CLAIRE not in office.does("journal")
    assert "no such request" in office.refuses("journal", "2020-00001")


def test_the_chain_holds_and_says_its_head(office: Office) -> None:
    office.asked(CLAIRE, ACCESS)
    found = office.object("journal", "--verify")
    assert found["ok"]
    assert office.does("journal", "--verify", "--head", found["head"]).endswith(found["head"] + "\n")
    assert office.mailbot("journal", "--verify", "--head", "12").exit_code == 2
    assert office.mailbot("journal", "--head", found["head"]).exit_code == 2


def test_the_number_of_the_first_break_is_printed(office: Office) -> None:
    office.asked(CLAIRE, ACCESS)
    head = office.object("journal", "--verify")["head"]
    with sqlite3.connect(office.folder / "mailbot.db") as store:
        (year,) = store.execute("SELECT year FROM journal_head").fetchone()
        store.execute(f"DROP TRIGGER journal_{year}_no_update")
        store.execute(f"UPDATE journal_{year} SET entry = replace(entry, 'mailbot', 'mallory') WHERE n = 3")  # noqa: S608
    store.close()
    result = office.mailbot("journal", "--verify")
    assert (result.exit_code, "entry 3" in result.stdout) == (1, True)
    assert json.loads(office.mailbot("journal", "--verify", "--json").stdout)["break"] == 3
    assert office.mailbot("journal", "--verify", "--head", head).exit_code == 1


def test_a_cut_end_shows_against_a_head_kept_elsewhere(office: Office) -> None:
    before = office.object("journal", "--verify")["head"]
    office.asked(CLAIRE, ACCESS)
    later = office.object("journal", "--verify")["head"]
    number, _, digest = before.partition(":")
    with sqlite3.connect(office.folder / "mailbot.db") as store:
        (year,) = store.execute("SELECT year FROM journal_head").fetchone()
        store.execute(f"DROP TRIGGER journal_{year}_no_delete")
        store.execute(f"DELETE FROM journal_{year} WHERE n > ?", (number,))  # noqa: S608 - a number
        store.execute("UPDATE journal_head SET n = ?, h = ?", (number, digest))
    store.close()
    assert office.object("journal", "--verify")["ok"], "by itself a cut end cannot be seen"
    result = office.mailbot("journal", "--verify", "--head", later)
    assert (result.exit_code, f"entry {int(number) + 1}" in result.stdout) == (1, True)


# --- staff, backup, directives ----------------------------------------------------------------------------------------


def test_staff_come_and_go_and_act_under_their_own_name(office: Office) -> None:
    office.does("staff", "add", "jean", "--role", "dpo", "--password-stdin", stdin="correct horse battery\n")
    rows = {row["name"]: row for row in office.lines("staff", "list")}
    assert (rows["jean"]["role"], rows["jean"]["password"], rows["marie"]["password"]) == ("dpo", True, False)
    assert "correct horse" not in (office.folder / "mailbot.db").read_bytes().decode("latin-1")
    ref = office.asked(CLAIRE, ACCESS)
    office.does("note", ref, "vu", "--by", "jean")
    assert office.show(ref)["notes"][0]["author"] == "jean"
    office.does("staff", "remove", "jean")
    assert "jean is no staff account" in office.refuses("note", ref, "vu", "--by", "jean")
    assert "no staff account" in office.refuses("staff", "remove", "jean")
    office.does("staff", "add", "jean")
    assert "account already" in office.refuses("staff", "add", "jean")


def test_a_password_is_kept_as_argon2id_of_19_mib(office: Office) -> None:
    office.does("staff", "add", "jean", "--password-stdin", stdin="correct horse battery\n")
    store = sqlite3.connect(office.folder / "mailbot.db")
    (kept,) = store.execute("SELECT password FROM staff WHERE name = 'jean'").fetchone()
    store.close()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        (["a", "--role", "king"], None, 2),
        (["a b"], None, 2),
        (["a", "--password-stdin"], "short\n", 1),
        (["a", "--password-stdin"], "", 1),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    office: Office, words: list[str], stdin: str | None, code: int
) -> None:
    assert office.mailbot("staff", "add", *words, stdin=stdin).exit_code == code
    assert [row["name"] for row in office.lines("staff", "list")] == ["marie"]


def test_a_backup_is_a_whole_store_that_only_its_owner_reads(office: Office, tmp_path: Path) -> None:
    office.asked(CLAIRE, ACCESS)
    copy = tmp_path / "copy.db"
    assert office.object("backup", str(copy))["bytes"] == copy.stat().st_size
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    store = sqlite3.connect(copy)
    assert store.execute("SELECT count(*) FROM request").fetchone() == (1,)
    store.close()
    assert "exists already" in office.refuses("backup", str(copy))
    assert "cannot be written" in office.refuses("backup", str(tmp_path / "no" / "copy.db"))


def test_an_empty_register_is_no_error(office: Office) -> None:
    assert office.lines("directives") == []
    assert "no directive" in office.mailbot("directives").stderr


def test_nothing_of_a_store_is_read_without_a_configuration(tmp_path: Path, found_office: Found) -> None:
    office = found_office("queue")
    (office.folder / "config.toml").unlink()
    assert "cannot be read" in office.refuses("stats")
    assert tmp_path.is_dir()
