"""A throw-away Postfix: takes mail for every address and hands it to Dovecot."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
from collections.abc import Sequence
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.process import HOST, Server, free_port, greets, self_signed

MAIN = (Path(__file__).parent / "postfix-main.cf").read_text()
MASTER = (Path(__file__).parent / "postfix-master.cf").read_text()
LONG_AGO = 1_000_000_000
QUEUES = {  # what `postfix check` would make: folder -> mode
    **dict.fromkeys(("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming"), 0o700),
    **dict.fromkeys(("private", "saved", "trace"), 0o700),
    "maildrop": 0o730,
    "public": 0o710,
    "pid": 0o755,
}


class Postfix(Server):
    """SMTP with STARTTLS, SMTPS, and logins (any address, Dovecot's PASSWORD); the recipient decides what happens.

    `refused@…` gets 550, `later@…` 451, `full@…` 452 at RCPT; every other address of every domain is delivered.
    """

    name = "postfix"
    stop_signal = signal.SIGKILL

    def __init__(self, dovecot: Dovecot, more: str = "") -> None:
        super().__init__()
        self.dovecot = dovecot
        self.more = more
        self.smtp_port, self.smtps_port = free_port(), free_port()
        self.certificate = self_signed(self.folder)

    def deliver(self, raw: bytes, sender: str, to: str | Sequence[str]) -> None:
        """Hand over one mail; `sender` is the envelope's, "" for the null sender. Lines may end in LF or CRLF."""
        with smtplib.SMTP(HOST, self.smtp_port, timeout=10) as client:
            client.sendmail(sender, to, raw, mail_options=["SMTPUTF8"] if not raw.isascii() else [])

    def prepare(self) -> None:
        """Write its configuration and queues (root's work, as its master is)."""
        etc, spool = self.folder / "etc", self.folder / "spool"
        for folder in (etc, spool, self.folder / "data", self.folder / "log"):
            folder.mkdir(exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        for queue, mode in QUEUES.items():
            (spool / queue).mkdir(exist_ok=True)
            if queue != "pid":
                group = "postdrop" if queue in {"maildrop", "public"} else -1
                shutil.chown(spool / queue, "postfix", group)
            (spool / queue).chmod(mode)
        (etc / "recipients").write_text(
            "/^refused@/ 550 5.1.1 no such user\n/^later@/ 451 4.7.1 try later\n/^full@/ 452 4.2.2 mailbox full\n"
        )
        (etc / "main.cf").write_text(
            MAIN.format(folder=self.folder, lmtp=self.dovecot.lmtp_port, auth=self.dovecot.auth_port, more=self.more)
        )
        (etc / "master.cf").write_text(MASTER.format(smtp=self.smtp_port, smtps=self.smtps_port))
        for file in etc.iterdir():  # Postfix waits two seconds while main.cf is young
            os.utime(file, (LONG_AGO, LONG_AGO))

    def command(self) -> list[str]:
        """Postfix's master in the foreground."""
        return ["/usr/lib/postfix/sbin/master", "-c", str(self.folder / "etc"), "-d"]

    def answers(self) -> bool:
        """Whether SMTP greets."""
        return greets(self.smtp_port, b"220")

    def log(self) -> str:
        """Its mail log, after what its master printed."""
        maillog = self.folder / "log" / "maillog"
        return super().log() + (maillog.read_text(errors="replace") if maillog.exists() else "")


def need_root() -> None:
    """Skip the test (fail it where CI is set) unless we are root: Postfix's master runs under no one else."""
    if os.geteuid() == 0:
        return
    reason = "Postfix starts only as root"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
