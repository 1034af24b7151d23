"""A throw-away Dovecot: IMAP, IMAPS, LMTP, and the logins of Postfix."""

from __future__ import annotations

import grp
import itertools
import os
import pwd
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient
from servers.process import HOST, Server, free_port, greets, self_signed

PASSWORD = "secret"
"""The one password of every account."""

CONFIGURATION = (Path(__file__).parent / "dovecot.conf").read_text()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One account of the test server, as its owner sees it."""

    user: str
    port: int

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A logged-in connection, logged out at the end."""
        with IMAPClient(HOST, port=self.port, ssl=False, timeout=10) as client:
            client.login(self.user, PASSWORD)
            yield client

    def append(self, raw: bytes, received: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into `folder` (made if absent) with the INTERNALDATE `received` (aware; default now)."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw, msg_time=received)

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """The raw mails of `folder` in the order of their UIDs; empty if it does not exist. Sets no flag."""
        with self.client() as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    def flags(self, folder: str = "INBOX") -> list[set[bytes]]:
        r"""The flags of each mail of `folder`, without \Recent, in the order of their UIDs."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            flags = client.get_flags(client.search())
            return [set(flags[uid]) - {b"\\Recent"} for uid in sorted(flags)]

    def wait_for(self, count: int = 1, folder: str = "INBOX", seconds: float = 15) -> list[bytes]:
        """mails(), as soon as there are `count` of them; raises AssertionError if they do not come."""
        end = time.monotonic() + seconds
        while len(mails := self.mails(folder)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{len(mails)} of {count} mails came to {self.user} {folder} in {seconds} s")
            time.sleep(0.05)
        return mails


class Dovecot(Server):
    """Every address of every domain is an account with the password PASSWORD and Drafts, Sent, Junk and Trash.

    `more` is added to its configuration, for a test with a server of its own.
    """

    name = "dovecot"
    stop_signal = signal.SIGKILL  # a clean end takes a second, and nothing here outlives the test

    def __init__(self, more: str = "") -> None:
        super().__init__()
        self.more = more
        self.imap_port, self.imaps_port = free_port(), free_port()
        self.lmtp_port, self.auth_port = free_port(), free_port()
        self.certificate = self_signed(self.folder)
        self._numbers = itertools.count(1)

    def mailbox(self, user: str) -> Mailbox:
        """The account of the address `user`; it exists from its first use."""
        return Mailbox(user, self.imap_port)

    def fresh(self, name: str = "direction", domain: str = "astrallys.com") -> Mailbox:
        """An account that no test has used yet, such as direction.7@astrallys.com."""
        return self.mailbox(f"{name}.{next(self._numbers)}@{domain}")

    def clear(self, user: str) -> None:
        """Delete all that `user` holds; his folders come back with a new UIDVALIDITY."""
        shutil.rmtree(self.folder / "home" / user.lower(), ignore_errors=True)

    def prepare(self) -> None:
        """Write its configuration; the folder of the homes belongs to the account that it runs under."""
        account = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        os.chown(home, account.pw_uid, account.pw_gid)
        (self.folder / "dovecot.conf").write_text(
            CONFIGURATION.format(
                folder=self.folder,
                password=PASSWORD,
                user=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                uid=account.pw_uid,
                gid=account.pw_gid,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
                auth_port=self.auth_port,
                more=self.more,
            )
        )

    def command(self) -> list[str]:
        """Dovecot's master in the foreground."""
        return ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]

    def answers(self) -> bool:
        """Whether IMAP greets."""
        return greets(self.imap_port, b"* OK")
