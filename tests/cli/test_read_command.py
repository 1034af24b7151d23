"""`mailbot read`: whatever people name is read, nothing is touched, nothing stops it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mailbot.cli import frame, program

STOP = b"From: a@client.example\nTo: b@c.example\nSubject: Newsletter\n\nPlease unsubscribe me from your newsletter.\n"
THANKS = b"From: a@client.example\nTo: b@c.example\nSubject: Thanks\n\nThank you very much for the visit.\n"
ENVELOPE = b"From a@client.example Mon Jan  1 10:00:00 2024\n"


def read(*paths: str, stdin: bytes | None = None, code: int = 0) -> list[dict[str, Any]]:
    frame.chosen["config"] = None
    result = CliRunner().invoke(program(), ["read", *paths, "--json"], input=stdin)
    assert result.exit_code == code, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def files(readings: list[dict[str, Any]]) -> list[str]:
    return [reading["file"] for reading in readings]


def kinds(reading: dict[str, Any]) -> list[str]:
    return [ask["kind"] for ask in reading["asks"]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder without any configuration, in which one stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    return tmp_path


def test_a_reading_has_the_form_that_scripts_are_promised(here: Path) -> None:
    (here / "stop.eml").write_bytes(STOP)
    (reading,) = read("stop.eml")
    assert list(reading) == [
        *("file", "nature", "may_answer", "language", "on_behalf", "persons", "asks", "signals", "fields"),
    ]
    (ask,) = reading["asks"]
    assert list(ask) == ["kind", "confidence", "automatic", "scope", "when", "evidence"]
    assert (reading["nature"], reading["language"], ask["kind"]) == ("person", "en", "unsubscribe")
    source = {"subject": "Newsletter", "text": "Please unsubscribe me from your newsletter.\n"}
    for one in ask["evidence"]:
        assert source[one["in"]][one["start"] : one["end"]] == one["text"]


def test_a_named_file_is_read_whatever_its_name(here: Path) -> None:
    (here / "notes.dat").write_bytes(STOP)
    (here / ".hidden").write_bytes(THANKS)
    assert files(read("notes.dat", ".hidden")) == ["notes.dat", ".hidden"]


def test_the_mails_of_an_mbox_are_numbered_and_a_line_of_text_parts_none(here: Path) -> None:
    text = STOP + b"\nFrom 10:30 on I am there,\nas always.\n\n"
    (here / "box").write_bytes(ENVELOPE + text + ENVELOPE + THANKS + b"\n" + ENVELOPE + STOP)
    readings = read("box")
    assert files(readings) == ["box#1", "box#2", "box#3"]
    assert [kinds(reading) for reading in readings] == [["unsubscribe"], [], ["unsubscribe"]]


def test_one_mail_under_an_envelope_line_keeps_its_plain_path(here: Path) -> None:
    (here / "one.eml").write_bytes(ENVELOPE + STOP)
    (reading,) = read("one.eml")
    assert (reading["file"], kinds(reading)) == ("one.eml", ["unsubscribe"])


def test_a_folder_is_read_with_all_below_it_and_without_what_is_no_mail(here: Path) -> None:
    (here / "in" / "deep").mkdir(parents=True)
    (here / "in" / "b.eml").write_bytes(STOP)
    (here / "in" / "deep" / "1").write_bytes(THANKS)
    (here / "in" / "README.md").write_text("# Mails\n\nof last year")
    (here / "in" / "c.mbox").write_bytes(ENVELOPE + STOP + b"\n" + ENVELOPE + STOP)
    assert files(read("in")) == ["in/b.eml", "in/c.mbox#1", "in/c.mbox#2", "in/deep/1"]


def test_a_maildir_is_read_and_stays_as_it_is(here: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (here / "box" / part).mkdir(parents=True)
    (here / "box" / "new" / "17.host").write_bytes(STOP)
    (here / "box" / "cur" / "16.host:2,S").write_bytes(THANKS)
    before = sorted((path, path.stat().st_mtime_ns) for path in here.rglob("*"))
    assert files(read("box")) == ["box/cur/16.host:2,S", "box/new/17.host"]
    assert sorted((path, path.stat().st_mtime_ns) for path in here.rglob("*")) == before


def test_what_a_maildir_is_still_being_delivered_is_not_read(here: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (here / "box" / part).mkdir(parents=True)
    (here / "box" / "new" / "1.host").write_bytes(STOP)
    (here / "box" / "tmp" / "2.host").write_bytes(STOP[:200])
    assert files(read("box")) == ["box/new/1.host"]


def test_standard_input_is_a_dash(here: Path) -> None:
    assert here.is_dir()
    (reading,) = read("-", stdin=STOP)
    assert (reading["file"], kinds(reading)) == ("-", ["unsubscribe"])
    assert files(read("-", stdin=ENVELOPE + STOP + b"\n" + ENVELOPE + STOP)) == ["-#1", "-#2"]


def test_an_unreadable_file_never_stops_the_rest(here: Path) -> None:
    (here / "a.eml").write_bytes(b"")
    (here / "b.eml").symlink_to(here / "nowhere")
    (here / "c.eml").write_bytes(STOP)
    found = {reading["file"]: reading for reading in read(".")}
    assert {name: reading["nature"] for name, reading in found.items()} == {
        "./a.eml": "unreadable",
        "./b.eml": "unreadable",
        "./c.eml": "person",
    }
    assert (found["./a.eml"]["asks"], found["./a.eml"]["may_answer"]["machine"]) == ([], False)


def test_a_path_that_is_not_there_is_said_and_the_rest_is_read(here: Path) -> None:
    (here / "c.eml").write_bytes(STOP)
    assert [reading["nature"] for reading in read("missing.eml", "c.eml", code=1)] == ["unreadable", "person"]


def test_without_json_each_mail_has_one_plain_line(here: Path) -> None:
    (here / "a.eml").write_bytes(STOP)
    (here / "b.eml").write_bytes(THANKS)
    result = CliRunner().invoke(program(), ["read", "."])
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [line[:3] for line in lines] == [["./a.eml", "person", "en"], ["./b.eml", "person", "en"]]
    assert lines[0][3].startswith(("unsubscribe 0.", "unsubscribe 1.00"))


def test_an_overlaid_policy_decides_what_is_sure_enough(here: Path) -> None:
    shipped = Path(__file__).parent.parent.parent / "rules" / "policy.toml"
    (here / "own" / "rules").mkdir(parents=True)
    strict = shipped.read_text(encoding="utf-8").replace("threshold = 0.94", "threshold = 1.1")
    (here / "own" / "rules" / "policy.toml").write_text(strict, encoding="utf-8")
    (here / "config.toml").write_text('[content]\noverlay = "own"\n')
    (here / "stop.eml").write_bytes(STOP)
    (plain,) = read("stop.eml")
    result = CliRunner().invoke(program(), ["--config", "config.toml", "read", "stop.eml", "--json"])
    overlaid = json.loads(result.stdout)
    assert (plain["asks"][0]["automatic"], overlaid["asks"][0]["automatic"]) == (True, False)


def test_the_program_prints_each_reading_as_it_goes(here: Path) -> None:
    (here / "a.eml").write_bytes(STOP)
    line = [sys.executable, "-m", "mailbot", "read", "-", "a.eml", "--json"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=here) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(THANKS)
        program.stdin.close()
        assert json.loads(program.stdout.readline())["file"] == "-"
        assert json.loads(program.stdout.readline())["file"] == "a.eml"
    assert program.returncode == 0


def test_a_reader_that_has_had_enough_is_no_error(here: Path) -> None:
    for number in range(200):
        (here / f"{number}.eml").write_bytes(STOP)
    line = [sys.executable, "-m", "mailbot", "read", ".", "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 0
