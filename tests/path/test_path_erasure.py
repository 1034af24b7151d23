"""Erasing one's data: asked, confirmed, looked at, done, told with what stays and until when."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from path.company import Company, files, words
from path.written import ACCESS, CLAIRE, ERASURE, MARC, PAUL, answer, mail

TABLES = ("contact", "subscription", "newsletter_sent", "invoice", "account", "note", "intervention")
DELMAS = "rgpd@cabinet-delmas.example"


@pytest.fixture(autouse=True)
def _quiet_recipient(company: Company) -> None:
    company.dovecot.clear(DELMAS)


def confirmed(company: Company, client: str, text: str = ERASURE) -> None:
    """`client` asks for erasure and confirms it."""
    company.receives(mail(client, text, "Effacement"))
    company.passes()
    company.receives(answer(company.got(client)[-1], client, "Je confirme."))
    company.passes()


def invoice(company: Company, contact: int, day: str) -> None:
    """An invoice of that day in the name of a contact."""
    company.sql(
        "INSERT INTO invoice (client_id, contact_id, number, issued_on, amount, contact_name)"
        " SELECT client_id, id, 'F-9', ?, 12.5, first_name || ' ' || last_name FROM contact WHERE id = ?",
        day,
        contact,
    )


def rows_of(company: Company, contact: int) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: company.sql(f"SELECT * FROM {table} WHERE {'id' if table == 'contact' else 'contact_id'} = ?", contact)  # noqa: S608
        for table in TABLES
    }


def test_an_erasure_is_confirmed_shown_done_and_told_with_what_stays_and_until_when(company: Company) -> None:
    company.hires()
    invoice(company, 10, "2024-03-05")
    company.sql("INSERT INTO note (contact_id, written_on, text) VALUES (10, '2025-01-01', 'Girard rappelle')")
    others = [rows_of(company, n) for n in (1, 2, 11)]
    company.receives(mail(PAUL, ERASURE, "Effacement"))
    company.passes()
    assert company.waiting("erasure")["state"] == "proving"
    assert not company.subscribed(10), "newsletters stop at once"
    assert company.sql("SELECT last_name FROM contact WHERE id = 10") == [("Girard",)]
    company.receives(answer(company.got(PAUL, 1)[0], PAUL, "Je confirme."))
    company.passes()

    row = company.waiting("erasure")
    assert (row["state"], row["proof"]) == ("to_release", "confirmed")
    shown = company.mailbot("show", row["ref"]).out
    assert "overwrite 1 of contact (id=10): email → 'erased@erased.invalid'" in shown
    assert "C. com. L123-22" in shown
    assert company.sql("SELECT last_name FROM contact WHERE id = 10") == [("Girard",)], "shown is not done"
    company.approve(row)
    company.passes()

    left = rows_of(company, 10)
    assert [len(left[table]) for table in ("subscription", "newsletter_sent", "account", "note")] == [0, 0, 0, 0]
    assert "Girard" not in str(left["contact"])
    assert left["invoice"], "the law keeps them"
    assert [rows_of(company, n) for n in (1, 2, 11)] == others
    told = words(company.got(PAUL, 2)[1])
    for part in ("C. com. L123-22", "5 mars 2034", "Notes de nos équipes", "CNIL"):
        assert part in told
    assert company.queue() == []
    whole = company.mailbot("show", row["ref"], "--json").rows[0]
    assert {ask["kind"]: ask["status"] for ask in whole["asks"]}["erasure"] == "partly"


def test_an_import_does_not_bring_him_back(company: Company) -> None:
    company.hires()
    confirmed(company, PAUL)
    company.approve(company.waiting("erasure"))
    company.passes()
    (company.folder / "old.csv").write_text(f"name;mail\nPaul;{PAUL.upper()}\nClaire;{CLAIRE}\n")
    assert company.mailbot("suppressions", "filter", "old.csv").out == f"name;mail\nClaire;{CLAIRE}\n"
    whys = {entry["why"] for entry in company.mailbot("suppressions", "--json").rows}
    assert whys <= {"asked", "erased"}
    assert whys


def test_the_recipients_of_erased_data_are_told_and_the_person_learns_who(company: Company) -> None:
    company.hires()
    invoice(company, 12, "2010-01-01")  # no law keeps it any more
    confirmed(company, MARC)
    row = company.waiting("erasure")
    company.approve(row)
    company.passes()
    [notice] = company.got(DELMAS, 1)
    assert "Marc Roussel" in words(notice)
    assert "article 19" in words(notice)
    assert "Roussel" not in str(notice["Subject"])
    assert "Cabinet Delmas" in words(company.got(MARC)[-1])
    events = [entry["event"] for entry in company.mailbot("journal", row["ref"], "--json").rows]
    assert events.count("reply.sent") == 3, "question, answer, notice"
    assert company.queue() == []


def test_the_copy_comes_first_and_erasure_waits_until_it_cannot_come_back(company: Company) -> None:
    company.hires()
    company.configure(deadlines={"bounce_days": 5})
    company.receives(
        mail(PAUL, f"{ACCESS}\n\nEnsuite, merci de supprimer toutes mes données personnelles.", "Mes données")
    )
    company.passes()
    company.receives(answer(company.got(PAUL)[-1], PAUL, "Je confirme."))
    company.passes()
    rows = [row for row in company.queue() if row["release"]]
    assert [row["asks"] for row in rows] == [["access"]]
    company.approve(rows[0])
    company.passes()
    assert files(company.got(PAUL)[-1])
    [waiting] = company.queue()
    assert (waiting["asks"], waiting["release"]) == (["erasure"], None)
    assert "the copy may still come back" in waiting["reason"]
    days_pass(company, 6)
    company.passes()
    row = company.waiting("erasure")
    assert row["state"] == "to_release"
    company.approve(row)
    company.passes()
    with closing(sqlite3.connect(company.folder / "store.db")) as store:
        letters = [json.loads(text) for (text,) in store.execute("SELECT letter FROM release WHERE letter IS NOT NULL")]
        exports = {file["sha256"] for letter in letters for file in letter["files"]}
        kept = {digest for (digest,) in store.execute("SELECT DISTINCT sha256 FROM blob")}
    assert exports
    assert not exports & kept, "erasing the person purges his exports here too"


def days_pass(company: Company, days: int) -> None:
    """Let what was sent have been sent so many days ago."""
    back = f"-{days} days"
    with closing(sqlite3.connect(company.folder / "store.db")) as store, store:
        store.execute("UPDATE reply SET sent_at = strftime('%Y-%m-%dT%H:%M:%f000+00:00', sent_at, ?)", [back])
        wake = "UPDATE request SET wake_at = strftime('%Y-%m-%dT%H:%M:%f000+00:00', wake_at, ?) WHERE wake_at NOT NULL"
        store.execute(wake, [back])


def test_what_a_running_contract_needs_stays_and_a_human_knows_before_saying_yes(company: Company) -> None:
    company.hires()
    confirmed(company, CLAIRE)
    row = company.waiting("erasure")
    assert "stay while the contract runs" in row["reason"]
    company.approve(row)
    company.passes()
    assert company.sql("SELECT last_name, mobile, job FROM contact WHERE id = 1") == [("Dupont", None, None)]
    assert "contrat en cours" in words(company.got(CLAIRE)[-1])


def test_what_changed_since_the_look_is_planned_again_and_said(company: Company) -> None:
    company.hires()
    confirmed(company, PAUL)
    row = company.waiting("erasure")
    company.sql("INSERT INTO note (contact_id, written_on, text) VALUES (10, '2026-11-23', 'a rappelé')")
    refused = company.approve(row, code=1)
    assert "planned again" in refused.err
    company.passes()
    company.approve(company.waiting("erasure"))
    company.sql("INSERT INTO note (contact_id, written_on, text) VALUES (10, '2026-11-23', 'encore')")
    assert company.passes().sent == 0
    assert company.sql("SELECT last_name FROM contact WHERE id = 10") == [("Girard",)], "nothing is half done"
    assert "new data came meanwhile" in company.waiting("erasure")["reason"]


def test_a_base_that_refuses_leaves_the_request_open_and_nothing_half_done(company: Company) -> None:
    company.hires()
    company.sql(
        "CREATE TRIGGER keeper BEFORE DELETE ON newsletter_sent BEGIN SELECT RAISE(ABORT, 'never, Girard'); END"
    )
    confirmed(company, PAUL)
    before = rows_of(company, 10)
    company.approve(company.waiting("erasure"))
    assert company.passes().sent == 0
    assert rows_of(company, 10) == before
    row = company.waiting("erasure")
    assert row["state"] == "trouble"
    assert "refused the change" in row["reason"]
    assert "Girard" not in row["reason"]
    company.sql("DROP TRIGGER keeper")
    company.approve(row)
    company.passes()
    assert "Girard" not in str(rows_of(company, 10)["contact"])
