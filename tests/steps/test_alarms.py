"""Alarms reach staff in every mode, say nothing of anybody, and nothing that comes back on them is a request."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email.message import EmailMessage

from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, Office

from mailbot.app import open_house
from mailbot.config import load
from mailbot.core.letters.staff import AlarmKind
from mailbot.demo.servers import DemoServers
from mailbot.steps import raise_alarm
from mailbot.steps.house import House

STAFF = "direction@astrallys.com"
NOW = datetime.now(UTC)


@contextmanager
def at_home(office: Office) -> Iterator[House]:
    house = open_house(load(office.folder / "config.toml"), date.today())  # noqa: DTZ011 - the day here
    try:
        yield house
    finally:
        house.clients.close()
        house.store.close()


def alarmed(office: Office, kind: AlarmKind, about: str | None, because: str = "", once: str = "") -> list[str]:
    """An alarm is raised as steps do; the events that were journalled."""
    with at_home(office) as house, house.store.transaction():
        entries = raise_alarm(house, kind, about, NOW, because, once=once)
        house.store.journal.append(NOW, entries)
    return [entry.event for entry in entries]


def told(post: DemoServers, words: str) -> list[EmailMessage]:
    """The mails in staff's mailbox whose subject has these words."""
    mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in post.mails(STAFF)]
    return [mail for mail in mails if words in str(mail["Subject"])]


def come_back(office: Office, raw: bytes) -> None:
    (office.folder / "box" / "new" / f"back.{len(raw)}.host").write_bytes(raw)
    office.run()


def test_an_alarm_reaches_staff_even_in_shadow_mode(found_office: Found, post: DemoServers) -> None:
    office = found_office("shadow")
    assert alarmed(office, AlarmKind.AUTHORITY, "2026-90001") == ["staff.told"]
    office.run()
    [mail] = told(post, "une autorité écrit: 2026-90001")
    assert (mail["To"], mail["Auto-Submitted"], mail["X-Mailbot-Loop"]) == (STAFF, "auto-generated", "mailbot")
    assert "mailbot show 2026-90001" in str(mail.get_body(("plain",)))
    assert [row["event"] for row in office.lines("journal")][-1] == "notice.sent"


def test_the_same_alarm_is_raised_once(office: Office, post: DemoServers) -> None:
    assert alarmed(office, AlarmKind.DEATH, "2026-90002") == ["staff.told"]
    assert alarmed(office, AlarmKind.DEATH, "2026-90002") == []
    assert alarmed(office, AlarmKind.ATTACK, "2026-90002", "a code was tried five times") == ["staff.told"]
    office.run()
    assert len(told(post, "2026-90002")) == 2


def test_an_alarm_in_our_own_mailbox_is_no_request_whatever_it_says(office: Office, post: DemoServers) -> None:
    alarmed(office, AlarmKind.ATTACK, "2026-90003", ACCESS)
    office.run()
    [raw] = [raw for raw in post.mails(STAFF) if b"2026-90003" in raw]
    come_back(office, raw)
    come_back(office, raw.replace(b"X-Mailbot-Loop", b"X-Other").replace(b"Auto-Submitted", b"X-Auto"))
    assert office.object("stats")["messages"] == {"robot": 2}
    assert office.lines("queue") == []


def test_an_alarm_that_cannot_leave_waits_and_leaves_later(office: Office, post: DemoServers) -> None:
    port, office.port = office.port, 9  # nobody listens there
    office.configure("queue")
    alarmed(office, AlarmKind.IMPOSTOR, "2026-90004")
    assert office.mailbot("run", "--once").exit_code == 75
    assert told(post, "2026-90004") == []
    office.port = port
    office.configure("queue")
    with at_home(office) as house, house.store.transaction():
        house.store.db.execute_sql("UPDATE notice SET next_try = created_at")
    office.run()
    assert len(told(post, "2026-90004")) == 1


def test_an_alarm_that_comes_back_is_known_as_such(office: Office, post: DemoServers) -> None:
    alarmed(office, AlarmKind.DEATH, "2026-90005")
    office.run()
    [mail] = told(post, "2026-90005")
    come_back(office, returned(str(mail["Message-ID"])))
    assert office.object("stats")["messages"] == {"robot": 1}
    with at_home(office) as house:
        assert [row.status for row in house.store.notices.of_kind("alarm")] == ["failed"]


def returned(message_id: str) -> bytes:
    """The report of a server that a mail could not be delivered (RFC 3464)."""
    lines = (
        "From: MAILER-DAEMON@mx.elsewhere.example",
        f"To: {STAFF}",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
        "",
        "--B",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.elsewhere.example",
        "",
        f"Final-Recipient: rfc822; {STAFF}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--B",
        "Content-Type: message/rfc822",
        "",
        f"Message-ID: {message_id}",
        "Subject: returned",
        "",
        "--B--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_no_alarm_holds_personal_data(office: Office, post: DemoServers) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    for kind in AlarmKind:
        alarmed(office, kind, ref, once=f"{kind} {ref}")
    office.run()
    mails = told(post, f": {ref}")
    assert len(mails) == len(AlarmKind)
    assert not [mail for mail in mails if "claire" in mail.as_string().casefold() or "dupont" in mail.as_string()]
