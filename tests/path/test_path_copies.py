"""Copies on their whole way: portable ones, encrypted ones, those too large for a mail, and the requests in them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from clients.bases import RULES
from path.company import Company, files, words
from path.written import ACCESS, CLAIRE, EMMA, mail

PORTABILITY = (
    "Bonjour,\n\nJe souhaite exercer mon droit à la portabilité : merci de m'envoyer mes données dans un format"
    " lisible par machine.\n\nCordialement"
)


def test_a_portable_copy_holds_what_the_person_gave_and_no_more(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, PORTABILITY))
    company.passes()
    row = company.waiting("portability")
    assert row["state"] == "to_release"
    company.approve(row)
    company.passes()
    answer = company.got(CLAIRE)[-1]
    assert row["ref"] in words(answer)
    names = [part.get_filename() for part in answer.iter_attachments()]
    assert [str(name).rpartition(".")[2] for name in names] == ["zip"]
    company.mailbot("journal", "--verify")


def test_a_copy_tells_the_requests_that_the_person_made(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, ACCESS), mail(EMMA, ACCESS))
    company.passes()
    row = next(row for row in company.queue() if row["person"] == "Claire Dupont")
    company.approve(row)
    company.passes()
    told = json.loads(files(company.got(CLAIRE)[-1])["json"])["holdings"][-1]
    assert told["title"] == "Vos demandes sur vos données"
    assert [(one["reference"], one["rights"]) for one in told["records"]] == [(row["ref"], "accès")]


def test_an_encrypted_copy_leaves_alone_and_its_password_is_told_by_phone(company: Company, tmp_path: Path) -> None:
    company.hires()
    company.configure(outgoing={"encrypt": True})
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    row = company.waiting("access")
    assert "mailbot password" in row["reason"]
    company.approve(row)
    company.passes()
    answer = company.got(CLAIRE)[-1]
    assert "chiffré" in words(answer)
    [(ending, content)] = files(answer).items()
    told = company.mailbot("password", row["ref"], "--by", "anna", "--json").rows[0]
    assert (ending, told["phones"]) == ("pdf", [company.phone(1)])
    assert told["password"] not in words(answer)
    (tmp_path / "copy.pdf").write_bytes(content)
    command = ["pdftotext", "-upw", told["password"], str(tmp_path / "copy.pdf"), "-"]
    assert b"Dupont" in subprocess.run(command, check=True, capture_output=True).stdout
    company.sql("UPDATE contact SET changed_on = date('now') WHERE id = 1")
    refused = company.mailbot("password", row["ref"], "--by", "anna", code=1)
    assert "changed lately" in refused.err


def test_a_copy_too_large_for_a_mail_is_left_to_staff_with_its_files(company: Company) -> None:
    company.hires()
    company.configure(outgoing={"max_size": "20KB"})
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    row = company.waiting("access")
    assert "more than [outgoing] max_size" in row["reason"]
    digest = row["reason"].partition("mailbot raw ")[2].split()[0]
    got = subprocess.run(
        company.command("raw", digest), check=True, capture_output=True, env=company.environment(), cwd=company.folder
    )
    assert got.stdout.startswith(b"%PDF-")


def test_no_copy_leaves_before_somebody_looked_where_the_map_demands_it(company: Company, tmp_path: Path) -> None:
    company.hires()
    text = RULES.read_text(encoding="utf-8").replace("required = false", "required = true")
    (company.folder / "map.toml").write_text(text, encoding="utf-8")
    company.configure(clients={"map": "map.toml"})
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    row = company.waiting("access")
    refused = company.mailbot("approve", row["ref"], "--hash", row["hash"], "--by", "anna", code=1)
    assert "look there first: Messagerie de la direction" in refused.err
    assert "names 1 Messagerie" in company.mailbot("look", row["ref"], "2", "--by", "anna", code=1).err

    (tmp_path / "mails.txt").write_text("a mail of the management", encoding="utf-8")
    company.mailbot("look", row["ref"], "1", "--file", str(tmp_path / "mails.txt"), "--by", "anna")
    company.passes()
    row = company.waiting("access")
    assert "look there too" not in row["reason"]
    company.approve(row)
    company.passes()
    assert files(company.got(CLAIRE)[-1])["txt"].strip() == b"a mail of the management"
    company.mailbot("journal", "--verify")
