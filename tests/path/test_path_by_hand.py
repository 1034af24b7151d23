"""What a machine must not answer is acknowledged, and waits for words that staff write."""

from __future__ import annotations

from path.company import Company, files, words
from path.written import ACCESS, CLAIRE, GARAGE, HELENE, JEAN, PAUL, mail

OBJECTION = "Bonjour,\n\nJe m'oppose au traitement de mes données, pour des raisons tenant à ma situation.\n"
HEIR = (
    "Bonjour,\n\nMon père est décédé. En tant qu'héritier, je vous demande de clôturer son compte et de supprimer ses"
    " données.\n\nMerci"
)
AUTHORITY = (
    "Madame, Monsieur,\n\nRéquisition judiciaire : dans le cadre d'une enquête, veuillez communiquer à la gendarmerie"
    " l'identité et les coordonnées de votre client.\n\nL'officier de police judiciaire"
)
ON_BEHALF = (
    "Bonjour,\n\nEn ma qualité d'avocat, au nom et pour le compte de mon client M. Paul Girard, je vous demande de"
    " m'envoyer une copie de toutes les données personnelles que vous détenez sur lui.\n\nCordialement"
)


def test_several_persons_others_rights_and_authorities_are_acknowledged_and_left_to_staff(company: Company) -> None:
    asked = {GARAGE: ACCESS, HELENE: OBJECTION, PAUL: HEIR, JEAN: AUTHORITY}
    company.receives(*(mail(client, text, "Demande") for client, text in asked.items()))
    before = company.sql("SELECT * FROM contact")
    assert company.passes().sent == len(asked)
    rows = company.queue()
    assert {row["state"] for row in rows} == {"to_release"}
    assert {ask for row in rows for ask in row["asks"]} >= {
        "access",
        "objection",
        "heir",
        "authority",
    }
    assert all(row["release"] and "mailbot edit" in row["reason"] for row in rows)
    assert len(rows) == len(asked)
    for client in asked:
        [acknowledgement] = company.got(client, 1)
        assert files(acknowledgement) == {}
    assert company.sql("SELECT * FROM contact") == before


def test_what_is_asked_for_another_is_left_to_staff(company: Company) -> None:
    company.receives(mail(JEAN, ON_BEHALF, "Données de mon client"))
    company.passes()
    [row] = company.queue()
    assert "mailbot edit" in row["reason"]
    assert files(company.got(JEAN, 1)[0]) == {}
    company.got(PAUL, 0)


def test_what_staff_write_is_what_the_address_on_file_gets(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, AUTHORITY, "Réquisition"))
    company.passes()
    row = company.waiting("authority") | {"hash": "0" * 64}  # what has no text yet has no hash to say yes to
    unwritten = company.approve(row, code=1)
    assert "mailbot edit" in unwritten.err
    text = company.folder / "answer.txt"
    text.write_text("Nous avons besoin de votre commission rogatoire (CPP, art. 99-3).\n", encoding="utf-8")
    company.mailbot("edit", row["ref"], "--file", str(text), "--by", "anna")
    refused = company.approve(row, code=1)
    assert "changed" in refused.err, "what was looked at before the edit is no longer what would leave"
    company.approve(company.waiting("authority"))
    assert company.passes().sent == 1
    answer = company.got(CLAIRE, 2)[1]
    assert "Nous avons besoin de votre commission rogatoire (CPP, art. 99-3)" in words(answer)
    assert row["ref"] in words(answer)
    assert answer["Auto-Submitted"] in {None, "no"}
    assert company.queue() == []
