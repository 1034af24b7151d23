"""What is away stops nothing else, is said in one line, and nothing is lost; what cannot be read stops nothing."""

from __future__ import annotations

from path.company import Company
from path.written import ACCESS, CLAIRE, EMMA, JEAN, STOP, mail
from servers.process import free_port


def test_a_mailbox_that_is_away_is_said_and_tried_again_later(company: Company) -> None:
    company.receives(mail(CLAIRE, ACCESS))
    company.configure(mailbox={"port": free_port()})
    away = company.passes(code=75)
    assert away.err.count("part=mailbox") == 1
    company.configure(mailbox={"port": company.mailbox.port})
    assert company.passes().sent == 1
    company.got(CLAIRE, 1)


def test_an_outgoing_server_that_is_away_holds_the_mails_and_delays_no_change(company: Company) -> None:
    company.receives(mail(CLAIRE, ACCESS), mail(JEAN, STOP, "Newsletter"))
    company.configure(outgoing={"port": free_port()})
    away = company.passes(code=75)
    assert away.err.count("part=smtp") == 1
    assert not company.subscribed(2)
    assert len(company.queue()) == 2
    company.configure(outgoing={"port": company.postfix.smtp_port})
    assert company.passes().sent == 2, "at once, whatever was tried meanwhile"
    company.got(CLAIRE, 1)
    company.got(JEAN, 1)


def test_a_client_database_that_is_away_delays_and_loses_nothing(company: Company) -> None:
    company.receives(mail(CLAIRE, ACCESS), mail(JEAN, STOP, "Newsletter"))
    company.configure(clients={"url": f"postgresql://nobody@127.0.0.1:{free_port()}/clients"})
    away = company.passes(code=75)
    assert away.err.count("part=clients") == 1
    company.configure(clients={"url": "sqlite:///clients.db"})
    assert company.passes().sent == 2
    company.got(CLAIRE, 1)
    company.got(JEAN, 1)
    assert not company.subscribed(2)


def test_mails_that_cannot_be_read_or_are_too_large_are_listed_and_the_others_go_on(company: Company) -> None:
    company.configure(mailbox={"max_size": "200kB"})
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(1000)
    )
    kept = [b"From: <a@b.example>\r\nSubject: nested\r\nMIME-Version: 1.0\r\n" + nested, b"\r\n"]
    large = mail(EMMA, "x" * 60 + "\n" + "filler filler filler\n" * 12_000, "Large")
    for raw in (*kept, large, mail(CLAIRE, ACCESS)):
        company.mailbox.append(raw)
    assert company.passes().sent == 1
    company.got(CLAIRE, 1)
    rows = {row["state"]: row for row in company.queue()}
    assert {"unreadable", "too_large", "to_release"} <= rows.keys()
    assert all(row["due"] for row in rows.values())
    assert company.mailbox.mails() == [*kept, large]
