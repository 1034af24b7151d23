"""Machines set on each other: at most one automatic mail each way, with their headers and without."""

from __future__ import annotations

import email
import itertools
import shutil
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from path.company import Company, parsed, words
from path.written import ACCESS, JEAN, STOP, mail, results
from servers.dovecot import Dovecot, Mailbox
from servers.postfix import Postfix
from servers.process import need

ROUNDS = 4
MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Mailbot-Loop", "Precedence", "In-Reply-To", "References")
AWAY = "away@holidays.example"
VACATION = """require ["vacation", "envelope"];
if envelope :is "to" "away@holidays.example" {
  vacation :days 1 :subject "Absence" "Je souhaite vous prévenir : je suis absent et je répondrai à mon retour.";
}
"""
SIEVE = """
submission_host = 127.0.0.1:{port}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve_before = {script}
  sieve_vacation_send_from_recipient = yes
}}
"""


def _office(folder: Path, sample: Path, dovecot: Dovecot, postfix: Postfix, mailbox: Mailbox, client: str) -> Company:
    """A company that has `client` on file."""
    folder.mkdir()
    shutil.copy(sample, folder)
    company = Company(folder, dovecot, postfix, mailbox)
    company.sql("UPDATE contact SET email = ? WHERE id = 12", client)
    return company


@pytest.mark.parametrize("stripped", [False, True], ids=["as they are", "through a relay that takes every mark away"])
def test_two_instances_set_on_each_other(
    tmp_path: Path, sample: Path, dovecot: Dovecot, postfix: Postfix, *, stripped: bool
) -> None:
    boxes = dovecot.fresh("privacy", "one.example"), dovecot.fresh("privacy", "two.example")
    first = _office(tmp_path / "one", sample, dovecot, postfix, boxes[0], boxes[1].user)
    second = _office(tmp_path / "two", sample, dovecot, postfix, boxes[1], boxes[0].user)
    first.receives(mail(boxes[1].user, ACCESS, to=boxes[0].user))
    for _ in range(ROUNDS):
        for company in (first, second):
            company.passes()
            for box, other in (boxes, boxes[::-1]):
                _relay(box, other.user, stripped=stripped)
    sent = [company.mailbot("stats", "--json").rows[0]["replies"].get("sent", 0) for company in (first, second)]
    assert sent[0] == 1
    assert sent[1] <= 1


def _relay(box: Mailbox, sender: str, *, stripped: bool) -> None:
    """Hand on what lies in a mailbox as its receiver saw it: authenticated, perhaps without any mark of a machine."""
    with box.client() as client:
        client.select_folder("INBOX")
        for uid, found in client.fetch(client.search(["UNKEYWORD", "$Relayed"]), ["BODY.PEEK[]"]).items():
            letter: Message = email.message_from_bytes(found[b"BODY[]"])
            for name in MARKS if stripped else ():
                del letter[name]
            letter["Authentication-Results"] = results(sender)
            client.delete_messages([uid])
            client.expunge()
            head, _, body = letter.as_bytes().partition(b"\n\n")
            client.append("INBOX", head + b"\n\n" + body, flags=[b"$Relayed"])


@pytest.fixture
def holidays() -> Iterator[tuple[Dovecot, Postfix]]:
    """Mail servers where away@holidays.example is on holidays (RFC 5230)."""
    need("dovecot", "sievec")
    dovecot = Dovecot()
    postfix = Postfix(dovecot)
    script = dovecot.folder / "vacation.sieve"
    script.write_text(VACATION)
    dovecot.more = SIEVE.format(port=postfix.smtp_port, script=script)
    with dovecot, postfix:
        yield dovecot, postfix


def test_a_vacation_responder_is_written_to_once_and_never_answered(
    tmp_path: Path, sample: Path, holidays: tuple[Dovecot, Postfix]
) -> None:
    dovecot, postfix = holidays
    company = _office(tmp_path / "one", sample, dovecot, postfix, dovecot.fresh(), AWAY)
    company.receives(mail(AWAY, ACCESS))
    company.passes()
    [letter] = company.got(AWAY, 1)
    assert letter["Auto-Submitted"] == "auto-replied", "which keeps the responder silent"
    plain = mail(company.mailbox.user, "Bonjour, votre commande est prête.", "Commande", to=AWAY, authentic=None)
    postfix.deliver(plain, sender=company.mailbox.user, to=AWAY)  # a colleague writes by hand
    [notice] = [parsed(raw) for raw in company.mailbox.wait_for(1)]
    assert notice["Subject"] == "Absence"
    for _ in range(ROUNDS):
        company.passes()
    company.got(AWAY, 2)  # the letter and the colleague's mail


@pytest.mark.parametrize("on_file", [False, True], ids=["a stranger's", "a client's"])
def test_a_help_desk_without_any_mark_gets_one_automatic_mail(company: Company, *, on_file: bool) -> None:
    desk = company.dovecot.fresh("helpdesk", "desk.example").user
    if on_file:
        company.sql("UPDATE contact SET email = ? WHERE id = 12", desk)
    company.receives(mail(desk, ACCESS, "Mes données"))
    numbers = itertools.count(1)
    answered = 0
    for _ in range(ROUNDS):
        company.passes()
        for letter in company.got(desk)[answered:]:
            answered += 1
            for text in (words(letter), f"{ACCESS}\n\n{words(letter)[:400]}", ACCESS):
                number = next(numbers)
                subject = f"[Ticket #{number}] {letter['Subject']}" if number % 2 else f"Ticket {number} ouvert"
                company.receives(mail(desk, f"Votre message a été reçu.\n\n{text}", subject))
    automatic = [letter for letter in company.got(desk) if letter["Auto-Submitted"] == "auto-replied"]
    assert len(automatic) == 1
    assert company.queue()


def test_what_no_letter_answered_keeps_the_next_from_no_answer(company: Company) -> None:
    company.receives(mail(JEAN, STOP, "Stop", List_Id="<news.vernet.example>", Precedence="list"))
    company.passes()
    assert company.got(JEAN) == [], "a list is not written to"
    company.receives(mail(JEAN, STOP, "Newsletter"))
    company.passes()
    assert len(company.got(JEAN)) == 1
