"""Who may do what on the command line: by role, by two pairs of eyes, and only with a yes that was looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.office import ACCESS, CLAIRE, OPPOSE, Office

from mailbot.core.roles import ROLES, Right, allows

SECRET = "correct horse battery"
AUTHORITY = (
    "Réquisition judiciaire : dans le cadre d'une enquête, veuillez communiquer à la gendarmerie l'identité et les"
    " coordonnées de votre client.\n\nL'officier de police judiciaire"
)
FOUR_EYES = "[kind.access]\n"


def _hire(office: Office, name: str, role: str, password: str | None = None) -> None:
    words = ("--password-stdin",) if password else ()
    office.does("staff", "add", name, "--role", role, *words, stdin=f"{password}\n" if password else None)


def test_a_clerk_prepares_and_does_not_release(office: Office) -> None:
    _hire(office, "claude", "clerk")
    ref = office.asked(CLAIRE, ACCESS)
    assert office.mailbot("show", ref, login="claude").exit_code == 0
    assert office.mailbot("note", ref, "called", login="claude").exit_code == 0
    for words in (
        ("approve", f"{ref}/1", "--hash", office.release(ref, "first")["hash"]),
        ("dismiss", ref),
        ("withdraw", ref),
        ("verify", ref, "--reason", "called back"),
        ("extend", ref, "--reason", "holidays"),
        ("staff", "add", "claude2"),
    ):
        result = office.mailbot(*words, login="claude")
        assert (result.exit_code, "claude is clerk" in result.stderr) == (1, True), words
    assert office.release(ref, "first")["status"] == "planned"


def test_an_auditor_reads_and_an_operator_sees_no_personal_data(office: Office) -> None:
    _hire(office, "audrey", "auditor")
    _hire(office, "otto", "operator")
    ref = office.asked(CLAIRE, ACCESS)
    assert office.mailbot("show", ref, login="audrey").exit_code == 0
    assert office.mailbot("note", ref, "x", login="audrey").exit_code == 1
    for words in (("queue",), ("show", ref), ("raw", ref), ("directives",)):
        result = office.mailbot(*words, login="otto")
        assert (result.exit_code, result.stdout) == (1, ""), words
    for words in (("stats",), ("journal",), ("staff", "list")):
        result = office.mailbot(*words, login="otto")
        assert result.exit_code == 0, words
        assert "Dupont" not in result.stdout
        assert CLAIRE not in result.stdout


def test_another_accounts_name_gives_nobody_more_than_his_own_allows(office: Office) -> None:
    _hire(office, "audrey", "auditor")
    ref = office.asked(CLAIRE, ACCESS)
    result = office.mailbot("dismiss", ref, "--by", "marie", login="audrey")
    assert (result.exit_code, "audrey is auditor" in result.stderr) == (1, True)


def test_the_journal_keeps_account_and_login(office: Office) -> None:
    _hire(office, "bob", "approver")
    ref = office.asked(CLAIRE, ACCESS)
    office.does("note", ref, "called", "--by", "bob")
    [entry] = [one for one in office.lines("journal", ref) if one["event"] == "request.noted"]
    assert (entry["by"], entry["details"]["login"]) == ("bob", "marie")


def test_a_second_pair_of_eyes_gives_its_password(office: Office, tmp_path: Path) -> None:
    _two_pairs(office, tmp_path)
    _hire(office, "bob", "approver", SECRET)
    _hire(office, "carl", "approver")
    ref = office.asked(CLAIRE, ACCESS)
    release = office.release(ref, "answer")
    words = ("approve", f"{ref}/{release['n']}", "--hash", release["hash"])
    assert json.loads(office.does(*words, "--json"))["complete"] is False
    assert "four eyes" in office.refuses(*words)
    assert "--password-stdin" in office.refuses(*words, "--by", "bob", code=2)
    for name, password in (("bob", "wrong horse battery"), ("carl", SECRET)):
        result = office.mailbot(*words, "--by", name, "--password-stdin", stdin=f"{password}\n")
        assert (result.exit_code, "password" in result.stderr) == (1, True)
    assert office.release(ref, "answer")["status"] == "planned"
    office.does(*words, "--by", "bob", "--password-stdin", stdin=f"{SECRET}\n")
    assert office.release(ref, "answer")["approved_by"] == "marie and bob"


def _two_pairs(office: Office, folder: Path) -> None:
    """Lay a policy over the shipped one in which access needs two pairs of eyes."""
    overlay = folder / "overlay" / "rules"
    overlay.mkdir(parents=True)
    shipped = (Path(__file__).parents[2] / "rules" / "policy.toml").read_text(encoding="utf-8")
    (overlay / "policy.toml").write_text(shipped.replace(FOUR_EYES, f"{FOUR_EYES}four_eyes = true\n"), encoding="utf-8")
    with (office.folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write('[content]\noverlay = "overlay"\n')


# --- the yes ---


def test_without_a_terminal_a_yes_is_the_hash_that_was_looked_at(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert "--hash" in office.refuses("approve", f"{ref}/1", "--yes", code=2)
    assert "64 hex digits" in office.refuses("approve", f"{ref}/1", "--hash", "abc", code=2)
    assert office.release(ref, "first")["status"] == "planned"


def test_a_release_without_text_has_no_hash_that_could_release_it(office: Office) -> None:
    ref = office.asked(CLAIRE, OPPOSE)
    [row] = [row for row in office.lines("queue") if row["ref"] == ref and row["release"] != 1]
    assert row["hash"] is None
    assert "no text yet" in office.refuses("approve", f"{ref}/{row['release']}", "--hash", "0" * 64)


def test_check_names_the_file_that_was_given(office: Office) -> None:
    other = office.folder / "autre.toml"
    office.port = 9  # nobody listens there
    office.configure(office.mode)
    (office.folder / "config.toml").rename(other)
    result = office.mailbot("--config", str(other), "check")
    assert result.exit_code == 1
    assert "autre.toml [outgoing]" in result.stderr
    assert "config.toml" not in result.stderr


@pytest.mark.parametrize("role", ROLES)
def test_only_who_reads_prepares_and_only_who_prepares_releases(role: str) -> None:
    assert allows(role, Right.RELEASE) <= allows(role, Right.PREPARE) <= allows(role, Right.READ)
    assert not allows("intern", Right.READ)


def test_what_an_authority_asks_is_opened_by_the_dpo_alone_once_there_is_one(office: Office) -> None:
    ref = office.asked(CLAIRE, AUTHORITY)
    assert office.mailbot("show", ref).exit_code == 0, "without a dpo somebody must answer"
    _hire(office, "diane", "dpo")
    for words in (("show", ref), ("raw", ref), ("dismiss", ref)):
        result = office.mailbot(*words)
        assert (result.exit_code, "only the dpo" in result.stderr) == (1, True), words
    [row] = [json.loads(line) for line in office.mailbot("queue", "--json").stdout.splitlines()][:1]
    assert (row["ref"], row["person"], row["hash"]) == (ref, None, None)
    assert office.mailbot("show", ref, login="diane").exit_code == 0
