"""Who asks is proved by an answer from the address on file, put again when nobody answers, and by nothing else."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from datetime import datetime, timedelta

from path.company import Company, Row, files, words
from path.written import ACCESS, CLAIRE, DIRECTIVE, ERASURE, HELENE, JEAN, PAUL, answer, mail

_CODE = re.compile(r"\b[2-9A-HJ-NP-TV-Z]{8}\b")


def _days_pass(company: Company, days: int) -> None:
    """Let everything that was put and sent lie `days` further back."""
    moved = timedelta(days=days)
    with contextlib.closing(sqlite3.connect(company.folder / "store.db")) as store, store:
        for table, column in (("challenge", "expires"), ("reply", "sent_at")):
            rows = store.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608
            for key, at in rows:
                earlier = datetime.fromisoformat(at) - moved
                store.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (earlier.isoformat(), key))  # noqa: S608


def _only(company: Company) -> Row:
    [row] = [row for row in company.queue() if not row["ref"].startswith("m")]
    return row


def test_a_directive_of_somebody_unproven_is_shown_to_the_person_before_it_is_registered(company: Company) -> None:
    company.receives(mail(PAUL, DIRECTIVE, "Directives", authentic=None))
    company.passes()
    [first] = company.got(PAUL, 1)
    assert "doivent être effacées" not in words(first), "no words of an unproven writer go through us"
    company.receives(answer(first, PAUL, "Oui, je confirme."))
    company.passes()
    second = company.got(PAUL, 2)[1]
    assert "toutes mes données doivent être effacées" in words(second)
    assert company.mailbot("directives", "--json").rows == []
    assert set(_CODE.findall(words(first))).isdisjoint(_CODE.findall(words(second)))
    company.receives(answer(first, PAUL, "Oui, je confirme."))  # the first question is used up
    company.passes()
    assert company.mailbot("directives", "--json").rows == []
    company.receives(answer(second, PAUL, "Oui, je confirme."))
    company.passes()
    [registered] = company.mailbot("directives", "--json").rows
    assert registered["wishes"] == ["erase"]
    assert registered["number"] in words(company.got(PAUL, 3)[2])


def test_a_question_is_put_again_after_three_and_seven_days_and_then_a_human_decides(company: Company) -> None:
    company.receives(mail(CLAIRE, ACCESS, authentic=None))
    company.passes()
    for days, mails in ((2, 1), (2, 2), (2, 2), (2, 3), (2, 3), (2, 3)):
        _days_pass(company, days)
        company.passes()
        company.got(CLAIRE, mails)
    assert _only(company)["state"] == "proving"
    first, *_, last = company.got(CLAIRE)
    assert _CODE.findall(words(first)) == _CODE.findall(words(last))
    assert "rappel" in words(last)
    _days_pass(company, 4)
    company.passes()
    row = _only(company)
    assert row["state"] == "to_release"
    assert "was not answered" in row["reason"]
    company.receives(answer(last, CLAIRE, "Oui, je confirme."))
    company.passes()
    assert _only(company)["proof"] == "claimed", "what has expired confirms nothing any more"
    assert all(files(one) == {} for one in company.got(CLAIRE))


def test_a_reminder_is_answered_like_the_question_and_a_denial_alarms(company: Company) -> None:
    company.configure(outgoing={"plus_addressing": True}, staff={"alarms_to": ["chief@astrallys.com"]})
    company.dovecot.clear("chief@astrallys.com")
    company.receives(mail(CLAIRE, ACCESS, authentic=None), mail(JEAN, ACCESS, authentic=None))
    company.passes()
    _days_pass(company, 4)
    company.passes()
    reminder, question = company.got(CLAIRE, 2)[1], company.got(JEAN, 2)[0]
    to = str(reminder["Reply-To"])
    assert "+" in to
    company.receives(
        mail(CLAIRE, "Oui, je confirme.", "Réponse", to=to),  # neither thread nor code: the address alone
        answer(question, JEAN, "Ce n'est pas moi qui ai écrit cela."),
    )
    company.passes()
    states = {row["person"]: row["state"] for row in company.queue() if not row["ref"].startswith("m")}
    assert states["Claire Dupont"] == "to_release"
    assert "Jean Martin" not in {person for person, state in states.items() if state != "closed"}
    alarms = [str(one["Subject"]) for one in company.got("chief@astrallys.com")]
    assert any("2026-" in subject for subject in alarms)
    company.got(JEAN, 2)


def test_an_answer_in_the_thread_of_a_merged_request_goes_to_the_one_that_lives_on(company: Company) -> None:
    company.hires()
    company.receives(mail(HELENE, ACCESS), mail(HELENE, ERASURE, "Suppression"))
    company.passes()
    one, other = sorted({row["ref"] for row in company.queue()})
    letters = {str(letter["Subject"]).rpartition(" ")[2]: letter for letter in company.got(HELENE, 2)}
    company.mailbot("merge", one, other, "--by", "anna")
    company.receives(answer(letters[one], HELENE, "Je précise : je parle aussi de mes anciens contrats."))
    company.passes()
    told = company.mailbot("show", other, "--json").rows[0]
    assert len(told["messages"]) == 3


def test_the_person_named_by_a_stranger_is_told_and_the_stranger_learns_nothing(company: Company) -> None:
    stranger = company.dovecot.fresh("someone", "stranger.example").user
    asked = "Bonjour,\n\nJe suis Claire Dupont. Envoyez-moi une copie de toutes les données que vous détenez sur moi."
    company.receives(mail(stranger, asked), mail(stranger, f"{asked}\n\nMerci d'avance", "Encore"))
    company.passes()
    [warning] = company.got(CLAIRE, 1)
    assert stranger not in words(warning)
    assert files(warning) == {}
    assert all("Dupont" not in words(letter) for letter in company.got(stranger, 1))
    company.receives(answer(warning, CLAIRE, "Ce n'est pas moi."))
    company.passes()
    assert "denial that names a reference" in str([row["reason"] for row in company.queue()])
