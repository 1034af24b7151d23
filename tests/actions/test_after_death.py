"""A directive is carried out after a death, holding by holding, as a named human releases it."""

from __future__ import annotations

import email
import email.policy
import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from cli.fixtures import Found
from cli.office import CLAIRE, EMMA, RECEIVER, STRANGER, Office

from mailbot.demo.servers import DemoServers

WISH = (
    "Bonjour,\n\nJe souhaite définir des directives sur le sort de mes données après mon décès : effacez mes données,"
    " et communiquez les notes à ma fille.\n"
)
NOTICE = "Bonjour,\n\nJe vous informe du décès de ma mère, Claire Dupont. Je suis son héritière.\n"
PAPERS = ("--reason", "acte de décès, livret de famille")


def sql(office: Office, statement: str, base: str = "clients.db") -> list[tuple[object, ...]]:
    store = sqlite3.connect(office.folder / base)
    with store:
        rows = store.execute(statement).fetchall()
    store.close()
    return rows


def latest(post: DemoServers, client: str) -> EmailMessage:
    return email.message_from_bytes(post.mails(client)[-1], policy=email.policy.default)


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return " ".join(str(body.get_content() if body else "").split())


def confirms(office: Office, post: DemoServers) -> None:
    letter = latest(post, CLAIRE)
    [code] = re.findall(r"qu’une fois\s?: (\w{8})", words(letter))
    mail = f"""Return-Path: <{CLAIRE}>
Authentication-Results: {RECEIVER}; spf=pass smtp.mailfrom={CLAIRE}
From: {CLAIRE}
To: direction@astrallys.com
Subject: Re: {letter["Subject"]}
Message-ID: <{datetime.now(UTC).timestamp()}@client.example>
In-Reply-To: {letter["Message-ID"]}

Je confirme. {code}
"""
    (office.folder / "box" / "new" / f"{datetime.now(UTC).timestamp()}.host").write_text(mail, encoding="utf-8")
    office.run()


@pytest.fixture
def left(found_office: Found, post: DemoServers) -> Office:
    """An office where Claire's directive is in force, as staff understood it and she confirmed it."""
    office = found_office("live")
    ref = office.asked(CLAIRE, WISH)
    assert office.ask(ref, "directive")["status"] == "proving"
    title = "Notes de nos équipes"
    office.does("amend", ref, "--wish", f"erase={title}", "--wish", f"communicate={title}", "--executor", "Anne Dupont")
    office.run()
    shown = words(latest(post, CLAIRE))
    assert f"{title} (effacer vos données), {title} (communiquer" in shown, "she is shown what would be registered"
    assert "Anne Dupont" in shown
    confirms(office, post)
    [planned] = [row for row in office.show(ref)["releases"] if row["status"] == "planned"]
    office.approves(f"{ref}/{planned['n']}")
    office.run()
    [entry] = office.lines("directives")
    assert entry["scope"] == [f"erase={title}", f"communicate={title}"]
    return office


def died(office: Office) -> str:
    ref = office.asked(STRANGER, NOTICE)
    assert "heir" in {ask["kind"] for ask in office.show(ref)["asks"]}
    return ref


def test_what_is_given_to_somebody_leaves_first_then_what_is_to_be_erased_goes(left: Office, post: DemoServers) -> None:
    ref = died(left)
    notes = sql(left, "SELECT COUNT(*) FROM note WHERE contact_id = 1")
    contact = sql(left, "SELECT last_name, first_name, email FROM contact WHERE id = 1")
    assert notes != [(0,)]
    decided = ("heirs", ref, "--person", "contact:1", *PAPERS)
    assert "says to communicate: first `mailbot bequeath" in left.refuses(*decided)

    named = left.object("bequeath", ref, "--person", "contact:1", "--to", EMMA, *PAPERS)
    left.run()
    assert post.mails(EMMA) == [], "a human releases it"
    left.approves(f"{ref}/{named['release']}")
    left.run()
    letter = latest(post, EMMA)
    assert "Notes de nos équipes" in words(letter)
    assert "Vos coordonnées" not in words(letter)
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    [data] = [content for name, content in files.items() if str(name).endswith(".json")]
    held = json.loads(data if isinstance(data, str) else bytes(data).decode())
    assert [one["title"] for one in held["holdings"]] == ["Notes de nos équipes"]

    assert "may still come back" in left.refuses(*decided)
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    sql(left, f"UPDATE reply SET sent_at = '{long_ago}' WHERE recipient = '{EMMA}'", "mailbot.db")  # noqa: S608
    done = left.object(*decided)
    left.approves(f"{ref}/{done['release']}")
    left.run()
    assert sql(left, "SELECT COUNT(*) FROM note WHERE contact_id = 1") == [(0,)]
    assert sql(left, "SELECT last_name, first_name, email FROM contact WHERE id = 1") == contact, (
        "nobody asked for that"
    )
    assert sql(left, "SELECT frozen FROM contact WHERE id = 1") == [(1,)]
    assert "que les directives désignent sont effacées" in words(latest(post, STRANGER))
    assert left.ask(ref, "heir")["status"] == "done"
    events = [row["event"] for row in left.lines("journal", ref)]
    assert {"estate.communicated", "estate.decided"} <= set(events)


def test_where_nobody_is_found_to_communicate_to_a_human_says_so(left: Office) -> None:
    ref = died(left)
    assert left.object("heirs", ref, "--person", "contact:1", *PAPERS, "--nobody")["release"]


def test_without_a_directive_heirs_get_no_copy(office: Office) -> None:
    ref = office.asked(STRANGER, NOTICE)
    said = office.refuses("bequeath", ref, "--person", "contact:1", "--to", EMMA, *PAPERS)
    assert "85-II" in said


def test_a_directive_is_amended_in_words_of_the_register_and_of_the_map_only(left: Office) -> None:
    ref = left.asked(CLAIRE, WISH.replace("effacez", "conservez"))
    assert "burn: allowed are erase, keep, communicate" in left.refuses("amend", ref, "--wish", "burn")
    assert "Notes de nos équipes" in left.refuses("amend", ref, "--wish", "erase=Rien de tel"), "says what there is"
