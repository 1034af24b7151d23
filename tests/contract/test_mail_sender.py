"""What every mail sender must do, over Postfix and over a server that answers what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from mail.smtp_server import DOT, DROP, GREETING, SILENT, SmtpServer, smtp_server
from servers.dovecot import PASSWORD, Dovecot
from servers.postfix import Postfix
from servers.process import HOST, free_port

from mailbot.interfaces import Delivery, MailSender, Sent
from mailbot.mail.smtp import SmtpSender
from mailbot.mail.smtp_link import SmtpSettings
from mailbot.mail.tls import Tls

pytestmark = pytest.mark.anyio

US = "direction@astrallys.com"
CLIENT = "zoe.dupre@client.example"
HEADER = b"""\
From: direction@astrallys.com\r
Date: Thu, 05 Mar 2026 09:30:00 +0100\r
Message-ID: <1@astrallys.com>\r
Subject: Votre demande\r
\r
"""  # complete: Postfix adds what is missing
RAW = HEADER + b"Bonjour,\r\n.\r\n..deux\r\nfin\r\n"


def settings(server: SmtpServer) -> SmtpSettings:
    """Plain text to `server`, impatient."""
    return SmtpSettings(HOST, server.port, tls="none", connect_timeout=1, timeout=1, final_timeout=1)


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    """A friendly server, until told otherwise."""
    async with smtp_server() as server:
        yield server


@pytest.fixture
async def sender(server: SmtpServer) -> AsyncIterator[SmtpSender]:
    """A sender to that server."""
    sender = SmtpSender(settings(server))
    yield sender
    await sender.close()


async def send(sender: MailSender) -> Delivery:
    """One mail to the client."""
    return await sender.send(US, CLIENT, RAW)


# --- a real server ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["starttls", "implicit", "none"])
async def real(request: pytest.FixtureRequest, postfix: Postfix) -> AsyncIterator[SmtpSender]:
    """A sender to Postfix, logged in where TLS allows it."""
    port = postfix.smtps_port if request.param == "implicit" else postfix.smtp_port
    plain = SmtpSettings(HOST, port, tls="none")
    tls = replace(plain, tls=request.param, ca_file=str(postfix.certificate), user=US, password=PASSWORD)
    sender = SmtpSender(plain if request.param == "none" else tls)
    yield sender
    await sender.close()


async def test_a_mail_arrives_byte_for_byte(real: SmtpSender, dovecot: Dovecot) -> None:
    client = dovecot.fresh("zoe", "client.example")
    delivery = await real.send(US, client.user, RAW)
    assert delivery.sent is Sent.SENT
    assert delivery.because
    [arrived] = await asyncio.to_thread(client.wait_for, 1)
    assert arrived.endswith(RAW)


async def test_many_mails_arrive_once_each(real: SmtpSender, dovecot: Dovecot) -> None:
    client = dovecot.fresh("zoe", "client.example")
    raws = [HEADER + b"%d\r\n" % number for number in range(40)]
    deliveries = await asyncio.gather(*(real.send(US, client.user, raw) for raw in raws))
    assert {delivery.sent for delivery in deliveries} == {Sent.SENT}
    arrived = await asyncio.to_thread(client.wait_for, 40)
    assert sorted(raw[raw.index(HEADER) :] for raw in arrived) == sorted(raws)


@pytest.mark.parametrize(
    ("address", "sent"),
    [("refused@client.example", Sent.FAILED), ("later@client.example", Sent.DEFERRED)],
)
async def test_a_refused_recipient_is_told_for_good_or_for_now(real: SmtpSender, address: str, sent: Sent) -> None:
    delivery = await real.send(US, address, RAW)
    assert delivery.sent is sent
    assert delivery.because[:3] in {"550", "451"}
    assert address not in delivery.because


async def test_an_eight_bit_mail_arrives(real: SmtpSender, dovecot: Dovecot) -> None:
    client = dovecot.fresh("zoe", "client.example")
    raw = HEADER + "Bonjour Zoé\r\n".encode()
    assert (await real.send(US, client.user, raw)).sent is Sent.SENT
    [arrived] = await asyncio.to_thread(client.wait_for, 1)
    assert arrived.endswith(raw)


async def test_a_large_mail_arrives(real: SmtpSender, dovecot: Dovecot) -> None:
    client = dovecot.fresh("zoe", "client.example")
    raw = HEADER + b"A" * 76 + b"\r\n" + (b".%s\r\n" % (b"b" * 70)) * 70_000
    assert (await real.send(US, client.user, raw)).sent is Sent.SENT
    [arrived] = await asyncio.to_thread(client.wait_for, 1)
    assert arrived.endswith(raw)


async def test_the_check_of_a_sound_server_finds_nothing(real: SmtpSender) -> None:
    assert await real.check() == []


async def test_a_certificate_that_nobody_vouches_for_is_refused_but_no_mail_is_lost(postfix: Postfix) -> None:
    ways: list[tuple[int, Tls]] = [(postfix.smtps_port, "implicit"), (postfix.smtp_port, "starttls")]
    for port, tls in ways:
        sender = SmtpSender(SmtpSettings(HOST, port, tls=tls))
        delivery = await send(sender)
        assert delivery.sent is Sent.DEFERRED
        assert "certificate" in delivery.because
        [problem] = await sender.check()
        assert "ca_file" in problem.what
        assert sender.problem == problem


# --- how each try ends ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", DOT])
@pytest.mark.parametrize(("answer", "sent"), [("451 4.3.0 later", Sent.DEFERRED), ("550 5.7.1 no", Sent.FAILED)])
async def test_a_refusal_means_the_same_at_every_command(
    server: SmtpServer, sender: SmtpSender, command: str, answer: str, sent: Sent
) -> None:
    server.answers[command] = answer
    assert await send(sender) == Delivery(sent, answer)
    del server.answers[command]
    assert (await send(sender)).sent is Sent.SENT


@pytest.mark.parametrize("command", [GREETING, "EHLO"])
@pytest.mark.parametrize("answer", ["421 4.3.2 busy", "554 5.7.1 no service for you", SILENT, DROP])
async def test_a_server_that_refuses_us_fails_no_mail(
    server: SmtpServer, sender: SmtpSender, command: str, answer: str
) -> None:
    server.answers[command] = answer
    assert (await send(sender)).sent is Sent.DEFERRED
    del server.answers[command]
    assert (await send(sender)).sent is Sent.SENT


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [SILENT, DROP, "421 4.3.2 going down"])
async def test_a_connection_lost_before_the_mail_left_is_tried_again_later(
    server: SmtpServer, sender: SmtpSender, command: str, answer: str
) -> None:
    server.answers[command] = answer
    assert (await send(sender)).sent is Sent.DEFERRED
    assert server.mails == []
    del server.answers[command]
    assert (await send(sender)).sent is Sent.SENT


@pytest.mark.parametrize("answer", [SILENT, DROP, "what?", "354 more"])
async def test_a_connection_lost_after_the_mail_left_is_uncertain(
    server: SmtpServer, sender: SmtpSender, answer: str
) -> None:
    server.answers[DOT] = answer
    assert (await send(sender)).sent is Sent.UNCERTAIN
    assert len(server.mails) == 1
    del server.answers[DOT]
    assert (await send(sender)).sent is Sent.SENT


async def test_no_server_is_for_later(server: SmtpServer) -> None:
    sender = SmtpSender(replace(settings(server), port=free_port()))
    assert (await send(sender)).sent is Sent.DEFERRED
    assert sender.problem is None
    assert len(await sender.check()) == 1


async def test_a_server_that_never_answers_quit_holds_nothing_up(server: SmtpServer) -> None:
    server.answers["QUIT"] = SILENT
    sender = SmtpSender(replace(settings(server), mails_a_connection=1))
    deliveries = [await send(sender) for _ in range(2)]
    await sender.close()
    assert {delivery.sent for delivery in deliveries} == {Sent.SENT}


async def test_a_stopped_try_leaves_no_half_mail_on_a_kept_connection(server: SmtpServer, sender: SmtpSender) -> None:
    server.answers["RCPT"] = SILENT
    task = asyncio.create_task(send(sender))
    await server.hears("RCPT")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del server.answers["RCPT"]
    assert (await send(sender)).sent is Sent.SENT
    assert server.connections == 2


async def test_a_server_that_wants_a_login_fails_no_mail(server: SmtpServer, sender: SmtpSender) -> None:
    server.answers["MAIL"] = "530 5.7.0 authentication required"
    assert (await send(sender)).sent is Sent.DEFERRED
    assert sender.problem is not None
    del server.answers["MAIL"]
    assert (await send(sender)).sent is Sent.SENT
    assert sender.problem is None


async def test_a_wrong_password_fails_no_mail_and_is_told_once() -> None:
    async with smtp_server(extensions=("AUTH LOGIN PLAIN",), answers={"AUTH": "535 5.7.8 no"}) as server:
        sender = SmtpSender(replace(settings(server), user=US, password="wrong"))
        deliveries = [await send(sender) for _ in range(5)]
        assert {delivery.sent for delivery in deliveries} == {Sent.DEFERRED}
        assert all("authentication refused" in delivery.because for delivery in deliveries)
        assert len([command for command in server.commands if command.startswith("AUTH")]) == 1  # more lock an account
        assert await sender.check() == [sender.problem]


async def test_a_server_without_login_or_starttls_is_a_problem_and_fails_no_mail(server: SmtpServer) -> None:
    for change in ({"user": US, "password": PASSWORD}, {"tls": "starttls"}):
        sender = SmtpSender(replace(settings(server), **change))  # type: ignore[arg-type]
        assert (await send(sender)).sent is Sent.DEFERRED
        assert sender.problem is not None


# --- connections ------------------------------------------------------------------------------------------------------


async def test_connections_are_kept_and_never_more_than_allowed(server: SmtpServer) -> None:
    sender = SmtpSender(replace(settings(server), connections=3))
    deliveries = await asyncio.gather(*(send(sender) for _ in range(50)))
    await sender.close()
    assert {delivery.sent for delivery in deliveries} == {Sent.SENT}
    assert (server.connections, server.most_at_once, sender.connections) == (3, 3, 3)
    assert server.commands.count("QUIT") == 3


async def test_a_kept_connection_is_renewed_after_some_mails(server: SmtpServer) -> None:
    sender = SmtpSender(replace(settings(server), mails_a_connection=2))
    for _ in range(6):
        assert (await send(sender)).sent is Sent.SENT
    await sender.close()
    assert server.connections == 3


@pytest.mark.parametrize("answer", [DROP, "421 4.4.2 idle for too long"])
async def test_a_kept_connection_that_died_costs_no_try(server: SmtpServer, sender: SmtpSender, answer: str) -> None:
    assert (await send(sender)).sent is Sent.SENT
    server.answers["MAIL"] = answer
    sending = asyncio.create_task(send(sender))
    await server.hears("MAIL")
    del server.answers["MAIL"]
    assert (await sending).sent is Sent.SENT
    assert server.connections == 2


async def test_after_a_partial_outage_all_mails_leave(server: SmtpServer, sender: SmtpSender) -> None:
    server.answers["DATA"] = DROP
    first = await asyncio.gather(*(send(sender) for _ in range(8)))
    del server.answers["DATA"]
    second = await asyncio.gather(*(send(sender) for _ in range(8)))
    assert {delivery.sent for delivery in first} == {Sent.DEFERRED}
    assert {delivery.sent for delivery in second} == {Sent.SENT}


async def test_the_rate_spaces_the_mails(server: SmtpServer) -> None:
    sender = SmtpSender(replace(settings(server), rate=600))
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(send(sender) for _ in range(4)))
    assert asyncio.get_running_loop().time() - started >= 0.29
    await sender.close()


# --- what is said on the wire -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example\r\nRCPT TO:<b@x.example>",
        "a@x.example>",
        "<a@x.example>",
        "a b@x.example",
        "a@x.example\0",
        "Zoé <a@x.example>",
        "a@x.example,b@x.example",
        "a@x.example SIZE=1",
        '"a b"@x.example',
        "a@b@x.example",
        "a@x..example",
        "a@[127.0.0.1]",
        "@x.example",
        "a@",
        "a",
        "",
        f"{'a' * 65}@x.example",
    ],
)
async def test_an_odd_address_is_refused_before_anything_is_said(
    server: SmtpServer, sender: SmtpSender, address: str
) -> None:
    delivery = await sender.send(US, address, RAW)
    assert delivery.sent is Sent.FAILED
    assert server.connections == 0
    assert "x.example" not in delivery.because


async def test_the_null_return_path_and_international_domains_are_said_right(
    server: SmtpServer, sender: SmtpSender
) -> None:
    assert (await sender.send("", "zoe@société.example", RAW)).sent is Sent.SENT
    assert server.commands[1:3] == [f"MAIL FROM:<> SIZE={len(RAW)}", "RCPT TO:<zoe@xn--socit-esab.example>"]


async def test_what_a_mail_needs_is_asked_of_the_server(server: SmtpServer, sender: SmtpSender) -> None:
    body = "Subject: x\r\n\r\né\r\n".encode()
    assert (await sender.send(US, "zoé@client.example", body)).sent is Sent.SENT
    assert server.commands[1].endswith(" BODY=8BITMIME SMTPUTF8")


async def test_a_mail_that_the_server_cannot_carry_fails() -> None:
    async with smtp_server(extensions=("HELP",)) as server:
        sender = SmtpSender(settings(server))
        assert (await sender.send(US, "zoé@client.example", RAW)).sent is Sent.FAILED
        assert (await sender.send(US, CLIENT, "Subject: x\r\n\r\né\r\n".encode())).sent is Sent.FAILED
        assert (await send(sender)).sent is Sent.SENT
        assert server.connections == 1
        await sender.close()


async def test_lines_end_in_crlf_and_leading_dots_are_doubled(server: SmtpServer, sender: SmtpSender) -> None:
    await sender.send(US, CLIENT, b"Subject: x\n\n.\n..\r\na\rb.\n.c")
    assert server.mails == [b"Subject: x\r\n\r\n..\r\n...\r\na\r\nb.\r\n..c\r\n"]


async def test_the_reason_repeats_no_address(server: SmtpServer, sender: SmtpSender) -> None:
    server.answers["RCPT"] = f"550 5.1.1 <{CLIENT}>: {CLIENT} unknown; Zoe.Dupre is not here"
    delivery = await send(sender)
    assert delivery.sent is Sent.FAILED
    assert "dupre" not in delivery.because.lower()
