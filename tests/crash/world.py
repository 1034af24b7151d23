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
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from crash.sink import Sink
from crash.stage import Stage
from path.company import Company, parsed
from path.written import (
    ACCESS,
    CLAIRE,
    DIRECTIVE,
    EMMA,
    HELENE,
    JEAN,
    MARC,
    ORDINARY,
    PAUL,
    STOP,
    answer,
    mail,
    returned,
)
from peewee import Database
from servers.databases import Postgres
from servers.dovecot import PASSWORD, Dovecot, Mailbox

from mailbot.store.connect import open_database
from mailbot.store.store import Store

OFFICE = "direction@astrallys.com"
ZOE, KARIM, INES = (
    "zoe.lefevre@atelier-zoe.example",
    "karim.haddad@haddad-freres.example",
    "ines.caron@caron-traiteur.example",
)
NEW_PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"
ITALIAN = "Buongiorno,\n\nvorrei ricevere una copia di tutti i dati personali che avete su di me.\n\nCordiali saluti"
LEASES = (
    ("reply", "next_try", "sending"),
    ("release", "perform_after", "performing"),
    ("notice", "next_try", "sending"),
)
REFUSALS = (
    """CREATE TRIGGER poison BEFORE UPDATE ON message WHEN NEW.subject = 'poison'
    BEGIN SELECT RAISE(ABORT, 'this mail makes a step raise'); END""",
    """CREATE TRIGGER poisoned_answer BEFORE INSERT ON release WHEN NEW.n = 2 AND NEW.language = 'it'
    BEGIN SELECT RAISE(ABORT, 'this answer makes a step raise'); END""",
)
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(1000)
)
LONG_AGO = "2026-01-01T00:00:00+00:00"
AUDIT = """CREATE TABLE audit (what TEXT, id INTEGER);
CREATE TRIGGER audit_contact AFTER UPDATE ON contact BEGIN INSERT INTO audit VALUES ('contact', NEW.id); END;
CREATE TRIGGER audit_subscription AFTER UPDATE ON subscription
BEGIN INSERT INTO audit VALUES ('subscription', NEW.contact_id); END;"""


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
        for table, column, state in LEASES:
            self.does(f"UPDATE {table} SET {column} = '{LONG_AGO}' WHERE status = '{state}'")  # noqa: S608 -- our words

    def broken_journal(self) -> object:
        """The first break of the journal, or None."""
        with closing(Store(self._absolute())) as store:
            return store.journal.verify()

    # --- what is true of it -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """All that must be the same however often it died on the way: no number, no time, no id."""
        _give(self.home(), self.home())
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


# --- the base ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Base:
    """The company as every try finds it."""

    world: World
    mails: tuple[bytes, ...]  # what comes next

    def copy(self, folder: Path, sink: Sink, url: str) -> World:
        """A world of its own in `folder`, with the store of `url` (SQLite: copied here; else a copy made already)."""
        old = self.world
        sink.mails += old.sink.mails
        for file in old.folder.iterdir():
            if file.is_file() and file.name != "out.log":
                shutil.copy(file, folder)
        shutil.copytree(old.folder / "overlay", folder / "overlay")
        new = World(
            folder, old.dovecot.fresh(), old.dovecot, sink, old.stage, url, json.loads(json.dumps(old.settings))
        )
        new.configure(
            mailbox={"user": new.mailbox.user, "processed": "Handled"},
            outgoing={"port": sink.port},
            store={"url": url},
            staff={"alarms_to": ["anna@astrallys.com"], "witness": ["witness@notary.example"], "digest": "none"},
        )
        _copy_home(old.home(), old.dovecot.folder / "home" / new.mailbox.user.lower())
        return new


def _copy_home(old: Path, new: Path) -> None:
    """Copy a mailbox with its UIDs, owners kept."""
    shutil.copytree(old, new)
    _give(new, old)


def _give(folder: Path, like: Path) -> None:
    """Let all in `folder` belong to whom `like` belongs to: a server that is not root must open it."""
    owner = like.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def build_base(company: Company, sink: Sink, stage: Stage, url: str) -> Base:
    """A company with a correction and an answer approved, a question put, an answer that will come back."""
    world = World(company.folder, company.mailbox, company.dovecot, sink, stage, url)
    with closing(sqlite3.connect(company.folder / "clients.db")) as clients, clients:
        clients.executescript(AUDIT)
    _overlay(company.folder / "overlay")
    world.settings = json.loads(json.dumps(company.settings))
    world.configure(
        organisation={"contact": OFFICE},
        outgoing={"port": sink.port, "from": OFFICE, "proof": "none", "sent_folder": "Sent"},
        store={"url": url},
        content={"overlay": "overlay"},
    )
    _run(world, "staff", "add", "anna", "--role", "approver")
    raws = (mail(CLAIRE, NEW_PHONE), mail(HELENE, ACCESS), mail(PAUL, DIRECTIVE), mail(MARC, ACCESS))
    world.deliver(*raws)
    _run(world, "run", "--once")
    planned = world.rows(
        "SELECT reference, release.n, release.hash, asks, person_name FROM release"
        " JOIN request ON request.id = request_id WHERE release.status = 'planned'"
    )
    for reference, n, shown, asks, person in planned:
        if (asks, person) in {('["rectification"]', "Claire Dupont"), ('["access"]', "Hélène Faure")}:
            _run(world, "approve", f"{reference}/{n}", "--hash", shown, "--by", "anna")
    old = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    away = json.dumps({"at": old, "since": old, "away": "RuntimeError at daemon.py:1"})
    world.does(f"INSERT INTO fact (name, value) VALUES ('health:receiving', '{away}')")  # noqa: S608 -- as above
    if url.startswith("sqlite"):
        for refusal in REFUSALS:
            world.does(refusal)
    ours = {str(parsed(raw)["To"].addresses[0].addr_spec): parsed(raw) for raw in sink.mails}
    return Base(world, _next_mails(ours))


def _run(world: World, *arguments: str) -> None:
    assert world.mailbot(*arguments) == 0, world.log()


def _overlay(folder: Path) -> None:
    """Texts that break on use: what an operator may do to Italian mails by mistake."""
    path = folder / "templates" / "it" / "access" / "acknowledged.txt"
    path.parent.mkdir(parents=True)
    path.write_text("La Sua richiesta {{ reference }}\n\n{{ 1 // (reference | length - 10) }}\n")


def _next_mails(ours: Mapping[str, EmailMessage]) -> tuple[bytes, ...]:
    """What the next pass finds: one mail for each way that a mail can go."""
    twice = mail(EMMA, "Hello,\n\nPlease correct my phone number: the new one is +44 20 7946 0958.\n\nRegards")
    return (
        twice,
        mail(JEAN, STOP, "Newsletter"),
        answer(ours[PAUL], PAUL, "Oui, je confirme."),
        returned(ours[MARC], MARC),
        mail(KARIM, "Je suis absent jusqu'au 4.", "Absence", Auto_Submitted="auto-replied"),
        mail(EMMA, ORDINARY, "Intervention"),
        b"From: <a@b.example>\r\nSubject: nested\r\nMIME-Version: 1.0\r\n" + NESTED,
        mail(INES, ITALIAN, "I miei dati"),
        mail(ZOE, ACCESS, "poison"),
        mail(JEAN, STOP, "Stop", List_Id="<news.vernet.example>", Precedence="list"),
        mail("later@many.example", ACCESS),
        mail("stranger@many.example", ACCESS),
        twice,
    )


def copied_database(postgres: Postgres, base_url: str) -> str:
    """A new PostgreSQL database, a copy of the one at `base_url`."""
    name = f"mailbot_copy_{time.monotonic_ns()}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {base_url.rpartition('/')[2]}")
    return postgres.url(name)
