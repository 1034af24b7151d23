"""The least that can answer every mail durably: what mailbot is measured against.

    batch    a hundred mails a commit and an acknowledgement, EmailMessage, one kept SMTP connection
    fast-2c  compat32 parsing, replies assembled by hand, IMAP in a second thread, four pipelined SMTP connections, and
             a second commit a batch that records what was sent

Neither reads what is asked, judges who asks or writes a journal: nothing durable can be faster, and mailbot does more.
SQLite in WAL mode with synchronous=FULL, as mailbot's store.

python -m bench.floors NAME IMAP_PORT SMTP_PORT FOLDER drains the mailbox once; FOLDER holds clients.db.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib
import jinja2
from imapclient import IMAPClient

from bench.letters import Parsed, build_fast, build_plainly, parse_fast, parse_plainly
from bench.mails import OWN
from bench.sides import DONE, HOST, PASSWORD

BATCH = 100
CONNECTIONS = 4
_SCHEMA = """
CREATE TABLE mail (id INTEGER PRIMARY KEY, message_id TEXT UNIQUE, sender TEXT, subject TEXT, date TEXT, body TEXT);
CREATE TABLE reply (mail_id INTEGER PRIMARY KEY, recipient TEXT, raw BLOB, sent REAL);
"""
_TEMPLATE = jinja2.Environment(autoescape=False).from_string(  # noqa: S701 -- plain text
    """\
Bonjour {{ first }} {{ last }},

Nous avons bien reçu votre message du {{ date }} intitulé « {{ subject }} ». Votre demande porte le
numéro {{ number }} ; une personne de notre équipe la traitera dans le délai d'un mois prévu par l'article 12 du
règlement (UE) 2016/679.

Sans réponse de notre part dans ce délai, ou si elle ne vous satisfait pas, vous pouvez saisir l'autorité de contrôle.

Cordialement,
Le service des données personnelles
"""
)


@dataclass(slots=True)
class Answered:
    """One stored mail and its reply."""

    mail_id: int
    recipient: str
    reply: bytes


class Way(Protocol):
    """One SMTP connection."""

    async def open(self, port: int) -> None:
        """Connect."""

    async def send(self, recipient: str, raw: bytes) -> None:
        """Hand over one mail."""

    async def close(self) -> None:
        """Say QUIT."""


class Kept:
    """aiosmtplib's connection, kept open."""

    async def open(self, port: int) -> None:
        """Connect."""
        self._smtp = aiosmtplib.SMTP(hostname=HOST, port=port, start_tls=False)
        await self._smtp.connect()

    async def send(self, recipient: str, raw: bytes) -> None:
        """Hand over one mail."""
        await self._smtp.sendmail(OWN, [recipient], raw)

    async def close(self) -> None:
        """Say QUIT."""
        await self._smtp.quit()


class Pipelined:
    """MAIL, RCPT and DATA in one write (RFC 2920)."""

    async def open(self, port: int) -> None:
        """Connect."""
        self._in, self._out = await asyncio.open_connection(HOST, port)
        await self._expect(b"220")
        self._out.write(b"EHLO bench.example\r\n")
        await self._expect(b"250")

    async def send(self, recipient: str, raw: bytes) -> None:
        """Hand over one mail."""
        self._out.write(f"MAIL FROM:<{OWN}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode())
        for code in (b"250", b"250", b"354"):
            await self._expect(code)
        self._out.write(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        await self._expect(b"250")

    async def close(self) -> None:
        """Say QUIT."""
        self._out.write(b"QUIT\r\n")
        await self._expect(b"221")
        self._out.close()

    async def _expect(self, code: bytes) -> None:
        while (line := await self._in.readline())[3:4] == b"-":
            pass
        if not line.startswith(code):
            raise RuntimeError(line.decode("latin-1"))


def fetch_plainly(imap: Any, uids: Sequence[int]) -> list[bytes]:  # noqa: ANN401 -- imapclient has no types
    """Whole mails by imapclient."""
    return [item[b"BODY[]"] for item in imap.fetch(uids, ["BODY.PEEK[]"]).values()]


def fetch_fast(imap: Any, uids: Sequence[int]) -> list[bytes]:  # noqa: ANN401 -- imapclient has no types
    """Whole mails by imaplib underneath."""
    _, data = imap._imap.uid("FETCH", ",".join(map(str, uids)), "(UID BODY.PEEK[])")  # noqa: SLF001 -- the point
    return [item[1] for item in data if isinstance(item, tuple)]


@dataclass(frozen=True, slots=True)
class Floor:
    """What one floor does each thing with."""

    fetch: Callable[[Any, Sequence[int]], list[bytes]]
    parse: Callable[[bytes], Parsed]
    build: Callable[[Parsed, str], bytes]
    way: type[Kept | Pipelined]
    connections: int
    ahead: bool  # IMAP in a second thread, one batch ahead
    second_commit: bool


FLOORS = {
    "batch": Floor(fetch_plainly, parse_plainly, build_plainly, Kept, 1, ahead=False, second_commit=False),
    "fast-2c": Floor(fetch_fast, parse_fast, build_fast, Pipelined, CONNECTIONS, ahead=True, second_commit=True),
}


@dataclass(slots=True)
class Bot:
    """A floor at work on one mailbox."""

    floor: Floor
    imap: Any
    base: sqlite3.Connection
    ways: list[Way]
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    async def drain(self) -> None:
        """Answer and acknowledge all mails of the inbox."""
        batches = list(_batches(self.imap.search("ALL")))
        if not self.floor.ahead:
            for uids in batches:
                await self._answer(self.floor.fetch(self.imap, uids))
                self._acknowledge(uids)
            return
        under_way = [self._in_thread(self.floor.fetch, self.imap, batches[0])]
        for number, uids in enumerate(batches):
            raws = await under_way.pop(0)
            if number + 1 < len(batches):
                under_way.insert(0, self._in_thread(self.floor.fetch, self.imap, batches[number + 1]))
            await self._answer(raws)
            under_way.append(self._in_thread(self._acknowledge, uids))
        await asyncio.gather(*under_way)

    def _in_thread(self, work: Callable[..., Any], *arguments: object) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().run_in_executor(self.thread, work, *arguments)

    async def _answer(self, raws: Sequence[bytes]) -> None:
        answered = self._store(raws)
        left = iter(answered)
        await asyncio.gather(*(_send(way, left) for way in self.ways))
        if self.floor.second_commit:
            self.base.execute("BEGIN IMMEDIATE")
            done = [(time.time(), one.mail_id) for one in answered]
            self.base.executemany("UPDATE reply SET sent = ? WHERE mail_id = ?", done)
            self.base.execute("COMMIT")

    def _store(self, raws: Sequence[bytes]) -> list[Answered]:
        """Parse, look up, word and store in one commit."""
        mails = [self.floor.parse(raw) for raw in raws]
        answered = []
        self.base.execute("BEGIN IMMEDIATE")
        for mail in mails:
            row = (mail.message_id, mail.sender, mail.subject, mail.date, mail.body)
            insert = "INSERT INTO mail (message_id, sender, subject, date, body) VALUES (?, ?, ?, ?, ?)"
            number = self.base.execute(insert, row).lastrowid or 0
            who = "SELECT first_name, last_name FROM clients.contact WHERE email = ?"
            first, last = self.base.execute(who, (mail.sender,)).fetchone()
            text = _TEMPLATE.render(first=first, last=last, date=mail.date, subject=mail.subject, number=number)
            reply = self.floor.build(mail, text)
            self.base.execute("INSERT INTO reply VALUES (?, ?, ?, NULL)", (number, mail.sender, reply))
            answered.append(Answered(number, mail.sender, reply))
        self.base.execute("COMMIT")
        return answered

    def _acknowledge(self, uids: Sequence[int]) -> None:
        self.imap.add_flags(uids, [rb"\Seen", rb"\Answered"], silent=True)
        self.imap.move(uids, DONE)


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]


async def _send(way: Way, left: Iterator[Answered]) -> None:
    for one in left:
        await way.send(one.recipient, one.reply)


async def main(name: str, imap_port: int, smtp_port: int, folder: Path) -> None:
    """Drain the mailbox once by the floor `name`."""
    floor = FLOORS[name]
    base = sqlite3.connect(folder / "floor.db", isolation_level=None)
    base.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _SCHEMA)
    base.execute("ATTACH ? AS clients", (str(folder / "clients.db"),))
    ways: list[Way] = [floor.way() for _ in range(floor.connections)]
    for way in ways:
        await way.open(smtp_port)
    with IMAPClient(HOST, port=imap_port, ssl=False) as imap:
        imap.login(OWN, PASSWORD)
        if floor.ahead:
            imap._imap.debug = 0  # noqa: SLF001 -- imapclient formats every line for a log that nobody reads
        if not imap.folder_exists(DONE):
            imap.create_folder(DONE)
        imap.select_folder("INBOX")
        await Bot(floor, imap, base, ways).drain()
    for way in ways:
        await way.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
