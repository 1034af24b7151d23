"""How long reading takes: mails a second on one core, and how soon `mailbot read` says its first word."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

from mailbot.core.parse import parse
from mailbot.core.reading import read
from mailbot.core.sender.nature import may_answer, nature
from mailbot.sight import Sight, eyes

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "dev.jsonl"


def corpus() -> list[bytes]:
    """The labelled sample mails as raw bytes."""
    return [_raw(json.loads(line)) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def _raw(row: dict[str, str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = row["from_address"], "privacy@bench.example"
    mail["Subject"] = row["subject"]
    mail.set_content(row["body"], cte="quoted-printable")
    return mail.as_bytes()


def reader() -> Callable[[bytes], object]:
    """From raw bytes to a reading, as the path does it."""
    known = eyes(Sight())

    def one(raw: bytes) -> object:
        mail = parse(raw)
        may = may_answer(mail, known.noise, ())
        return read(mail, known.rules, known.thresholds, nature(mail, known.noise)[0], may)

    return one


def rate(work: Callable[[bytes], object], mails: Sequence[bytes], rounds: int = 3) -> float:
    """Mails a second: the median of some rounds, after one that warms up."""
    taken = []
    for _ in range(rounds + 1):
        begin = time.process_time()
        for raw in mails:
            work(raw)
        taken.append(time.process_time() - begin)
    return len(mails) / statistics.median(taken[1:])


def start(rounds: int = 3) -> float:
    """Seconds that `mailbot read` takes for one mail, from nothing to its end."""
    taken = []
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(corpus()[0])
        file.flush()
        for _ in range(rounds):
            begin = time.monotonic()
            subprocess.run([sys.executable, "-m", "mailbot", "read", file.name], check=True, capture_output=True)
            taken.append(time.monotonic() - begin)
    return statistics.median(taken)


def lines() -> list[str]:
    """What was measured, in words."""
    mails = corpus()
    return [
        f"parse        {rate(parse, mails):7.0f} mails/s on one core ({len(mails)} sample mails)",
        f"parse + read {rate(reader(), mails):7.0f} mails/s",
        f"mailbot read {start():7.2f} s from its start to its end on one mail",
    ]
