"""Whatever happened to a request, its pack is sound: letters with a scan, struck files, merged requests, doubts."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.office import ACCESS, CLAIRE, EMMA, ERASE, Office
from steps.test_alarms import at_home, returned

from mailbot.demo.servers import DemoServers
from mailbot.documents.verify_evidence import check, opened
from mailbot.store.journal import Entry


def pack(office: Office, ref: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files and the record of a pack; made, it has checked itself."""
    path = office.folder / f"{ref}.zip"
    office.does("evidence", ref, "-o", str(path), "--language", "en")
    check(path.read_bytes())
    files = opened(path.read_bytes())
    return files, json.loads(files["record.json"])


def test_a_letter_with_its_scan(office: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 a letter")
    words = ("register", "letter", "--ask", "access", "--person", "contact:1", "--file", str(scan))
    ref = office.object(*words)["ref"]
    office.run()
    files, record = pack(office, ref)
    assert record["channel"] == "letter"
    assert files["mails/scan-1.bin"] == scan.read_bytes()


def test_an_attachment_that_was_struck_is_gone_and_the_mail_still_counts(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, attachment=b"\xff\xd8 an identity card")
    part = json.loads(office.does("show", ref, "--json"))["messages"][0]
    assert part
    office.does("strike", ref, "2", "--reason", "identity card")
    files, record = pack(office, ref)
    assert b"identity card" not in files["mails/received-1.eml"]
    assert any(entry["event"] == "part.struck" for entry in record["timeline"])


def test_a_request_that_took_over_another_holds_the_mails_of_both(office: Office) -> None:
    first, second = office.asked(CLAIRE, ACCESS), office.asked(CLAIRE, ERASE)
    office.does("merge", second, first)
    _, record = pack(office, first)
    assert len([one for one in record["received"] if one["file"]]) == 2
    _, gone = pack(office, second)
    assert gone["asks"][0]["status"] == "merged"


def test_an_answer_that_came_back_is_shown_with_the_report(office: Office, post: DemoServers) -> None:
    ref = office.asked(EMMA, ACCESS)
    office.approves(f"{ref}/1")
    office.run()
    raw = post.mails(EMMA)[-1]
    message_id = next(line for line in raw.decode().splitlines() if line.startswith("Message-ID")).split()[-1]
    (office.folder / "box" / "new" / "bounce.host").write_bytes(returned(message_id))
    office.run()
    _, record = pack(office, ref)
    assert [one["status"] for one in record["sent"]] == ["failed"]
    assert {one["nature"] for one in record["received"]} == {"person", "bounce"}


def test_a_refusal_is_shown_with_who_decided_it_on_which_ground(office: Office) -> None:
    ref = office.asked(CLAIRE, ERASE)
    office.does("refuse", ref, "--ask", "erasure", "--ground", "legal_obligation")
    office.approves(f"{ref}/{office.release(ref, 'refusal')['n']}")
    office.run()
    _, record = pack(office, ref)
    told = [one["why"] for one in record["decisions"] if one["by"] == "marie" and one["event"] == "release.approved"]
    assert any("legal_obligation" in why for why in told), told


def test_what_lies_in_a_dropped_year_is_not_proved_any_more(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    with at_home(office) as house:
        later = datetime.now(UTC) + timedelta(days=366)
        with house.store.transaction():
            house.store.journal.append(later, [Entry("staff.added")])
        house.store.db.execute_sql(f"DROP TABLE journal_{datetime.now(UTC).year}")
        assert house.store.journal.verify() is None
    assert "a year that was dropped" in office.refuses("evidence", ref, "-o", str(office.folder / "x.zip"))


def test_a_doubt_is_shown_with_its_days(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.does("doubt", ref, "--reason", "Deux personnes portent ce nom.")
    office.run()
    files, record = pack(office, ref)
    assert record["pauses"][0]["kind"] == "access"
    assert ("clock.paused", "marie") in {(one["event"], one["by"]) for one in record["decisions"]}
    assert files["index.pdf"].startswith(b"%PDF")


def test_a_mail_dated_in_the_future_arrived_today(office: Office) -> None:
    path = office.receive(CLAIRE, ACCESS)
    text = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join(line for line in text if not line.startswith(b"Received")))
    far = datetime(2099, 1, 31, tzinfo=UTC).timestamp()
    os.utime(path, (far, far))
    office.run()
    due = date.fromisoformat(office.lines("queue")[0]["due"])
    assert due <= datetime.now(UTC).astimezone().date() + timedelta(days=31)
