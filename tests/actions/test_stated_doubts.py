"""An identification that fails or contradicts itself is stated as a doubt, and the clock stands until the answer."""

from __future__ import annotations

import email
import email.policy
import json
import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, ERASE, RECEIVER, STOP, STRANGER, Office

from mailbot.core.deadline import legal_end
from mailbot.demo.servers import DemoServers

DECREE = "2019-536"


def letters(post: DemoServers, ref: str, client: str = CLAIRE) -> list[EmailMessage]:
    """The mails that a client got on a request, oldest first; those of earlier tests, of the same number, before."""
    mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in post.mails(client)]
    return [mail for mail in mails if ref in str(mail["Subject"])]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return " ".join(str(body.get_content() if body else "").split())


def alter(office: Office, statement: str, *values: object, base: str = "mailbot.db") -> None:
    store = sqlite3.connect(office.folder / base)
    with store:
        store.execute(statement, values)
    store.close()


def days_pass(office: Office, days: int) -> None:
    """The question went so many days ago."""
    began = (datetime.now(UTC).astimezone().date() - timedelta(days=days)).isoformat()
    alter(office, "UPDATE pause SET began = ? WHERE ended IS NULL", began)


def pauses(office: Office) -> list[tuple[str, int]]:
    store = sqlite3.connect(office.folder / "mailbot.db")
    rows = store.execute("SELECT kind, days FROM pause ORDER BY id").fetchall()
    store.close()
    return [(str(kind), int(days)) for kind, days in rows]


def answers(office: Office, letter: EmailMessage, text: str, client: str = CLAIRE) -> None:
    mail = f"""Return-Path: <{client}>
Authentication-Results: {RECEIVER}; spf=pass smtp.mailfrom={client}
From: {client}
To: direction@astrallys.com
Subject: Re: {letter["Subject"]}
Message-ID: <{datetime.now(UTC).timestamp()}@client.example>
In-Reply-To: {letter["Message-ID"]}

{text}
"""
    (office.folder / "box" / "new" / f"{datetime.now(UTC).timestamp()}.host").write_text(mail, encoding="utf-8")
    office.run()


def comes_back(office: Office, letter: EmailMessage, client: str = CLAIRE) -> None:
    """The server of the client says that our letter cannot be delivered (RFC 3464)."""
    mail = f"""Return-Path: <>
From: MAILER-DAEMON@client.example
To: direction@astrallys.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <{datetime.now(UTC).timestamp()}@client.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; client.example

Final-Recipient: rfc822; {client}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {letter["Message-ID"]}

--b--
"""
    (office.folder / "box" / "new" / f"{datetime.now(UTC).timestamp()}.host").write_text(mail, encoding="utf-8")
    office.run()


def due(office: Office, ref: str, kind: str = "access") -> date:
    return date.fromisoformat(office.ask(ref, kind)["due"])


def entry(office: Office, ref: str, event: str) -> dict[str, Any]:
    [found] = [row["details"] for row in office.lines("journal", ref) if row["event"] == event]
    return dict(found)


def test_a_sender_that_failed_its_check_stops_the_clock_until_the_person_confirms(
    found_office: Found, post: DemoServers
) -> None:
    office = found_office("live")
    ref = office.asked(CLAIRE, f"{ACCESS}\n{STOP}", spf="fail")
    letter = letters(post, ref)[-1]
    assert DECREE in words(letter)
    assert "contrôles techniques" in words(letter)
    assert "routine" not in words(letter)
    told = entry(office, ref, "clock.paused")
    assert (told["asks"], told["because"], told["from"]) == (["access"], "unaligned", date.today().isoformat())  # noqa: DTZ011
    before = due(office, ref)
    days_pass(office, 9)
    [code] = re.findall(r"qu’une fois\s?: (\w{8})", words(letter))
    answers(office, letter, f"Je confirme. {code}")
    after = before + timedelta(days=9)
    assert due(office, ref) == after
    assert office.ask(ref, "access")["legal_end"] == legal_end(after, "FR").isoformat()
    assert entry(office, ref, "clock.resumed")["asks"]["access"]["days"] == 9
    assert office.show(ref)["proof"] == "confirmed"


def test_a_routine_question_stops_no_clock(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    ref = office.asked(CLAIRE, ERASE)
    assert office.ask(ref, "erasure")["status"] == "proving"
    letter = letters(post, ref)[-1]
    assert "ne suspend pas" in words(letter)
    assert pauses(office) == []
    assert "clock.paused" not in {row["event"] for row in office.lines("journal", ref)}


def test_an_address_of_two_persons_is_asked_which_one_writes_and_names_neither(
    found_office: Found, post: DemoServers
) -> None:
    office = found_office("live")
    alter(office, "UPDATE contact SET email = ? WHERE id = 2", CLAIRE, base="clients.db")
    ref = office.asked(CLAIRE, ACCESS)
    letter = letters(post, ref)[-1]
    assert "plusieurs personnes" in words(letter).lower()
    assert DECREE in words(letter)
    assert not [name for name in ("Claire Dupont", "Martin", "contact:") if name in words(letter)]
    assert pauses(office) == [("access", -1)]
    before = due(office, ref)
    days_pass(office, 4)
    answers(office, letter, "Bonjour, je suis Claire Dupont, du Moulin Bleu.")
    assert due(office, ref) == before + timedelta(days=4)
    assert pauses(office) == [("access", 4)]


def test_a_stranger_is_told_why_and_staff_who_find_out_who_he_is_end_it(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    ref = office.asked(STRANGER, ACCESS)
    assert DECREE in words(letters(post, ref, STRANGER)[-1])
    before = due(office, ref)
    days_pass(office, 3)
    office.does("attribute", ref, "--person", "contact:1")
    assert due(office, ref) == before + timedelta(days=3)
    assert entry(office, ref, "clock.resumed")["asks"]["access"]["before"] == before.isoformat()


def test_a_human_may_ask_again_in_his_own_words_while_the_clock_stands(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    ref = office.asked(STRANGER, ACCESS)
    office.does("doubt", ref, "--reason", "Votre adresse nous est inconnue.")
    office.run()
    first, again = letters(post, ref, STRANGER)[-2:]
    assert (DECREE in words(first), "adresse nous est inconnue" in words(again)) == (True, True)
    assert pauses(office) == [("access", -1)], "it stands once"


def test_the_clock_stands_from_the_day_on_which_the_question_left(office: Office, post: DemoServers) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="fail")
    assert pauses(office) == [], "nobody was asked yet"
    office.approves(f"{ref}/1")
    office.run()
    assert letters(post, ref)
    assert pauses(office) == [("access", -1)]


def test_what_is_asked_late_stops_nothing_and_does_not_say_so(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    ref = office.asked(CLAIRE, ACCESS, spf="fail", days_ago=10)
    letter = letters(post, ref)[-1]
    assert DECREE not in words(letter)
    assert "ne suspend pas" in words(letter)
    assert pauses(office) == []


def test_a_question_that_comes_back_has_stopped_nothing(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    ref = office.asked(CLAIRE, ACCESS, spf="fail")
    before = due(office, ref)
    days_pass(office, 5)
    comes_back(office, letters(post, ref)[-1])
    assert pauses(office) == [("access", 0)]
    assert due(office, ref) == before


def test_an_answer_from_another_address_that_names_the_reference_ends_it(
    found_office: Found, post: DemoServers
) -> None:
    office = found_office("live")
    ref = office.asked(STRANGER, ACCESS)
    assert letters(post, ref, STRANGER)
    days_pass(office, 2)
    office.receive(CLAIRE, f"Bonjour, la demande {ref} est de moi, Claire Dupont.")
    office.run()
    assert pauses(office) == [("access", 2)]


def test_another_country_has_no_such_rule(found_office: Found, post: DemoServers) -> None:
    office = found_office("live")
    path = office.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[organisation]", '[organisation]\ncountry = "BE"'))
    ref = office.asked(CLAIRE, ACCESS, spf="fail")
    assert DECREE not in words(letters(post, ref)[-1])
    assert pauses(office) == []
    assert json.dumps(office.lines("journal", ref)).count("clock.paused") == 0
