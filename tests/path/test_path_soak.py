"""Many mails at once: each that asks is answered once, the others never, in little memory."""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections import Counter
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
from path.company import Company
from path.written import ACCESS, DIRECTIVE, ORDINARY, STOP, mail

from mailbot.demo.database import build

TEXTS = {
    ORDINARY: 40,
    ACCESS: 25,
    STOP: 25,
    DIRECTIVE: 10,
}
"""What is written, each with its share of a hundred."""

_HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")  # wait4's ru_maxrss would count the parent's memory too


def test_three_hundred_mails_are_answered_once_each(company: Company) -> None:
    _soak(company, 300, 200)


@pytest.mark.soak
def test_ten_thousand_mails_are_answered_once_each(company: Company) -> None:
    _soak(company, 10_000, 150)


def _soak(company: Company, count: int, memory: int) -> None:
    """Let `count` different writers, half of them on file, write one mail each, and run once in `memory` MB."""
    (company.folder / "clients.db").unlink()
    build(f"sqlite:///{company.folder}/clients.db", companies=50, contacts=count // 2)
    chance = random.Random(count)  # noqa: S311 -- the same mails each time
    expected: dict[str, int] = {}
    with company.mailbox.client() as client:
        for writer in _writers(company, count):
            [text] = chance.choices(list(TEXTS), list(TEXTS.values()))
            raw = mail(writer, text)
            expected[writer] = int(text != ORDINARY)
            client.append("INBOX", raw)

    assert _peak(company, count) < memory * 1024
    company.settles()
    assert _came(company.dovecot.folder / "home", list(expected)) == expected
    assert len(company.mailbox.mails("Processed")) == sum(expected.values())
    assert len(company.mailbox.mails()) == count - sum(expected.values())
    assert company.mailbot("stats", "--json").rows[0]["replies"] == {"sent": sum(expected.values())}
    assert [row for row in company.queue() if "no answer could be proposed" in row["reason"]] == []
    company.mailbot("journal", "--verify")


def _writers(company: Company, count: int) -> list[str]:
    """Addresses: those of the sample that one person has alone, then strangers'."""
    rows = company.sql("SELECT MIN(TRIM(email)) FROM contact GROUP BY LOWER(TRIM(email)) HAVING COUNT(*) = 1")
    known = [str(address) for (address,) in rows if str(address).isascii()]
    for address in known:
        company.dovecot.clear(address)
    strangers = [company.dovecot.fresh("writer", "many.example").user for _ in range(count - len(known))]
    return [*known, *strangers]


def _peak(company: Company, count: int) -> int:
    """`run --once` over `count` mails; the most memory that it held, in kB."""
    peak = 0
    with (company.folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            company.command("run", "--once"), stderr=log, cwd=company.folder, env=company.environment()
        )
        while process.poll() is None:
            found = _HIGH_WATER.search(Path(f"/proc/{process.pid}/status").read_text(encoding="ascii"))
            peak = int(found[1]) if found else peak  # a process that is ending has none
            time.sleep(0.05)
    told = (company.folder / "run.log").read_text(encoding="utf-8")
    assert process.returncode == 0, told
    assert f"{count} received, {count} read" in told
    return peak


def _came(homes: Path, users: list[str]) -> dict[str, int]:
    """How many different mails of ours each user got."""
    parser = BytesHeaderParser()
    came: Counter[str] = Counter()
    for user in users:
        for path in (homes / user.lower() / "Maildir" / "new").glob("*"):
            with path.open("rb") as file:
                came[user] += parser.parse(file)["In-Reply-To"] is not None
    return {user: came[user] for user in users}
