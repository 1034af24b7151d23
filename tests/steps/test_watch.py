"""What the calendar brings is told once, whether or not a mail arrives: digest, outages, the head for the witness."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, Office
from peewee import OperationalError
from steps.test_alarms import at_home, told

from mailbot.demo.servers import DemoServers
from mailbot.steps import Health, watch
from mailbot.steps.house import House
from mailbot.store.notices import NoticeRow

YESTERDAY = datetime.now(UTC).replace(hour=9, minute=0) - timedelta(days=1)
"""A moment that is over at any hour of the day: what is due at it is sent by a run now."""


@pytest.fixture
def heeded(found_office: Found) -> Office:
    """An office that gets a digest at eight."""
    office = found_office("shadow")
    office.digest = "08:00"
    office.configure("shadow")
    return office


def notices(office: Office, kind: str) -> list[NoticeRow]:
    with at_home(office) as house:
        return house.store.notices.of_kind(kind)


def watched(office: Office, at: datetime) -> int:
    with at_home(office) as house:
        return watch(house, at)


def due_day(office: Office, ref: str) -> datetime:
    return datetime.fromisoformat(f"{office.show(ref)['due']}T09:00:00+00:00")


def seen(office: Office, at: datetime) -> None:
    """The mailbox was read just before: nothing is wrong but what the test brings."""
    with at_home(office) as house, house.store.transaction():
        house.store.db.execute_sql("UPDATE notice SET status = 'sent'")
        house.store.facts.set("mailbox:last_pass", {"at": at.isoformat(timespec="microseconds"), "folders": []})


def workday(at: datetime) -> bool:
    return at.weekday() != 0  # on Mondays there is one in any case


def test_the_digest_comes_ten_five_two_and_no_days_before_and_then_daily(heeded: Office) -> None:
    ref = heeded.asked(CLAIRE, ACCESS, days_ago=1)
    with at_home(heeded) as house, house.store.transaction():
        house.store.releases.move([row.id for row in house.store.releases.in_state("planned")], "drop")
    sent = []
    for left in range(12, -4, -1):
        at = due_day(heeded, ref) - timedelta(days=left)
        seen(heeded, at)
        watched(heeded, at)
        if f"digest {at.date()}" in {row.about for row in notices(heeded, "digest")}:
            sent.append(left)
        assert watched(heeded, at + timedelta(hours=1)) == 0, "once a day"
    mondays = {left for left in range(12, -4, -1) if not workday(due_day(heeded, ref) - timedelta(days=left))}
    assert set(sent) == {10, 5, 2, 0, -1, -2, -3} | mondays


def test_it_waits_for_its_hour(heeded: Office) -> None:
    heeded.asked(CLAIRE, ACCESS, days_ago=60)
    count = len(notices(heeded, "digest"))
    tomorrow = YESTERDAY.replace(hour=5) + timedelta(days=2)
    watched(heeded, tomorrow)
    assert len(notices(heeded, "digest")) == count
    watched(heeded, tomorrow + timedelta(hours=4))
    assert len(notices(heeded, "digest")) == count + 1


def test_the_digest_reaches_staff_in_their_language(heeded: Office, post: DemoServers) -> None:
    heeded.digest = "00:00"  # it is past that at any hour of the day: what is sent is sent by the clock
    heeded.configure("shadow")
    ref = heeded.asked(CLAIRE, ACCESS, days_ago=60)
    heeded.run()
    mails = [mail for mail in told(post, "en retard") if ref in str(mail.get_body(("plain",)))]
    text = str(mails[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert f"{ref} access : échéance passée le" in text
    assert "claire" not in mails[-1].as_string().casefold()


def test_an_outage_is_told_once_and_only_when_it_is_long(office: Office) -> None:
    with at_home(office) as house:
        health = Health(house)
        health.down("smtp", "connection refused")
        health.down("smtp", "no route")
        since = datetime.fromisoformat(house.store.facts.get("health:smtp")["since"])
        assert watch(house, since + timedelta(minutes=59)) == 0
        assert watch(house, since + timedelta(minutes=61)) == 1
        assert watch(house, since + timedelta(minutes=90)) == 0
        health.up("smtp")
        health.down("smtp", "connection refused")
        assert watch(house, since + timedelta(minutes=70)) == 1, "another outage"


def test_the_witness_gets_the_head_once_a_day_and_it_shows_a_cut_end(found_office: Found, post: DemoServers) -> None:
    office = found_office("queue")
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    text = text.replace('digest = "none"', 'digest = "none"\nwitness = "jean.inconnu@ailleurs.example"')
    (office.folder / "config.toml").write_text(text, encoding="utf-8")
    assert [watched(office, YESTERDAY + timedelta(days=number)) for number in (-1, 0, 0)] == [1, 1, 0]
    office.run()
    heads = [line for raw in post.mails("jean.inconnu@ailleurs.example") for line in raw.decode().splitlines()]
    [about] = {row.about for row in notices(office, "witness") if str(YESTERDAY.date()) in row.about}
    head = about.split()[-1]
    assert head in heads
    assert office.does("journal", "--verify", "--head", head).startswith("the journal holds")
    n = int(head.partition(":")[0])
    entry = next(row for row in office.lines("journal") if row["n"] == n)
    assert entry["h"] == head.partition(":")[2]
    assert json.dumps(entry).isascii()


def test_what_fails_silences_nothing_else(found_office: Found) -> None:
    office = found_office("queue")
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    text = text.replace('digest = "none"', 'digest = "00:00"\nwitness = "jean.inconnu@ailleurs.example"')
    (office.folder / "config.toml").write_text(text, encoding="utf-8")
    office.object("register", "letter", "--ask", "access", "--received", "2025-01-15", "--person", "contact:1")
    with at_home(office) as house:
        Health(house).down("smtp", "connection refused")
        house.store.db.execute_sql("DROP TABLE looked")  # forgetting fails at it
        with pytest.raises(OperationalError):
            watch(house, YESTERDAY + timedelta(days=3))
        assert [len(house.store.notices.of_kind(kind)) for kind in ("alarm", "digest", "witness")] == [1, 1, 1]


def test_staff_are_told_of_mails_that_do_not_reach_them(office: Office) -> None:
    office.asked(CLAIRE, ACCESS)
    with at_home(office) as house, house.store.transaction():
        house.store.notices.add([_failed(house)])
    assert "a mail to staff or witness is failed" in office.refuses("health")


def _failed(house: House) -> dict[str, object]:
    at = house.store.facts.get("mailbox:last_pass")["at"]
    row = {"kind": "alarm", "about": "alarm death 2026-1", "recipient": "x@y.example", "status": "failed"}
    return {**row, "message_id": "<x@y.example>", "raw_sha256": "0" * 64, "next_try": at, "created_at": at}
