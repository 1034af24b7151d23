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
            _wait_for_answers(company, clients, least)
            daemon.kill()
    company.leases_end()
    company.passes()
    rows = company.queue()
    uncertain = [row for row in rows if "stopped while it was being sent" in row["reason"]]
    unanswered = {one.user for one in clients} - {one.user for one in clients if one.mails()}
    assert unanswered <= {row["person"] for row in uncertain}
    assert max(len(one.mails()) for one in clients) == 1
    assert len(uncertain) <= 2 * 4, "no more than there were connections at each kill"
    assert {row["state"] for row in uncertain} <= {"trouble"}
    assert {row["person"] for row in rows} == {one.user for one in clients}
    company.mailbot("journal", "--verify")
    assert company.mailbox.mails() == []


def _wait_for_answers(company: Company, clients: list[Mailbox], least: int) -> None:
    """Return as soon as so many of the clients have their answer."""
    inboxes = [company.dovecot.folder / "home" / one.user / "Maildir" / "new" for one in clients]
    end = time.monotonic() + 30
    while sum(any(inbox.glob("*")) for inbox in inboxes) < least:
        assert time.monotonic() < end
        time.sleep(0.005)
