"""An objection that staff accept is answered in words of the person's language, and stops what is promotional."""

from __future__ import annotations

import sqlite3

from cli.office import ACCESS, CLAIRE, OPPOSE, Office

from mailbot.demo.servers import DemoServers


def subscribed(office: Office) -> bool:
    base = sqlite3.connect(office.folder / "clients.db")
    rows = base.execute("SELECT active FROM subscription WHERE contact_id = 1").fetchall()
    base.close()
    return bool(rows[0][0])


def test_an_accepted_objection_is_told_and_stops_newsletters_too(office: Office, post: DemoServers) -> None:
    ref = office.asked(CLAIRE, OPPOSE)
    assert subscribed(office)
    named = office.object("inform", ref, "objection_granted", "--text", "Vos visites ne sont plus analysées.")
    assert subscribed(office), "a human releases it"
    office.approves(f"{ref}/{named['release']}")
    office.run()
    assert not subscribed(office)
    assert office.ask(ref, "objection")["status"] == "done"
    letter = next(raw for raw in reversed(post.mails(CLAIRE)) if ref.encode() in raw)
    assert b"opposition" in letter
    assert len(office.lines("suppressions")) == 1


def test_only_an_open_objection_is_accepted(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert "no objection is open" in office.refuses("inform", ref, "objection_granted")
