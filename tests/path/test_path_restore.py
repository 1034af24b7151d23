"""After a restore: nothing leaves before the copy was compared, and what was erased is erased again."""

from __future__ import annotations

import shutil

from path.company import Company, words
from path.written import ACCESS, CLAIRE, DIRECTIVE, EMMA, ERASURE, PAUL, STOP, answer, mail


def test_whom_a_backup_of_the_client_database_brings_back_is_erased_again(company: Company) -> None:
    company.hires()
    shutil.copy(company.folder / "clients.db", company.folder / "clients.backup")
    company.receives(mail(PAUL, ERASURE, "Effacement"), mail(CLAIRE, STOP, "Newsletter"))
    company.passes()
    company.receives(answer(company.got(PAUL)[-1], PAUL, "Je confirme."))
    company.passes()
    company.approve(company.waiting("erasure"))
    company.passes()
    erased = company.sql("SELECT * FROM contact ORDER BY id")

    shutil.copy(company.folder / "clients.backup", company.folder / "clients.db")
    assert company.sql("SELECT last_name FROM contact WHERE id = 10") == [("Girard",)]
    company.sql("UPDATE contact SET last_name = 'Autre', email = 'autre@x.example', phone = '1' WHERE id = 11")
    told = company.mailbot("replay", "--by", "anna", "--json").rows[0]
    assert (told["again"], told["failed"]) == (2, 0)
    after = company.sql("SELECT * FROM contact ORDER BY id")
    assert [row for row in after if row[0] != 11] == [row for row in erased if row[0] != 11]
    assert not company.subscribed(1)
    assert company.mailbot("replay", "--by", "anna", "--json").rows[0]["again"] == 0, "done twice is done once"
    assert company.mailbot("journal", "--verify").code == 0


def test_somebody_else_who_got_the_key_of_one_erased_is_left_alone(company: Company) -> None:
    company.hires()
    company.receives(mail(PAUL, ERASURE, "Effacement"))
    company.passes()
    company.receives(answer(company.got(PAUL)[-1], PAUL, "Je confirme."))
    company.passes()
    company.approve(company.waiting("erasure"))
    company.passes()
    company.sql("UPDATE contact SET last_name = 'Neuve', first_name = 'Ida', email = 'ida@x.example' WHERE id = 10")
    assert company.mailbot("replay", "--by", "anna", "--json").rows[0]["again"] == 0
    assert company.sql("SELECT last_name FROM contact WHERE id = 10") == [("Neuve",)]


def test_a_restored_store_sends_nothing_twice_and_reads_again_what_it_lost(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    company.approve(company.waiting("access"))
    company.mailbot("backup", "copy.db")
    company.passes()
    company.receives(mail(EMMA, ACCESS))
    company.passes()
    head = company.mailbot("stats", "--json").rows[0]["journal"]
    before = {client: len(company.got(client)) for client in (CLAIRE, EMMA)}

    _restore(company)
    assert company.passes().sent == 0
    assert "restored copy" in company.mailbot("health", code=1).err
    assert "replay" in company.mailbot("approve", "2026-00001/2", "--hash", "0" * 64, "--by", "anna", code=1).err
    assert "--head" in company.mailbot("replay", "--by", "anna", code=1).err
    told = company.mailbot("replay", "--head", head, "--by", "anna", "--json").rows[0]
    assert told["missing"] > 0
    assert (told["sent"], told["received"]) == (1, 1)
    assert company.passes().sent == 0, "what was sent is not sent again, what came since waits for a human"
    assert {client: len(company.got(client)) for client in (CLAIRE, EMMA)} == before
    [emma] = {row["ref"] for row in company.queue() if row["person"] == "Emma Taylor"}
    assert emma > "2026-00002", "no reference is given out twice"
    assert words(company.got(CLAIRE)[-1])


def test_a_confirmation_that_a_restored_store_reads_again_waits_for_a_human(company: Company) -> None:
    company.hires()
    company.receives(mail(PAUL, DIRECTIVE))
    company.passes()
    company.mailbot("backup", "copy.db")
    company.receives(answer(company.got(PAUL)[-1], PAUL, "Oui, je confirme."))
    company.passes()
    told = len(company.got(PAUL))
    assert told == 2, "asked, then registered"

    _restore(company)
    company.mailbot("replay", "--without-witness", "--by", "anna")
    assert company.passes().sent == 0
    assert len(company.got(PAUL)) == told
    assert company.waiting("directive")["state"] == "to_release"


def _restore(company: Company) -> None:
    """Put the store of the backup in the place of today's."""
    for file in company.folder.glob("store.db*"):
        file.unlink()
    (company.folder / "copy.db").rename(company.folder / "store.db")
