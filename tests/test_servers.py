"""The test servers do what the other tests trust them to do."""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime

import peewee
import pytest
from playhouse.db_url import connect
from servers.dovecot import PASSWORD, Dovecot, Mailbox
from servers.postfix import Postfix
from servers.process import need

MAIL = b"From: Zoe <zoe@client.example>\r\nTo: direction@astrallys.com\r\nSubject: droits\r\n\r\nBonjour\r\n"


def test_mail_sent_to_any_address_arrives_in_its_mailbox(postfix: Postfix, dovecot: Dovecot) -> None:
    client = dovecot.fresh("zoe", "client.example")
    postfix.deliver(MAIL, "direction@astrallys.com", client.user)
    [raw] = client.wait_for(1)
    assert raw.endswith(b"\r\n\r\nBonjour\r\n")


def test_an_appended_mail_keeps_its_bytes_and_its_arrival(mailbox: Mailbox) -> None:
    arrival = datetime(2026, 3, 5, 8, 30, tzinfo=UTC)
    mailbox.append(MAIL, arrival, folder="Dossiers/Été")
    with mailbox.client() as client:
        client.normalise_times = False
        client.select_folder("Dossiers/Été")
        [fetched] = client.fetch(client.search(), ["INTERNALDATE"]).values()
    assert mailbox.mails("Dossiers/Été") == [MAIL]
    assert fetched[b"INTERNALDATE"] == arrival


def test_reading_a_mailbox_sets_no_flag(mailbox: Mailbox) -> None:
    mailbox.append(MAIL)
    mailbox.mails()
    assert mailbox.flags() == [set()]


def test_a_cleared_mailbox_is_empty(mailbox: Mailbox, dovecot: Dovecot) -> None:
    mailbox.append(MAIL)
    dovecot.clear(mailbox.user)
    assert mailbox.mails() == []


@pytest.mark.parametrize(("recipient", "code"), [("refused@client.example", 550), ("later@client.example", 451)])
def test_some_recipients_are_refused(postfix: Postfix, recipient: str, code: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        postfix.deliver(MAIL, "direction@astrallys.com", recipient)
    assert refusal.value.recipients[recipient][0] == code


def test_smtp_offers_tls_and_logins(postfix: Postfix) -> None:
    trust = ssl.create_default_context(cafile=str(postfix.certificate))
    with smtplib.SMTP("localhost", postfix.smtp_port) as client:
        client.starttls(context=trust)
        assert client.login("direction@astrallys.com", PASSWORD)[0] == 235
    with smtplib.SMTP_SSL("localhost", postfix.smtps_port, context=trust) as client:
        assert client.noop()[0] == 250


def test_a_server_keeps_its_mails_over_a_stop_and_a_start() -> None:
    need("dovecot", "openssl")
    with Dovecot() as server:
        server.mailbox("a@b.example").append(MAIL)
        server.stop()
        assert not server.answers()
        server.start()
        assert server.mailbox("a@b.example").mails() == [MAIL]


@pytest.mark.parametrize("fixture", ["postgres_url", "mariadb_url"])
def test_each_test_has_an_empty_database(fixture: str, request: pytest.FixtureRequest) -> None:
    database: peewee.Database = connect(request.getfixturevalue(fixture))
    database.execute_sql("CREATE TABLE client (name VARCHAR(20))")
    database.execute_sql("INSERT INTO client VALUES ('Zoé ✓')")
    assert database.get_tables() == ["client"]
    assert database.execute_sql("SELECT name FROM client").fetchone() == ("Zoé ✓",)
    database.close()
