"""The company as every try finds it, made once: in the middle of its work, with new mails on their way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from crash.sink import Sink
from crash.stage import Stage
from crash.world import World, give
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
from servers.databases import Postgres

OFFICE = "direction@astrallys.com"
ZOE, KARIM, INES = (
    "zoe.lefevre@atelier-zoe.example",
    "karim.haddad@haddad-freres.example",
    "ines.caron@caron-traiteur.example",
)
NEW_PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"
ITALIAN = "Buongiorno,\n\nvorrei ricevere una copia di tutti i dati personali che avete su di me.\n\nCordiali saluti"
REFUSALS = (
    """CREATE TRIGGER poison BEFORE UPDATE ON message WHEN NEW.subject = 'poison'
    BEGIN SELECT RAISE(ABORT, 'this mail makes a step raise'); END""",
    """CREATE TRIGGER poisoned_answer BEFORE INSERT ON release WHEN NEW.n = 2 AND NEW.language = 'it'
    BEGIN SELECT RAISE(ABORT, 'this answer makes a step raise'); END""",
)
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(1000)
)
AUDIT = """CREATE TABLE audit (what TEXT, id INTEGER);
CREATE TRIGGER audit_contact AFTER UPDATE ON contact BEGIN INSERT INTO audit VALUES ('contact', NEW.id); END;
CREATE TRIGGER audit_subscription AFTER UPDATE ON subscription
BEGIN INSERT INTO audit VALUES ('subscription', NEW.contact_id); END;"""


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
    give(new, old)


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
