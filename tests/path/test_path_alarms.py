"""Staff hear of what is due while no mail arrives, and of an outage once SMTP is back; no such mail is a request."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from path.company import Company, words
from path.written import ACCESS, CLAIRE, MARC, mail


def overdue(company: Company) -> str:
    """A letter that came two months ago and nobody answered."""
    received = (date.today() - timedelta(days=60)).isoformat()  # noqa: DTZ011 - a day as people say it
    words = ("register", "letter", "--ask", "access", "--received", received, "--person", "contact:1", "--json")
    return str(company.mailbot(*words, "--by", "anna").rows[0]["ref"])


def test_the_daemon_sends_the_digest_though_no_mail_arrives(company: Company) -> None:
    company.hires()
    company.configure(staff={"digest": "00:00", "alarms_to": MARC}, policy={"mode": "shadow"})
    ref = overdue(company)
    with company.daemon():
        company.dovecot.mailbox(MARC).wait_for(1, seconds=40)
    [digest] = company.got(MARC, 1)
    assert "1 en retard" in digest["Subject"]
    assert f"{ref} access : échéance passée le" in words(digest)
    assert "Dupont" not in digest.as_string()


def test_a_digest_in_the_mailbox_that_is_watched_is_no_request(company: Company) -> None:
    company.hires()
    company.configure(staff={"digest": "00:00"})
    company.receives(mail(CLAIRE, ACCESS))
    overdue(company)
    company.passes()
    before = {row["ref"] for row in company.queue()}
    company.passes()
    assert {row["ref"] for row in company.queue()} == before
    assert company.mailbot("stats", "--json").rows[0]["messages"] == {"request": 1, "robot": 1}


def test_an_outage_that_lasted_is_told_as_soon_as_smtp_is_back(company: Company) -> None:
    company.hires()
    port = company.settings["outgoing"]["port"]
    company.configure(outgoing={"port": 9}, staff={"alarms_to": MARC})
    company.receives(mail(CLAIRE, ACCESS))
    company.mailbot("run", "--once", code=75)
    with sqlite3.connect(company.folder / "store.db") as store:
        store.execute(
            "UPDATE fact SET value = replace(value, '\"since\": \"2', '\"since\": \"1') WHERE name = 'health:smtp'"
        )
    store.close()
    company.mailbot("run", "--once", code=75)
    assert "smtp is away" in company.mailbot("health", code=1).err
    company.configure(outgoing={"port": port})
    company.hour_passes()
    with sqlite3.connect(company.folder / "store.db") as store:
        store.execute("UPDATE notice SET next_try = created_at")
    store.close()
    company.passes()
    [alarm] = company.got(MARC, 1)
    assert "ne répond plus depuis longtemps" in alarm["Subject"]
    assert "Smtp" in words(alarm)
