"""Correcting one's data: shown old to new, written once a human has released it, never over what others wrote."""

from __future__ import annotations

from path.company import Company, words
from path.written import CLAIRE, EMMA, JEAN, answer, mail

NEW_PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"


def test_a_new_phone_is_shown_then_written_then_told(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, NEW_PHONE, "Nouveau numéro"))
    company.passes()
    before = company.phone(1)
    row = company.waiting("rectification")
    [release] = [
        r for r in company.mailbot("show", row["ref"], "--json").rows[0]["releases"] if r["n"] == row["release"]
    ]
    [[cell]] = [action["cells"] for action in release["actions"]]
    assert (cell["column"], cell["old"]) == ("phone", before)
    assert before in company.mailbot("show", row["ref"]).out
    assert company.phone(1) == before

    company.approve(row)
    assert company.phone(1) == before, "an approval alone writes nothing"
    company.passes()
    after = company.phone(1)
    assert after == cell["new"] != before
    [_, told] = company.got(CLAIRE, 2)
    assert after in words(told)
    assert before not in words(told), "the old value is told masked"
    assert company.queue() == []


def test_a_value_that_changed_meanwhile_is_planned_again_and_never_written_over(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, NEW_PHONE, "Nouveau numéro"), mail(JEAN, NEW_PHONE, "Nouveau numéro"))
    company.passes()
    rows = {row["person"]: row for row in company.queue()}
    company.sql("UPDATE contact SET phone = ? WHERE id = 1", "+33 4 65 71 55 55")
    refused = company.approve(rows["Claire Dupont"], code=1)
    assert "planned again" in refused.err

    company.approve(rows["Jean Martin"])
    company.sql("UPDATE contact SET phone = ? WHERE id = 2", "+33 4 65 71 66 66")  # between approval and pass
    assert company.passes().sent == 0
    assert (company.phone(1), company.phone(2)) == ("+33 4 65 71 55 55", "+33 4 65 71 66 66")
    again = {row["person"]: row for row in company.queue()}
    for person, old in (("Claire Dupont", "+33 4 65 71 55 55"), ("Jean Martin", "+33 4 65 71 66 66")):
        assert again[person]["release"] > rows[person]["release"]
        assert "planned again" in again[person]["reason"]
        assert old in company.mailbot("show", again[person]["ref"]).out
    company.got(CLAIRE, 1)


def test_a_name_that_would_be_another_person_is_left_to_staff(company: Company) -> None:
    company.hires()
    company.receives(
        mail(
            CLAIRE,
            "Bonjour,\n\nMerci de corriger mon nom : remplacez Claire Dupont par Julien Lambert.\n\nCordialement",
            "Changement de nom",
        )
    )
    company.passes()
    row = company.waiting("rectification")
    release = company.mailbot("show", row["ref"], "--json").rows[0]["releases"][-1]
    assert release["actions"] == []
    assert row["reason"]
    assert company.sql("SELECT last_name, first_name FROM contact WHERE id = 1") == [("Dupont", "Claire")]


def test_a_new_mail_address_needs_the_persons_confirmation_and_a_human(company: Company) -> None:
    company.hires()
    new = "emma.new@northgate.example"
    company.receives(
        mail(EMMA, f"Hello,\n\nPlease correct my email address: my new address is {new}.\n\nRegards", "New address")
    )
    company.passes()
    assert company.waiting("rectification")["state"] == "proving"
    [question] = company.got(EMMA, 1)
    company.receives(answer(question, EMMA, "Yes, I confirm."))
    company.passes()
    row = company.waiting("rectification")
    assert (row["state"], row["proof"]) == ("to_release", "confirmed")
    assert company.sql("SELECT email FROM contact WHERE id = 7") == [(EMMA,)]
    company.approve(row)
    company.passes()
    assert company.sql("SELECT email FROM contact WHERE id = 7") == [(new,)]
    assert company.dovecot.mailbox(EMMA).mails()[1:], "the old address is told of the change"
