"""Memory: the daemon's own stays flat however many mails come, and one big mail is carried in little of it."""

from __future__ import annotations

import itertools
import os
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crash.sink import Sink
from path.company import Company
from path.written import ACCESS, ORDINARY, STOP, mail

from mailbot.demo.database import build

_RSS = re.compile(r"VmRSS:\s+(\d+) kB")
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
SHARES = {ORDINARY: 85, ACCESS: 3, STOP: 12}


def test_a_thousand_mails_leave_the_daemon_as_large_as_five_hundred_did(company: Company) -> None:
    _flat(company, batches=5, size=250, warm=2, within=0.15)


@pytest.mark.soak
def test_fifty_thousand_mails_leave_the_daemon_as_large_as_ten_thousand_did(company: Company) -> None:
    _flat(company, batches=50, size=1000, warm=10, within=0.10)


def test_a_mail_of_twelve_megabytes_is_read_in_little_memory(company: Company) -> None:
    assert _peak_of_one(company, 12) < 200


@pytest.mark.soak
def test_a_mail_of_fifty_megabytes_is_read_within_three_hundred(company: Company) -> None:
    assert _peak_of_one(company, 50) < 300


def _flat(company: Company, batches: int, size: int, warm: int, within: float) -> None:
    """Feed a running daemon batch after batch, and compare its memory after each with that after the first `warm`."""
    (company.folder / "clients.db").unlink()
    build(f"sqlite:///{company.folder}/clients.db", companies=50, contacts=2000)
    known = [str(row[0]) for row in company.sql("SELECT DISTINCT TRIM(email) FROM contact") if str(row[0]).isascii()]
    chance = random.Random(size)  # noqa: S311 -- the same mails each time
    with Sink() as sink:
        company.configure(outgoing={"port": sink.port, "sent_folder": ""}, mailbox={"idle": 2})
        inbox = _inbox(company)
        names = itertools.count(1)
        with company.daemon() as daemon:
            _wait_for_store(company)
            sizes = []
            for batch in range(1, batches + 1):
                for raw in _mails(chance, known, size):
                    _deliver(inbox, raw, next(names))
                _wait(company, batch * size)
                sizes.append(_figure(daemon.pid, _RSS))
                print(f"{batch * size} mails, {sizes[-1]:.0f} MB")  # noqa: T201 -- the figures are the point
    base = sizes[warm - 1]
    assert all(abs(one - base) <= within * base for one in sizes[warm:]), sizes
    assert len(sink.taken) == len(sink.mails) > 0


def _mails(chance: random.Random, known: list[str], size: int) -> Iterator[bytes]:
    """Half of the writers are on file; strangers are new each time."""
    for _ in range(size):
        [text] = chance.choices(list(SHARES), list(SHARES.values()))
        writer = chance.choice(known) if chance.random() < 0.5 else f"w{chance.getrandbits(60):x}@many.example"
        yield mail(writer, text)


def _inbox(company: Company) -> Path:
    """The folder of the mailbox into which a server delivers."""
    company.mailbox.mails()
    return company.dovecot.folder / "home" / company.mailbox.user.lower() / "Maildir" / "new"


def _deliver(inbox: Path, raw: bytes, number: int) -> None:
    """Put a mail into a Maildir, whole or not at all."""
    path = inbox.parent / "tmp" / f"{number}"
    path.write_bytes(raw)
    owner = inbox.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    path.rename(inbox / f"{time.time():.6f}.{number}.test")


def _wait(company: Company, count: int) -> None:
    """Until so many mails were read and nothing waits to leave."""
    end = time.monotonic() + 900
    while True:
        with closing(sqlite3.connect(f"file:{company.folder}/store.db?mode=ro", uri=True, timeout=30)) as store:
            [[read]] = store.execute("SELECT COUNT(*) FROM message WHERE state <> 'stored'")
            [[waiting]] = store.execute(
                "SELECT (SELECT COUNT(*) FROM reply WHERE status IN ('waiting', 'sending', 'deferred'))"
                " + (SELECT COUNT(*) FROM request WHERE preparing = 1)"
                " + (SELECT COUNT(*) FROM place WHERE state = 'to_mark')"
            )
        if read == count and not waiting:
            return
        assert time.monotonic() < end, (read, count, waiting)
        time.sleep(0.2)


def _figure(pid: int, which: re.Pattern[str]) -> float:
    """A figure of a process's memory in MB (RSS: of its own pages)."""
    found = which.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) / 1024


def _peak_of_one(company: Company, megabytes: int) -> float:
    """The most memory in MB that the daemon held until it had read one big mail with an ask in it."""
    raw = mail(company.dovecot.fresh("big", "many.example").user, ACCESS).rstrip(b"\r\n")
    head, _, text = raw.partition(b"\r\n\r\n")
    kept = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-"))
    boundary = (
        b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n'
    )
    file = b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
    line = b"QUJD" * 19 + b"\r\n"
    body = b"Content-Transfer-Encoding: base64\r\n\r\n" + line * (megabytes * 1024 * 1024 // len(line)) + b"--b--\r\n"
    how = b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    company.configure(mailbox={"max_size": f"{megabytes * 2}MB", "idle": 2})
    _deliver(_inbox(company), kept + boundary + how + text + file + body, 1)
    with company.daemon() as daemon:
        _wait_for_store(company)
        _wait(company, 1)
        peak = _figure(daemon.pid, _PEAK)
    print(f"{megabytes} MB mail, {peak:.0f} MB")  # noqa: T201 -- as above
    return peak


def _wait_for_store(company: Company) -> None:
    end = time.monotonic() + 60
    while not (company.folder / "mailbot.keys").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
