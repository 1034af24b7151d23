"""Erasing a person in the sample database: what goes, what stays and until when, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from clients.bases import KINDS, TODAY, ask, contact, get, run, sample, sample_map, url_of

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.mapping.datamap import load_map
from mailbot.core.values import Outcome, Performed

TABLES = (
    "contact",
    "subscription",
    "newsletter_sent",
    "invoice",
    "account",
    "note",
    "intervention",
    "contract",
    "site",
)
RULES = (Path(__file__).parents[2] / "rules" / "datamap.toml").read_text(encoding="utf-8")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return sample(url_of(request.param, tmp_path, request))


@pytest.fixture
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, sample_map())) as opened:
        yield opened


def of_others(url: str, number: int) -> list[list[tuple[object, ...]]]:
    """Every row that is not about the contact `number`."""
    own = {"contact": "id", "contract": "-1", "site": "-1"}
    return [ask(url, f"SELECT * FROM {t} WHERE {own.get(t, 'contact_id')} <> {number} ORDER BY id") for t in TABLES]  # noqa: S608


def test_of_some_holdings_the_rows_go_and_all_others_stay_as_they_were(directory: SqlDirectory, url: str) -> None:
    paul = contact(directory, 10)
    others = [name for name in TABLES if name != "note"]
    before = [ask(url, f"SELECT * FROM {name} ORDER BY id") for name in others]  # noqa: S608
    plan = directory.plan_erase(paul.ref, TODAY, "en", {"Notes de nos équipes"})
    assert [(gone.title, gone.how) for gone in plan.gone] == [("Notes of our staff", "deleted")]
    assert {change.operation for change in plan.changes} == {"directive"}
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)
    assert ask(url, "SELECT 1 FROM note WHERE contact_id = 10") == []
    assert [ask(url, f"SELECT * FROM {name} ORDER BY id") for name in others] == before  # noqa: S608
    assert directory.perform(plan.changes) == Outcome(Performed.ALREADY)


def test_after_the_contract_the_person_goes_and_only_the_law_keeps_his_invoices(
    directory: SqlDirectory, url: str
) -> None:
    paul, before = contact(directory, 10), of_others(url, 10)
    plan = directory.plan_erase(paul.ref, TODAY, "en")
    assert {(gone.title, gone.how) for gone in plan.gone} == {
        ("Your contact details", "anonymised"),
        ("Your newsletter subscriptions", "deleted"),
        ("Newsletters sent to you", "deleted"),
        ("Notes of our staff", "deleted"),
    }
    [invoices] = [kept for kept in plan.kept if kept.ground == "law"]
    [[last]] = ask(url, "SELECT MAX(issued_on) FROM invoice WHERE contact_id = 10")
    day = date.fromisoformat(str(last))
    assert (invoices.because, invoices.until) == ("C. com. L123-22", day.replace(year=day.year + 10))
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)
    assert directory.perform(plan.changes) == Outcome(Performed.ALREADY)
    rows = [row for table in TABLES for row in ask(url, f"SELECT * FROM {table}")]  # noqa: S608
    left = [row for row in rows if any("girard-optique" in str(value) or "Girard" in str(value) for value in row)]
    assert [row for row in left if "Girard Optique" not in row] == ask(
        url, "SELECT * FROM invoice WHERE contact_id = 10"
    )
    assert of_others(url, 10) == before
    assert directory.plan_erase(paul.ref, TODAY, "en").changes == ()


def test_while_the_contract_runs_what_it_needs_stays_and_the_rest_goes(directory: SqlDirectory, url: str) -> None:
    plan = directory.plan_erase(contact(directory, 1).ref, TODAY, "en")
    [needed] = [kept for kept in plan.kept if kept.ground == "contract"]
    assert (needed.columns, needed.until) == (("Last name", "First name", "Mail address", "Phone"), None)
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)
    assert ask(url, "SELECT last_name, job, mobile FROM contact WHERE id = 1") == [("Dupont", None, None)]
    assert ask(url, "SELECT COUNT(*) FROM note WHERE contact_id = 1") == [(0,)]


def test_the_law_that_has_run_out_keeps_nothing(directory: SqlDirectory, url: str) -> None:
    run(url, "UPDATE invoice SET issued_on = '2016-11-22' WHERE contact_id = 10")
    plan = directory.plan_erase(contact(directory, 10).ref, TODAY, "en")
    assert not [kept for kept in plan.kept if kept.ground == "law"]
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)
    assert ask(url, "SELECT DISTINCT contact_name FROM invoice WHERE contact_id = 10") == [("erased",)]


def test_a_person_to_be_deleted_to_whom_kept_rows_refer_is_anonymised_instead(url: str) -> None:
    text = RULES.replace('erase = "anonymise"              ', 'erase = "delete"              ', 1)
    text = text.replace('erase = "anonymise"', 'erase = "delete"', 1)
    with closing(open_directory(url, load_map(text, "map.toml"))) as directory:
        plan = directory.plan_erase(contact(directory, 10).ref, TODAY, "en")
        assert ("Your contact details", "anonymised") in {(gone.title, gone.how) for gone in plan.gone}
        assert directory.perform(plan.changes) == Outcome(Performed.DONE)
        run(url, "DELETE FROM invoice WHERE contact_id = 11", "DELETE FROM intervention WHERE contact_id = 11")
        plan = directory.plan_erase(contact(directory, 11).ref, TODAY, "en")
        assert directory.perform(plan.changes) == Outcome(Performed.DONE)
        assert ask(url, "SELECT COUNT(*) FROM contact WHERE id = 11") == [(0,)]


def test_a_row_changed_or_come_meanwhile_undoes_everything(directory: SqlDirectory, url: str) -> None:
    plan = directory.plan_erase(contact(directory, 10).ref, TODAY, "en")
    before = [ask(url, f"SELECT * FROM {table} ORDER BY id") for table in TABLES]  # noqa: S608
    run(url, "UPDATE contact SET job = 'new' WHERE id = 10")
    assert directory.perform(plan.changes) == Outcome(Performed.CHANGED, "changed by others meanwhile: contact")
    [[job]] = [[row[7]] for row in before[0] if row[0] == 10]
    run(url, f"UPDATE contact SET job = {'NULL' if job is None else repr(job)} WHERE id = 10")  # noqa: S608
    run(url, "INSERT INTO note (id, contact_id, written_on, text) VALUES (9999, 10, '2026-11-23', 'called')")
    assert directory.perform(plan.changes) == Outcome(Performed.CHANGED, "new data came meanwhile: note")
    run(url, "DELETE FROM note WHERE id = 9999")
    assert [ask(url, f"SELECT * FROM {table} ORDER BY id") for table in TABLES] == before  # noqa: S608
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)


def test_what_is_past_its_time_goes_and_what_runs_stays(directory: SqlDirectory, url: str) -> None:
    gone = contact(directory, 12)  # the contract ended six years ago
    plan = directory.plan_overdue(gone.ref, TODAY, "en")
    assert "Your contact details" in {one.title for one in plan.gone}
    assert directory.perform(plan.changes) == Outcome(Performed.DONE)
    assert ask(url, "SELECT last_name FROM contact WHERE id = 12") == [("erased",)]
    for number in (1, 10):  # running; ended a year ago
        assert directory.plan_overdue(contact(directory, number).ref, TODAY, "en").changes == ()


def test_all_that_is_past_its_time_is_found_at_once_and_once_only(directory: SqlDirectory, url: str) -> None:
    found = directory.overdue(TODAY)
    assert {str(ref) for ref in found.persons} == {"contact:11", "contact:12", "site:11"}
    assert [title for title, _ in found.unnamed] == ["Contrats de votre société"]
    run(url, "UPDATE contract SET ended_on = NULL WHERE client_id = 11")
    assert {str(ref) for ref in directory.overdue(TODAY).persons} == {"contact:11"}, "an empty date still runs"
    for ref in found.persons:
        assert directory.perform(directory.plan_overdue(ref, TODAY, "en").changes).performed != Performed.CHANGED
    assert directory.overdue(TODAY).persons == ()


def test_the_person_in_charge_of_a_site_goes_and_the_site_stays(directory: SqlDirectory, url: str) -> None:
    run(url, "UPDATE contract SET ended_on = '2025-01-01'")
    manager = get(directory, "site", ("id", 1))
    before = ask(url, "SELECT name, address FROM site WHERE id = 1")
    assert directory.perform(directory.plan_erase(manager.ref, TODAY, "fr").changes) == Outcome(Performed.DONE)
    assert ask(url, "SELECT manager_last_name, manager_phone FROM site WHERE id = 1") == [("erased", "0000000000")]
    assert ask(url, "SELECT name, address FROM site WHERE id = 1") == before
