"""A stated doubt stops the clock of the asks in doubt until the answer arrives; no date moves without its entry."""

from __future__ import annotations

import email
import email.policy
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from cli.office import ACCESS, CLAIRE, ERASE, RECEIVER, STOP, STRANGER, Office

from mailbot.core.deadline import legal_end
from mailbot.demo.servers import DemoServers

BOTH = f"{ACCESS}\n{ERASE}"
REASON = "Deux personnes portent ce nom."


def alter(office: Office, statement: str, *values: object) -> None:
    store = sqlite3.connect(office.folder / "mailbot.db")
    with store:
        store.execute(statement, values)
    store.close()


def days_pass(office: Office, days: int) -> None:
    """The doubt was stated so many days ago."""
    began = (datetime.now(UTC).astimezone().date() - timedelta(days=days)).isoformat()
    alter(office, "UPDATE pause SET began = ? WHERE ended IS NULL", began)


def answers(office: Office, post: DemoServers, ref: str) -> None:
    """Claire answers the letter that states the doubt."""
    letters = [email.message_from_bytes(raw, policy=email.policy.default) for raw in post.mails(CLAIRE)]
    letter = next(one for one in reversed(letters) if ref in str(one["Subject"]) and "identité" in str(one["Subject"]))
    mail = f"""Authentication-Results: {RECEIVER}; spf=pass smtp.mailfrom={CLAIRE}
From: {CLAIRE}
To: direction@astrallys.com
Subject: Re: {ref}
Message-ID: <{ref}.{datetime.now(UTC).timestamp()}@client.example>
In-Reply-To: {letter["Message-ID"]}

Bonjour, mon numero de client est 4711.
"""
    (office.folder / "box" / "new" / f"answer.{ref}.host").write_text(mail, encoding="utf-8")
    office.run()


def due(office: Office, ref: str, kind: str) -> date:
    return date.fromisoformat(office.ask(ref, kind)["due"])


def entry(office: Office, ref: str, event: str) -> dict[str, object]:
    [found] = [row["details"] for row in office.lines("journal", ref) if row["event"] == event]
    return dict(found)


def doubted(office: Office, *words: str) -> str:
    ref = office.asked(CLAIRE, BOTH, days_ago=3)
    office.does("doubt", ref, "--reason", REASON, *words)
    office.run()
    return ref


def test_the_days_of_a_stated_doubt_are_added_to_the_unrolled_end(office: Office, post: DemoServers) -> None:
    ref = doubted(office)
    before = due(office, ref, "access")
    days_pass(office, 6)
    answers(office, post, ref)
    after = before + timedelta(days=6)
    assert due(office, ref, "access") == due(office, ref, "erasure") == after
    assert office.ask(ref, "access")["legal_end"] == legal_end(after, "FR").isoformat()
    assert office.show(ref)["due"] == after.isoformat()
    told = entry(office, ref, "clock.resumed")["asks"]
    assert isinstance(told, dict)
    assert (told["access"]["days"], told["access"]["before"], told["access"]["due"]) == (6, str(before), str(after))


def test_the_letter_names_the_reason_and_the_suspension(office: Office, post: DemoServers) -> None:
    ref = doubted(office)
    text = next(raw for raw in reversed(post.mails(CLAIRE)) if ref.encode() in raw)
    body = email.message_from_bytes(text, policy=email.policy.default).get_body(("plain",))
    words = str(body.get_content() if body else "")
    assert REASON in words
    assert "suspendu" in words
    assert "2019-536" in words


def test_only_the_ask_in_doubt_stands(office: Office, post: DemoServers) -> None:
    ref = doubted(office, "--ask", "erasure")
    before = due(office, ref, "access")
    days_pass(office, 4)
    answers(office, post, ref)
    assert due(office, ref, "access") == before
    assert due(office, ref, "erasure") == before + timedelta(days=4)
    assert office.show(ref)["due"] == before.isoformat(), "a request shows its most urgent ask"


def test_while_the_clock_stands_nothing_is_proposed_or_overdue(office: Office) -> None:
    ref = doubted(office)
    office.run()
    assert {ask["status"] for ask in office.show(ref)["asks"]} == {"proving"}
    assert [row for row in office.lines("queue") if row["hash"] and row["release"] != 1] == []
    alter(office, "UPDATE ask SET due = '2020-01-01'")
    assert office.object("stats")["overdue"] == 0


def test_staff_who_verify_by_other_means_start_the_clock_again(office: Office) -> None:
    ref = doubted(office)
    before = due(office, ref, "access")
    days_pass(office, 2)
    office.does("verify", ref, "--reason", "rappelée au numéro du fichier")
    assert due(office, ref, "access") == before + timedelta(days=2)
    assert office.ask(ref, "access")["status"] == "open"


def test_an_extension_after_a_doubt_keeps_the_days_that_the_clock_stood(office: Office, post: DemoServers) -> None:
    ref = doubted(office)
    days_pass(office, 5)
    answers(office, post, ref)
    arrived = datetime.fromisoformat(office.show(ref)["arrived"]).astimezone().date()
    until = date.fromisoformat(office.object("extend", ref, "--reason", "Archives éparses.")["due"])
    assert (until - timedelta(days=5)).day in {arrived.day, 28, 29, 30}
    assert due(office, ref, "access") == until
    office.run()
    letter = next(raw for raw in reversed(post.mails(CLAIRE)) if ref.encode() in raw)
    body = email.message_from_bytes(letter, policy=email.policy.default).get_body(("plain",))
    words = " ".join(str(body.get_content() if body else "").split())
    months = [
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ]
    day = "1er" if until.day == 1 else str(until.day)
    told = f"au plus tard le {day} {months[until.month - 1]} {until.year}"
    assert told in words, "the letter tells the new date"


def test_what_cannot_stand_is_said(office: Office) -> None:
    ref = doubted(office)
    assert "no doubt can be stated on access" in office.refuses("doubt", ref, "--ask", "access", "--reason", REASON)
    assert "nothing is open whose clock could stand" in office.refuses("doubt", ref, "--reason", REASON)
    stop = office.asked(CLAIRE, STOP)
    assert "nothing is open" in office.refuses("doubt", stop, "--reason", REASON)
    late = office.asked(CLAIRE, ACCESS.replace("copie", "copie intégrale"), days_ago=45)
    assert "cannot be suspended" in office.refuses("doubt", late, "--reason", REASON)
    fresh = office.asked(STRANGER, ACCESS)
    assert "needs its reason" in office.refuses("doubt", fresh, "--reason", " ")


def test_no_date_moves_between_two_reports_without_an_entry_that_says_so(office: Office, post: DemoServers) -> None:
    ref = office.asked(CLAIRE, BOTH, days_ago=3)
    other = office.object("register", "letter", "--ask", "portability", "--person", "contact:1")["ref"]
    shown = _dates(office)
    steps: list[Callable[[], object]] = [
        lambda: office.does("doubt", ref, "--ask", "erasure", "--reason", REASON),
        office.run,
        lambda: days_pass(office, 3),
        lambda: answers(office, post, ref),
        lambda: office.does("extend", ref, "--reason", "Archives éparses."),
        lambda: office.does("reclassify", ref, "access", "erasure", "restriction"),
        lambda: office.does("merge", other, ref),
        lambda: office.does("withdraw", ref),
    ]
    for step in steps:
        n = office.lines("journal")[-1]["n"]
        step()
        now = _dates(office)
        said = json.dumps([row["details"] for row in office.lines("journal") if row["n"] > n])
        moved = {key: day for key, day in now.items() if key in shown and shown[key] != day}
        assert not [key for key, day in moved.items() if day not in said], (moved, said)
        shown = now


def _references(office: Office) -> set[str]:
    return {row["ref"] for row in office.lines("queue") if row["ref"].startswith("2")}


def _dates(office: Office) -> dict[tuple[str, str], str]:
    """The due date of every ask."""
    rows = [(ref, ask) for ref in _references(office) for ask in office.show(ref)["asks"]]
    return {(ref, ask["kind"]): ask["due"] for ref, ask in rows}
