"""Nothing lost, nothing doubled: whatever is delivered twice, run twice, or killed."""

from __future__ import annotations

import time

from path.company import Company
from path.written import ACCESS, CLAIRE, JEAN, STOP, mail
from servers.dovecot import Mailbox

MAILS = 60


def test_a_mail_that_is_delivered_twice_is_one_request_and_running_twice_doubles_nothing(any_company: Company) -> None:
    company = any_company
    twice = mail(CLAIRE, ACCESS)
    for raw in (twice, mail(JEAN, STOP, "Newsletter"), twice):
        company.mailbox.append(raw)
    assert company.passes().sent == 2
    company.mailbox.append(twice)
    assert company.passes().sent == 0
    company.got(CLAIRE, 1)
    company.got(JEAN, 1)
    assert len(company.queue()) == 1
    company.mailbot("journal", "--verify")


def test_a_daemon_that_is_killed_twice_answers_nobody_twice_and_loses_nobody(any_company: Company) -> None:
    company = any_company
    clients = [company.dovecot.fresh("asking", "many.example") for _ in range(MAILS)]
    with company.mailbox.client() as client:
        for one in clients:
            client.append("INBOX", mail(one.user, ACCESS))
    for least in (1, MAILS // 3):
        with company.daemon() as daemon:
            _wait_for_answers(clients, least)
            daemon.kill()
    company.passes()
    answers = {one.user: len(one.mails()) for one in clients}
    uncertain = [row for row in company.queue() if row["state"] == "trouble"]
    assert max(answers.values()) == 1
    assert {user for user, count in answers.items() if not count} <= {row["person"] for row in uncertain}
    assert len(uncertain) <= 2 * 4, "no more than there were connections at each kill"
    assert all("stopped while it was being sent" in row["reason"] for row in uncertain)
    assert len(company.queue()) == MAILS
    company.mailbot("journal", "--verify")
    assert company.mailbox.mails() == []


def _wait_for_answers(clients: list[Mailbox], least: int) -> None:
    """Return as soon as `least` of the clients, of whom the first are written to first, have their answer."""
    end = time.monotonic() + 30
    for one in clients[:least]:
        while not one.mails():
            assert time.monotonic() < end
            time.sleep(0.01)
