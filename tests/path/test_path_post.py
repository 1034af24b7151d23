"""Requests by letter, phone and at the counter: their receipt, and an answer that is printed and posted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from path.cases import Day, open_day
from path.written import CLAIRE, MARC
from servers.dovecot import Dovecot
from servers.postfix import Postfix

ADDRESS = "Mme Claire Dupont / Moulin Bleu / 3 rue du Port / 13002 Marseille"
RECEIVED = datetime.now(UTC).date() - timedelta(days=3)


@pytest.fixture
def day(tmp_path: Path, sample: Path, office: Path, dovecot: Dovecot, postfix: Postfix) -> Day:
    """A company that has not received anything yet."""
    return open_day(tmp_path, sample, office, (dovecot, postfix), ())


def _registered(day: Day, channel: str, *words: str) -> str:
    told = json.loads(day.does("register", channel, "--received", RECEIVED.isoformat(), *words, "--json"))
    day.refs[channel] = told["ref"]
    assert told["due"] == (RECEIVED + relativedelta(months=1)).isoformat()
    return str(told["ref"])


def test_a_letter_with_its_scan_is_answered_by_a_letter_ready_to_post(day: Day) -> None:
    scan = day.company.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7 a scanned letter")
    words = ("--ask", "access", "--person", "contact:1", "--file", str(scan), "--post", ADDRESS)
    ref = _registered(day, "letter", *words)
    day.does("verify", ref, "--reason", "called back the number on file")
    day.passes()
    day.releases("letter", "answer")
    day.passes()
    day.company.got(CLAIRE, 0)
    assert day.asks("letter") == {"access": "ready"}, "printed is not posted"
    paper = day.company.folder / "paper"
    paper.mkdir()
    day.company.mailbot("print", ref, "-o", str(paper))
    [letter] = paper.glob(f"{ref}-*.pdf")
    assert letter.read_bytes().startswith(b"%PDF-")
    assert {file.suffix for file in paper.iterdir()} == {".pdf", ".json"}, "the copy is enclosed"
    day.does("posted", ref, "--on", date.today().isoformat())  # noqa: DTZ011 -- the day of this machine
    assert day.asks("letter") == {"access": "done"}
    assert {"request.registered", "proof.verified", "release.approved", "reply.posted"} <= set(day.events("letter"))
    [note] = [row["body"] for row in day.sql("SELECT body FROM note WHERE body LIKE 'file scan.pdf%'")]
    assert day.company.mailbot("raw", note.split()[-1].strip("`")).out == "%PDF-1.7 a scanned letter"


def test_who_comes_to_the_counter_gets_a_dated_receipt(day: Day) -> None:
    ref = _registered(day, "counter", "--ask", "access", "--ask", "erasure", "--person", "contact:12")
    day.does("receipt", ref, "-o", str(day.company.folder))
    [receipt] = day.company.folder.glob("*-receipt.pdf")
    assert receipt.read_bytes().startswith(b"%PDF-")
    assert "receipt.made" in day.events("counter")
    assert "exists" in day.does("receipt", ref, "-o", str(day.company.folder), code=1), "nothing is written over"
    day.company.got(MARC, 0)
