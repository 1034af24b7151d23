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
    assert len(uncertain) <= 2 * 8, "no more than there were connections at each kill"
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


def test_a_mail_whose_bytes_changed_while_the_mailbox_moved_is_read_and_never_answered_twice(company: Company) -> None:
    raw = mail(CLAIRE, ACCESS)
    moved = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.lower().startswith(b"message-id:"))
    company.mailbox.append(moved)
    assert company.passes().sent == 1
    home = company.dovecot.folder / "home" / company.mailbox.user
    for file in (home / "Maildir").glob("dovecot*"):
        file.unlink()
    company.mailbox.append(b"X-Moved-By: another provider\r\n" + moved)
    company.mailbox.append(mail(JEAN, ACCESS))
    assert company.passes().sent == 1
    company.got(CLAIRE, 1)
    company.got(JEAN, 1)
    refs = {row["ref"] for row in company.queue() if row["person"] == "Claire Dupont"}
    assert len(refs) == 1, "the same words of the same sender join the open request"


def test_a_copy_of_an_answered_mail_is_taken_out_as_well(company: Company) -> None:
    asked = mail(CLAIRE, ACCESS)
    company.mailbox.append(asked)
    company.passes()
    for file in (company.dovecot.folder / "home" / company.mailbox.user / "Maildir").glob("dovecot*"):
        file.unlink()
    company.mailbox.append(asked)
    assert company.passes().sent == 0
    assert company.mailbox.mails() == []
    figures = company.mailbot("stats", "--json").rows[0]["mailbox"]["folders"]
    assert [(one["folder"], one["gone"]) for one in figures] == [("INBOX", 0)]
