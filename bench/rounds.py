"""One round: the mailbox filled, one side started, and a clock from there until all is answered and acknowledged."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers.dovecot import Dovecot
from servers.process import free_port, greets

from bench.mails import OWN, Request
from bench.processes import memory
from bench.sides import Side

PATIENCE = 60.0
"""Seconds without a new reply or acknowledgement after which a round is given up."""

SELDOM = 4
"""Looks at the replies between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one round brought."""

    side: str
    mails: int
    seconds: float  # from the start of the process to the last reply and acknowledgement
    peak: int  # bytes of the whole process tree
    lost: int  # mails without a reply
    doubled: int  # mails with more than one
    left: int  # mails not acknowledged
    cpu: float = 0.0  # seconds of user and system time

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.seconds


class Sink:
    """The outgoing server: bench/sink.py as a process."""

    def __init__(self, folder: Path) -> None:
        """Start it; what it takes goes to a file in `folder`."""
        self.port = free_port()
        self._file = folder / "sink.jsonl"
        command = [sys.executable, "-m", "bench.sink", str(self.port), str(self._file)]
        self._process = subprocess.Popen(command)
        end = time.monotonic() + 10
        while not greets(self.port, b"220"):
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("the SMTP sink did not start")
            time.sleep(0.02)
        self._seen = self._offset = 0

    def count(self) -> int:
        """How many mails it has taken."""
        with self._file.open("rb") as file:
            file.seek(self._offset)
            new = file.read()
        self._offset += len(new)
        self._seen += new.count(b"\n")
        return self._seen

    def stop(self) -> list[dict[str, object]]:
        """End it; what it took: `to`, `answers` and `size` of each mail."""
        self._process.terminate()
        self._process.wait(10)
        return [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]


class Inbox:
    """The mailbox on the disk of Dovecot: filled and watched without IMAP."""

    def __init__(self, dovecot: Dovecot) -> None:
        """The account that the bench uses."""
        self._home = dovecot.folder / "home" / OWN
        self._dovecot = dovecot
        account = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._owner = account.pw_uid, account.pw_gid

    def fill(self, mails: Sequence[Request]) -> None:
        """Empty it, deliver `mails`, and let Dovecot number them."""
        self._dovecot.clear(OWN)
        for name in ("", "Maildir", "Maildir/tmp", "Maildir/new", "Maildir/cur"):
            (self._home / name).mkdir()
            os.chown(self._home / name, *self._owner)
        for number, mail in enumerate(mails):
            size, lines = len(mail.raw), mail.raw.count(b"\n")
            name = (
                f"{1_750_000_000 + number}.{number}.bench,S={size},W={size + lines}"  # W: with CRLF, as IMAP tells it
            )
            path = self._home / "Maildir" / "new" / name
            path.write_bytes(mail.raw)
            os.chown(path, *self._owner)
        with self._dovecot.mailbox(OWN).client() as client:
            found = client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"]
        if found != len(mails):
            raise RuntimeError(f"the mailbox holds {found} mails instead of {len(mails)}")

    def pending(self) -> int:
        r"""How many mails are neither moved nor bear \Seen, \Answered or \Deleted (as S, R, T in a Maildir)."""
        names = (entry.name for part in ("new", "cur") for entry in os.scandir(self._home / "Maildir" / part))
        return sum(not set("SRT") & set(name.partition(":2,")[2]) for name in names)


def play(side: Side, mails: Sequence[Request], dovecot: Dovecot) -> Result:
    """One round of `side` over `mails`; all that it wrote is gone afterwards."""
    inbox = Inbox(dovecot)
    inbox.fill(mails)
    with _folder() as folder:
        sink = Sink(folder)
        command = side.prepare(folder, dovecot.imap_port, sink.port)
        try:
            seconds, peak, cpu = _run(side, command, folder, sink, inbox, len(mails))
        finally:
            replies = sink.stop()
        answered = Counter(str(reply["answers"]) for reply in replies)
    counts = [answered[mail.message_id] for mail in mails]
    lost, doubled = sum(count == 0 for count in counts), sum(count > 1 for count in counts)
    return Result(side.name, len(mails), seconds, peak, lost, doubled, inbox.pending(), cpu)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mailbot-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(
    side: Side, command: Sequence[str], folder: Path, sink: Sink, inbox: Inbox, wanted: int
) -> tuple[float, int, float]:
    """Start the side and watch it: seconds until all was done (or given up), peak memory, CPU seconds."""
    log = folder / "output.log"
    before = os.times()
    with log.open("wb") as output:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            seconds, peak = _watch(side, process, sink, inbox, wanted)
        finally:
            process.terminate()
            process.wait(30)
    if process.returncode and seconds == 0:
        raise RuntimeError(f"{side.name} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds or time.monotonic() - begin, peak, cpu


def _watch(side: Side, process: subprocess.Popen[bytes], sink: Sink, inbox: Inbox, wanted: int) -> tuple[float, int]:
    """(seconds until all was answered and acknowledged, or 0; the highest memory seen)."""
    begin = changed = time.monotonic()
    replies, peak, seconds, turn = 0, 0, 0.0, 0
    while seconds == 0 and time.monotonic() - changed < PATIENCE:
        ended = process.poll() is not None
        if (count := sink.count()) != replies:
            replies, changed = count, time.monotonic()
        if replies >= wanted and inbox.pending() == 0:
            seconds = time.monotonic() - begin
        if turn % SELDOM == 0:  # reading /proc costs time that the side may need
            peak = max(peak, memory(process.pid))
        turn += 1
        if ended and (side.daemon or process.returncode or seconds == 0):
            break
        time.sleep(0.05)
    return seconds, peak
