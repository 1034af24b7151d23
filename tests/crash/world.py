"""One company in the middle of its work, made once and copied for each try; and what must be true of it at the end."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash.sink import Sink
from crash.stage import Stage
from path.company import parsed
from path.written import CLAIRE
from peewee import Database
from servers.dovecot import PASSWORD, Dovecot, Mailbox

from mailbot.store.connect import open_database
from mailbot.store.store import Store

LEASES = (
    ("reply", "next_try", "sending"),
    ("release", "perform_after", "performing"),
    ("notice", "next_try", "sending"),
)
LONG_AGO = "2026-01-01T00:00:00+00:00"


@dataclass(slots=True)
class World:
    """A company whose mails leave into a sink; all that it is lies in `folder`, its mailbox and `url`."""

    folder: Path
    mailbox: Mailbox
    dovecot: Dovecot
    sink: Sink
    stage: Stage
    url: str  # of the store
    settings: dict[str, dict[str, object]] = field(default_factory=dict)

    def configure(self, **sections: Mapping[str, object]) -> None:
        """Lay `sections` over config.toml and write it."""
        for name, keys in sections.items():
            self.settings[name] = {**self.settings.get(name, {}), **keys}
        lines = []
        for name, keys in self.settings.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())]
        (self.folder / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def mailbot(self, *arguments: str, **environment: str) -> int:
        """Run one command; its exit code."""
        own = {"MAILBOX_PASSWORD": PASSWORD, "PATH": os.environ["PATH"], "HOME": str(self.folder), **environment}
        return self.stage.run(self.folder, own, *arguments)

    def log(self) -> str:
        """What its commands said."""
        file = self.folder / "out.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def deliver(self, *raws: bytes) -> None:
        """Put mails into the inbox, as the receiving server does."""
        home = self.home()
        for number, raw in enumerate(raws):
            path = home / "Maildir" / "tmp" / f"{number}"
            path.write_bytes(raw)
            owner = home.stat()
            os.chown(path, owner.st_uid, owner.st_gid)
            path.rename(home / "Maildir" / "new" / f"{time.time():.6f}.{number}.test")

    def home(self) -> Path:
        """Where Dovecot keeps the mailbox."""
        home = self.dovecot.folder / "home" / self.mailbox.user.lower()
        if not home.exists():
            self.mailbox.mails()
        return home

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a SELECT on the store gives, or nothing where there is no table yet."""
        with self._database() as db:
            return list(db.execute_sql(sql).fetchall())

    def does(self, sql: str) -> None:
        """Change the store behind mailbot's back."""
        with self._database() as db:
            db.execute_sql(sql)

    @contextmanager
    def _database(self) -> Iterator[Database]:
        db = open_database(self._absolute())
        try:
            yield db
        finally:
            db.close()

    def _absolute(self) -> str:
        return f"sqlite:///{self.folder}/store.db" if self.url.startswith("sqlite") else self.url

    def workers_are_dead(self) -> None:  # on SQLite nobody waits: there is one worker
        """Let the time be over for which other workers wait before they take over what a dead one had in hand."""
        if self.url.startswith("sqlite"):
            return
        self.does(f"UPDATE message SET because = 'begun {LONG_AGO}' WHERE substr(because, 1, 6) = 'begun '")  # noqa: S608 -- as below
        for table, column, state in LEASES:
            self.does(f"UPDATE {table} SET {column} = '{LONG_AGO}' WHERE status = '{state}'")  # noqa: S608 -- our words

    def next_tries(self) -> list[str]:
        """When each reply is due that is put off, save those whose own server says so again and again."""
        return [
            row[0]
            for row in self.rows(
                "SELECT next_try FROM reply WHERE status = 'deferred' AND recipient <> 'later@many.example'"
            )
        ]

    def goes_back(self) -> None:
        """Work, and then find store and client database as they were before, from their backups."""
        clients = self.folder / "clients.db"
        shutil.copy(clients, self.folder / "clients.backup")
        for command in (("suppressions", "add", CLAIRE, "--by", "anna"), ("backup", "copy.db"), ("run", "--once")):
            assert self.mailbot(*command) == 0, self.log()
        for file in self.folder.glob("store.db*"):
            file.unlink()
        (self.folder / "copy.db").rename(self.folder / "store.db")
        (self.folder / "clients.backup").rename(clients)

    def broken_journal(self) -> object:
        """The first break of the journal, or None."""
        with closing(Store(self._absolute())) as store:
            return store.journal.verify()

    # --- what is true of it -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """All that must be the same however often it died on the way: no number, no time, no id."""
        give(self.home(), self.home())
        with closing(sqlite3.connect(self.folder / "clients.db")) as clients:
            audit = sorted(clients.execute("SELECT what, id, COUNT(*) FROM audit GROUP BY what, id").fetchall())
            phones = clients.execute("SELECT id, phone FROM contact ORDER BY id").fetchall()
        origin = "FROM {} JOIN request ON request.id = {}.request_id JOIN message ON message.id = request.message_id"
        return {
            "messages": sorted(self.rows("SELECT sha256, state, nature FROM message"), key=str),
            "asks": sorted(self.rows(f"SELECT sha256, kind, status, outcome {origin.format('ask', 'ask')}")),
            "releases": sorted(
                self.rows(f"SELECT sha256, n, purpose, release.status {origin.format('release', 'release')}")
            ),
            "replies": sorted(
                self.rows(
                    "SELECT sha256, n, reply.status FROM reply JOIN release ON release.id = reply.release_id"
                    " JOIN request ON request.id = release.request_id JOIN message ON message.id = request.message_id"
                )
            ),
            "directives": sorted(self.rows("SELECT person, status FROM directive")),
            "suppressions": self.rows("SELECT COUNT(*) FROM suppression"),
            "questions": sorted(self.rows("SELECT address, ended FROM challenge")),
            "clients": (audit, phones),
            "mailbox": {name: Counter(self.mailbox.mails(name)) for name in ("INBOX", "Processed", "Handled")},
            "left": self.rows("SELECT COUNT(*) FROM place WHERE state = 'to_mark'"),
        }

    def doubled(self) -> list[str]:
        """The replies that left more than once."""
        ours = {row[0] for row in self.rows("SELECT message_id FROM reply")}
        return [one for one, count in self.sink.taken.items() if one in ours and count > 1]

    def misjudged(self) -> list[str]:
        """Replies said to be sent that the server never took, or to wait although it did."""
        taken = self.sink.taken
        found = self.rows("SELECT message_id, status FROM reply")
        return [
            f"{one} is {status}, taken {taken[one]}"
            for one, status in found
            if (status == "sent" and not taken[one]) or (status in {"waiting", "deferred"} and taken[one])
        ]


def provider_files(world: World) -> None:
    """Put into Sent what the server took, as some providers do."""
    kept = Counter(str(parsed(raw)["Message-ID"]) for raw in world.mailbox.mails("Sent"))
    for raw in world.sink.mails:
        if not kept[str(parsed(raw)["Message-ID"])]:
            world.mailbox.append(raw, folder="Sent")


def give(folder: Path, like: Path) -> None:
    """Let all in `folder` belong to whom `like` belongs to: a server that is not root must open it."""
    owner = like.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
