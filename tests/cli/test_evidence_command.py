"""An evidence pack checks itself on a machine without mailbot, and one changed byte is found."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli.office import ACCESS, CLAIRE, ERASE, STOP, STRANGER, Office, copy_clients

from mailbot.app import open_house
from mailbot.config import load
from mailbot.demo.servers import DemoServers
from mailbot.documents.verify_evidence import Broken, archive, check, listing, opened, sha256
from mailbot.steps import watch
from mailbot.store.journal import Entry


def proved(office: Office, ref: str, *words: str) -> Path:
    path = office.folder / f"{ref}-{len(list(office.folder.glob('*.zip')))}.zip"
    office.does("evidence", ref, "-o", str(path), *words)
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sample_clients: Path, post: DemoServers) -> Office:
    """An office that the tests of this file share: they only read."""
    office = Office(tmp_path_factory.mktemp("desk"), port=post.smtp_port)
    copy_clients(sample_clients, office)
    office.does("staff", "add", "marie")
    return office


@pytest.fixture(scope="module")
def answered(desk: Office) -> str:
    """A request that was answered, with other people's steps before, between and after its own."""
    desk.asked(STRANGER, ACCESS)
    ref = desk.asked(CLAIRE, ACCESS)
    desk.approves(f"{ref}/1")
    desk.run()
    other = desk.asked(CLAIRE, STOP)
    desk.approves(f"{ref}/2")
    desk.does("note", ref, "Rappelée le matin.")
    desk.run()
    desk.approves(f"{other}/1")
    return ref


@pytest.fixture(scope="module")
def raw(desk: Office, answered: str) -> bytes:
    """Its pack."""
    return proved(desk, answered, "--language", "fr").read_bytes()


def verify(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The pack's own verifier, as on a machine where nothing is installed."""
    command = [sys.executable, "-I", "-S", "verify.py", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env={}, timeout=60)


def unpacked(raw: bytes, folder: Path) -> Path:
    """A folder with the pack and its verifier, and nothing else."""
    folder.mkdir()
    (folder / "pack.zip").write_bytes(raw)
    (folder / "verify.py").write_bytes(opened(raw)["verify.py"])
    return folder


def test_a_pack_is_checked_by_its_own_verifier_with_nothing_installed(raw: bytes, tmp_path: Path) -> None:
    folder = unpacked(raw, tmp_path / "elsewhere")
    ended = verify(folder, "pack.zip")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "GENUINE" in ended.stdout
    assert "3 mails and 2 approvals" in ended.stdout
    changed = bytearray((folder / "pack.zip").read_bytes())
    changed[len(changed) // 2] ^= 1
    (folder / "pack.zip").write_bytes(changed)
    ended = verify(folder, "pack.zip")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("NOT GENUINE: ")
    assert verify(folder).returncode == 2


def test_whatever_byte_is_changed_added_or_cut_off_is_found(raw: bytes) -> None:
    check(raw)
    places = {*range(60), *range(len(raw) - 400, len(raw)), *range(0, len(raw), len(raw) // 150)}
    for place in sorted(places):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        with pytest.raises(Broken):
            check(bytes(changed))
    for other in (raw + b"\n", raw[:-1], b"x" + raw, b""):
        with pytest.raises(Broken):
            check(other)


Files = dict[str, bytes]


def packed_again(raw: bytes, change: Callable[[Files], None]) -> bytes:
    """The pack of somebody who knows how packs are made: archive and manifest are right again."""
    files = opened(raw)
    change(files)
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: sha256(content) for name, content in files.items() if name != "manifest.json"}
    files["manifest.json"] = json.dumps(manifest, indent=1).encode()
    return archive(files)


def other_record(files: Files) -> None:
    files["record.json"] = files["record.json"].replace(b"marie", b"autre")


def other_mail(files: Files) -> None:
    files["mails/sent-2.eml"] = files["mails/sent-2.eml"].replace(b"Subject:", b"Subjeckt:")


def one_file_less(files: Files) -> None:
    del files["mails/received-1.eml"]


def one_file_more(files: Files) -> None:
    files["mails/received-9.eml"] = b"Subject: x\r\n\r\n"


def other_entry(files: Files) -> None:
    files["journal.jsonl"] = files["journal.jsonl"].replace(b"release.approved", b"release.improved", 1)


def one_entry_less(files: Files) -> None:
    lines = files["journal.jsonl"].splitlines(keepends=True)
    files["journal.jsonl"] = b"".join([*lines[:-2], *lines[-1:]])


CHANGES = [other_record, other_mail, one_file_less, one_file_more, other_entry, one_entry_less]


@pytest.mark.parametrize("change", CHANGES)
def test_who_knows_how_packs_are_made_cannot_change_one_either(raw: bytes, change: Callable[[Files], None]) -> None:
    with pytest.raises(Broken, match=r"journal|entry"):
        check(packed_again(raw, change))


def rewritten(files: Files) -> None:
    """All of it written anew: another decision, and a chain that fits."""
    other_record(files)
    first, *lines = [json.loads(line) for line in files["journal.jsonl"].splitlines()]
    h = first["after"]["h"]
    for line in lines:
        if "entry" in line:
            entry: dict[str, Any] = json.loads(line["entry"].replace('"by":"marie"', '"by":"autre"'))
            if entry["event"] == "evidence.made":
                entry["details"]["files"] = listing(files)
            line["entry"] = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        e = hashlib.sha256(line["entry"].encode()).digest() if "entry" in line else bytes.fromhex(line["e"])
        h = hashlib.sha256(bytes.fromhex(h) + e).hexdigest()
    files["journal.jsonl"] = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (first, *lines)).encode()
    manifest = json.loads(files["manifest.json"])
    manifest["head"] = f"{lines[-1]['n']}:{h}"
    files["manifest.json"] = json.dumps(manifest).encode()


def test_a_journal_written_anew_shows_against_the_head_that_a_witness_kept(desk: Office, answered: str) -> None:
    witnessed = desk.object("stats")["journal"]
    raw = proved(desk, answered).read_bytes()
    assert any("kept elsewhere" in line for line in check(raw, witnessed))
    forged = packed_again(raw, rewritten)
    check(forged)  # nothing in it contradicts itself
    with pytest.raises(Broken, match="another head"):
        check(forged, witnessed)


def test_it_holds_mails_decisions_and_the_journal_of_one_request_and_of_nobody_else(raw: bytes, answered: str) -> None:
    files = opened(raw)
    record = json.loads(files["record.json"])
    assert [one["status"] for one in record["asks"]] == ["done"]
    assert {one["approved_by"] for one in record["approvals"]} == {"marie"}
    assert [(one["status"], one["recipient"]) for one in record["sent"]] == [("sent", CLAIRE)] * 2
    assert record["received"][0]["aligned"] == "yes"
    assert record["notes"][0]["body"] == "Rappelée le matin."
    assert ("release.approved", "marie") in {(one["event"], one["by"]) for one in record["decisions"]}
    assert files["index.pdf"].startswith(b"%PDF")
    lines = [json.loads(line) for line in files["journal.jsonl"].splitlines()][1:]
    whole = [json.loads(line["entry"]) for line in lines if "entry" in line]
    assert {entry["ref"] for entry in whole} == {answered}
    assert len(lines) > len(whole)
    everything = b"".join(files.values())
    assert STRANGER.encode() not in everything
    assert STOP.splitlines()[2].encode() not in everything


def test_it_begins_with_the_last_head_that_a_witness_was_told_before(office: Office, post: DemoServers) -> None:
    office.asked(STRANGER, ACCESS)
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    text = text.replace('digest = "none"', 'digest = "none"\nwitness = "direction@astrallys.com"')
    (office.folder / "config.toml").write_text(text, encoding="utf-8")
    house = open_house(load(office.folder / "config.toml"), datetime.now(UTC).date())
    watch(house, datetime.now(UTC))
    head = house.store.notices.of_kind("witness")[0].about.split()[-1]
    house.store.close()
    office.run()
    ref = office.asked(CLAIRE, ERASE)
    raw = proved(office, ref).read_bytes()
    after = json.loads(opened(raw)["journal.jsonl"].splitlines()[0])["after"]
    assert f"{after['n']}:{after['h']}" == head
    assert after["n"] > 1
    assert json.loads(opened(raw)["manifest.json"])["witnessed"][0]["head"] == head
    assert post.mails("direction@astrallys.com")


def a_year_ends(office: Office) -> str:
    """The journal goes on in the next year; our public key."""
    house = open_house(load(office.folder / "config.toml"), datetime.now(UTC).date())
    later = datetime.now(UTC) + timedelta(days=366)
    with house.store.transaction():
        house.store.journal.append(later, [Entry("new.year")])
    key = house.store.journal.key
    house.clients.close()
    house.store.close()
    return key or ""


def forged_end(files: Files) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["ends"][0]["n"] += 1
    files["manifest.json"] = json.dumps(manifest).encode()


def test_the_end_of_a_year_is_proved_by_its_signature_with_nothing_installed(office: Office, tmp_path: Path) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    key = a_year_ends(office)
    raw = proved(office, ref).read_bytes()
    folder = unpacked(raw, tmp_path / "elsewhere")
    ended = verify(folder, "pack.zip", "--key", key)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"1 ends of years, all signed with key {key}" in ended.stdout
    ended = verify(folder, "pack.zip", "--key", "00" * 32)
    assert (ended.returncode, "not signed with the key" in ended.stderr) == (1, True)
    with pytest.raises(Broken, match="signature of the end"):
        check(packed_again(raw, forged_end))
    assert office.object("journal", "--verify")["key"] == key


def test_a_pack_made_again_proves_that_one_was_made_before(desk: Office, raw: bytes, answered: str) -> None:
    before = json.loads(opened(raw)["record.json"])["timeline"]
    again = opened(proved(desk, answered).read_bytes())
    events = [entry["event"] for entry in json.loads(again["record.json"])["timeline"]]
    assert events.count("evidence.made") > [entry["event"] for entry in before].count("evidence.made")


def test_a_pack_is_never_written_over_a_file(desk: Office, answered: str) -> None:
    path = proved(desk, answered)
    before = path.read_bytes()
    assert "does not exist yet" in desk.refuses("evidence", answered, "-o", str(path))
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert "an index is written in en, fr" in desk.refuses("evidence", answered, "-o", "x.zip", "--language", "pl")
