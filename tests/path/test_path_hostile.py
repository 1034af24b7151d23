"""Hostile content is inert everywhere: in replies, exports, logs, on the terminal, on the disk."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from path.company import Company, files, words
from path.hostile import ASK, SCRIPT, STEERING, mails, plain
from path.written import MARC
from servers.dovecot import Dovecot
from servers.postfix import Postfix

from mailbot.demo.database import build

_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HEADERS = {
    *("return-path", "delivered-to", "received", "date", "from", "to", "subject", "message-id", "in-reply-to"),
    *("references", "auto-submitted", "x-auto-response-suppress", "x-mailbot-loop", "content-language", "mime-version"),
    "content-type",
}


@dataclass
class Attack:
    """A company after it received all of them."""

    company: Company
    cases: dict[str, str]  # what was tried -> the address that it came from
    log: str
    before: set[str]


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, postfix: Postfix) -> Attack:
    folder = tmp_path_factory.mktemp("attack")
    company = Company(folder, dovecot, postfix, dovecot.fresh())
    build(f"sqlite:///{folder}/clients.db", companies=20, contacts=90)
    addresses = [f"client{number}@hostile{number}.example" for number in range(50)]
    for number, address in enumerate(addresses):
        dovecot.clear(address)
        company.sql("UPDATE contact SET email = ? WHERE id = ?", address, 30 + number)
    company.sql(
        "UPDATE contact SET first_name = ?, job = ? WHERE id = 12", f"Marc\r\nBcc: eve@evil.example {SCRIPT}", STEERING
    )
    box = folder / "box"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    hostile = {**mails(addresses), "a hostile record": plain(MARC, ASK)}
    for number, raw in enumerate(hostile.values()):
        (box / "new" / f"{number:03}.1.host").write_bytes(raw)
    company.settings["mailbox"] = {"host": f"maildir:{box}", "user": company.mailbox.user, "since": "2026-11-01"}
    company.configure()
    company.hires()
    before = _tree(folder)
    ended = company.passes()
    senders = [*addresses[: len(hostile) - 1], MARC]
    return Attack(company, dict(zip(hostile, senders, strict=True)), ended.err, before)


def _tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "box" not in path.parts}


def _on_terminal(company: Company, *arguments: str) -> str:
    """What a command prints on a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        company.command(*arguments), stdout=follower, stderr=follower, cwd=company.folder, env=company.environment()
    ) as process:
        os.close(follower)
        out = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            out += piece
        os.close(leader)
        assert process.wait() == 0, out[-2000:]
    return out.decode("utf-8", "replace").replace("\r\n", "\n")


def test_all_are_kept_read_or_set_aside_without_any_fault(attack: Attack) -> None:
    stats = attack.company.mailbot("stats", "--json").rows[0]
    assert sum(stats["messages"].values()) == len(attack.cases)
    assert stats["messages"].get("stored", 0) == 0
    reasons = [row["reason"] for row in attack.company.queue()]
    assert [reason for reason in reasons if "could not be handled" in reason] == []
    assert [reason for reason in reasons if "no answer could be proposed" in reason] == []
    assert "error" not in attack.log


def test_no_terminal_is_steered_by_any_of_them(attack: Attack) -> None:
    rows = attack.company.queue()
    shown = [_on_terminal(attack.company, "queue")]
    refs = sorted({row["ref"] for row in rows})
    shown += [_on_terminal(attack.company, "show", ref) for ref in (refs[0], refs[len(refs) // 2], refs[-1])]
    shown += [_on_terminal(attack.company, "raw", f"m{number}") for number in (1, 2, 13)]
    shown.append(_on_terminal(attack.company, "show", _ref(attack, "steers the terminal")))
    shown.append(attack.company.mailbot("queue", "--json").out)
    shown.append(attack.company.mailbot("show", _ref(attack, "steers the terminal"), "--json").out)
    assert all(len(text) > 100 for text in shown)
    assert [found for text in shown for found in _STEERS.findall(text)] == []


def _ref(attack: Attack, case: str) -> str:
    """The request of one case."""
    number = list(attack.cases).index(case) + 1
    rows = attack.company.mailbot("queue", "--json").rows
    refs = sorted({row["ref"] for row in rows if not row["ref"].startswith("m")})
    shown = {ref: attack.company.mailbot("show", ref, "--json").rows[0] for ref in refs[:3]}
    return next(str(ref) for ref, told in shown.items() if told["messages"][0]["id"] == f"m{number}")


def test_every_letter_has_our_headers_and_no_others_and_repeats_nothing(attack: Attack) -> None:
    letters = [(case, letter) for case, address in attack.cases.items() for letter in attack.company.got(address)]
    assert len(letters) > 15
    for case, letter in letters:
        assert {name.lower() for name in letter.keys()} <= _HEADERS, case  # noqa: SIM118 -- a mail is no mapping
        assert _harmless(letter) or case == "a hostile record", case  # which is greeted by its name on file
    assert attack.company.got("eve@evil.example") == []


def _harmless(letter: EmailMessage) -> bool:
    text = f"{letter['Subject']}\n{words(letter)}"
    html = letter.get_body(("html",))
    code = str(html.get_content()) if html else ""
    planted = ("owned", "49", "__mro__", "evil.example", "<script", "onerror")
    return not any(word in text or word in code for word in planted) and not _STEERS.search(text.replace("\r\n", "\n"))


def test_a_hostile_record_is_exported_as_it_is_and_does_nothing(attack: Attack) -> None:
    company = attack.company
    [row] = [row for row in company.queue() if row["release"] and "Roussel" in str(row["person"]) and row["hash"]]
    company.approve(row)
    company.passes()
    letter = company.got(MARC)[-1]
    assert {name.lower() for name in letter.keys()} <= _HEADERS  # noqa: SIM118 -- as above
    html = letter.get_body(("html",))
    assert html is not None
    assert "<script" not in str(html.get_content())
    exported = files(letter)
    assert exported["pdf"].startswith(b"%PDF")
    assert "Bcc: eve@evil.example" in json.dumps(json.loads(exported["json"]), ensure_ascii=False)


def test_nothing_is_written_but_our_own_files(attack: Attack) -> None:
    new = {name for name in _tree(attack.company.folder) - attack.before if not name.startswith("store.db")}
    assert new <= {"mailbot.keys", "store.db", "run.log"}
    assert not Path("/tmp/owned").exists()  # noqa: S108 -- where a hostile file name points
    assert not Path("/tmp/owned.txt").exists()  # noqa: S108 -- as above
