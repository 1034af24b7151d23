"""The demo's mail servers, asked by real clients."""

from __future__ import annotations

import asyncio
import imaplib
import importlib
import smtplib
import threading
from collections.abc import Iterator

import aiosmtplib
import pytest
from imapclient import IMAPClient

from mailbot.demo.extra import extra
from mailbot.demo.servers import HOST, RECEIVER, DemoServers
from mailbot.interfaces import Misconfigured
from mailbot.mail.imap import ImapSource
from mailbot.mail.session import ImapSettings

CLAIRE, EMMA = "claire@client.example", "emma@client.example"
USERS = {CLAIRE: "rose", EMMA: "tulip"}
MAIL = b"From: a@b.example\r\nSubject: one\r\n\r\nBonjour\r\n\r\n..\r\n"


@pytest.fixture(scope="module")
def servers() -> Iterator[DemoServers]:
    with DemoServers(USERS) as servers:
        yield servers


@pytest.fixture
def imap(servers: DemoServers) -> Iterator[IMAPClient]:
    """Claire, logged in."""
    with IMAPClient(HOST, servers.imap_port, ssl=False, timeout=10, use_uid=True) as client:
        client.login(CLAIRE, USERS[CLAIRE])
        yield client


async def send(servers: DemoServers, sender: str, recipients: list[str], *, login: bool) -> None:
    """Hand MAIL over by SMTP."""
    async with aiosmtplib.SMTP(hostname=HOST, port=servers.smtp_port) as smtp:
        if login:
            await smtp.login(sender, USERS[sender])
        await smtp.sendmail(sender, recipients, MAIL)


def test_a_delivered_mail_is_read_over_imap_byte_for_byte(servers: DemoServers, imap: IMAPClient) -> None:
    servers.deliver(CLAIRE, MAIL, "In")
    imap.select_folder("In")
    [mail] = imap.fetch(imap.search(), ["BODY.PEEK[]"]).values()
    assert mail[b"BODY[]"] == MAIL
    assert servers.mails(CLAIRE, "In") == [MAIL]


def test_a_sent_mail_lies_in_every_recipients_inbox_under_the_receivers_lines(servers: DemoServers) -> None:
    before = len(servers.mails(CLAIRE)), len(servers.mails(EMMA))
    asyncio.run(send(servers, EMMA, [CLAIRE, EMMA.upper()], login=True))
    assert (len(servers.mails(CLAIRE)), len(servers.mails(EMMA))) == (before[0] + 1, before[1] + 1)
    raw = servers.mails(CLAIRE)[-1]
    assert raw.startswith(f"Return-Path: <{EMMA}>\r\nAuthentication-Results: {RECEIVER}; spf=pass ".encode())
    assert raw.endswith(MAIL)


def test_nobody_is_vouched_for_who_did_not_log_in_as_the_sender(servers: DemoServers) -> None:
    asyncio.run(send(servers, CLAIRE, [EMMA], login=False))
    assert b" spf=fail " in servers.mails(EMMA)[-1]


def test_an_unknown_recipient_and_a_wrong_password_are_refused(servers: DemoServers) -> None:
    with smtplib.SMTP(HOST, servers.smtp_port, timeout=10) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail(CLAIRE, ["nobody@client.example"], MAIL)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(CLAIRE, USERS[EMMA])
    with IMAPClient(HOST, servers.imap_port, ssl=False, timeout=10) as client, pytest.raises(imaplib.IMAP4.error):
        client.login(CLAIRE, USERS[EMMA])
    with pytest.raises(KeyError):
        servers.deliver("nobody@client.example", MAIL)
    with pytest.raises(KeyError):
        servers.mails("nobody@client.example")


def test_users_have_the_usual_folders_and_their_own_mail_alone(servers: DemoServers, imap: IMAPClient) -> None:
    servers.deliver(EMMA, MAIL, "Archive")
    names = {name for _, _, name in imap.list_folders()}
    assert names >= {"INBOX", "Sent", "Junk"}
    assert "Archive" not in names
    assert servers.mails(CLAIRE, "Archive") == []


def test_a_keyword_stays(servers: DemoServers, imap: IMAPClient) -> None:
    servers.deliver(CLAIRE, MAIL, "Marked")
    imap.select_folder("Marked")
    imap.add_flags(imap.search(), ["$Seen-by-mailbot"])
    imap.select_folder("INBOX")
    imap.select_folder("Marked")
    assert len(imap.search(["KEYWORD", "$Seen-by-mailbot"])) == 1


def test_who_waits_is_told_of_a_new_mail(servers: DemoServers) -> None:
    source = ImapSource(
        ImapSettings(host=HOST, port=servers.imap_port, tls="none", user=EMMA, password=USERS[EMMA], folders=("INBOX",))
    )
    known = len(source.uids("INBOX"))
    later = threading.Timer(0.2, servers.deliver, (EMMA, MAIL))
    later.start()
    assert source.wait(20)
    assert len(source.uids("INBOX")) == known + 1
    later.join()
    source.close()


def own_threads() -> int:
    return sum(thread.name == "demo mail servers" for thread in threading.enumerate())


def test_the_end_cuts_open_connections_and_leaves_no_thread() -> None:
    threads = own_threads()
    with DemoServers(USERS) as servers:
        imap = IMAPClient(HOST, servers.imap_port, ssl=False, timeout=10)
        smtp = smtplib.SMTP(HOST, servers.smtp_port, timeout=10)
        assert own_threads() == threads + 1
    assert own_threads() == threads
    with imap, pytest.raises((OSError, imaplib.IMAP4.error)):
        imap.noop()
    with smtp, pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.noop()


def test_without_the_extra_the_demo_says_what_to_install() -> None:
    with pytest.raises(Misconfigured, match=r"no_such_library.*pip install 'mailbot\[demo\]'"), extra():
        importlib.import_module("no_such_library")
