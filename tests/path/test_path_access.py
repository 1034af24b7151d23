"""A copy of one's data: from the mail that asks for it to the mail that brings it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from dateutil.relativedelta import relativedelta
from path.company import Company, files, parsed, personal, words
from path.written import ACCESS, CLAIRE, EMMA, ORDINARY, mail

DATAMAP = Path(__file__).parents[2] / "rules" / "datamap.toml"


def test_who_asks_for_his_data_gets_it_once_a_human_has_released_it(any_company: Company) -> None:
    company = any_company
    company.hires()
    asked = mail(CLAIRE, ACCESS)
    company.receives(asked, mail(EMMA, ORDINARY, "Intervention"))
    assert company.passes().sent == 1

    [acknowledgement] = company.got(CLAIRE, 1)
    asked_id = parsed(asked)["Message-ID"]
    assert acknowledgement["In-Reply-To"] == asked_id
    assert asked_id in acknowledgement["References"]
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert acknowledgement["From"].addresses[0].addr_spec == company.mailbox.user
    [row] = company.queue()
    assert row["ref"] in words(acknowledgement)
    due = date.fromisoformat(row["due"])
    assert due == datetime.now(UTC).date() + relativedelta(months=1)
    assert f"{due.day} " in words(acknowledgement)
    assert str(due.year) in words(acknowledgement)

    assert {"ref", "release", "asks", "state", "person", "proof", "due", "legal_end", "hash", "reason"} <= row.keys()
    assert (row["asks"], row["state"], row["proof"]) == (["access"], "to_release", "authenticated")
    assert row["person"] == "Claire Dupont"
    assert row["legal_end"] >= row["due"]
    company.approve(row)
    assert company.got(CLAIRE, 1), "nothing leaves with the approval itself"
    assert company.passes().sent == 1

    answer = company.got(CLAIRE, 2)[1]
    assert answer["In-Reply-To"] == asked_id
    assert row["ref"] in words(answer)
    attached = files(answer)
    assert attached["pdf"].startswith(b"%PDF-")
    told = json.dumps(json.loads(attached["json"]), ensure_ascii=False)
    assert personal(told) == ["04 65 71 00 01", "Dupont", CLAIRE]
    assert "Moulin Bleu" in told
    assert "argon2" not in told
    assert "password" not in told
    assert company.queue() == []
    company.mailbot("journal", "--verify")


def test_the_mail_that_asks_is_moved_and_ordinary_post_stays_as_it_was(company: Company) -> None:
    ordinary = mail(EMMA, ORDINARY, "Intervention")
    company.receives(ordinary, mail(CLAIRE, ACCESS), mail(EMMA, ORDINARY, "Intervention 2"))
    with company.mailbox.client() as client:
        client.select_folder("INBOX")
        before = client.search()
        client.add_flags([before[2]], [b"\\Flagged"])
    raws = company.mailbox.mails()

    company.passes()
    company.passes()
    with company.mailbox.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search() == [before[0], before[2]]
    assert company.mailbox.mails() == [raws[0], raws[2]]
    assert company.mailbox.flags() == [set(), {b"\\Flagged"}]
    assert company.mailbox.mails("Processed") == [raws[1]]
    assert company.got(EMMA) == []


def test_a_copy_waits_while_the_map_says_nothing_of_its_recipients(company: Company) -> None:
    company.hires()
    lines = DATAMAP.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("recipients = ["))
    whole, lines[place] = lines[place], "recipients = []"
    (company.folder / "map.toml").write_text("\n".join(lines), encoding="utf-8")
    company.configure(clients={"map": "map.toml"})
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    assert "recipients" in company.approve(company.waiting("access"), code=1).err
    lines[place] = whole
    (company.folder / "map.toml").write_text("\n".join(lines), encoding="utf-8")
    assert "planned again" in company.approve(company.waiting("access"), code=1).err
    company.passes()
    company.approve(company.waiting("access"))
    assert company.passes().sent == 1
