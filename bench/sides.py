"""The sides of a round: a floor or mailbot itself, each as one command on a folder of its own."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.mails import OWN, RECEIVER, clients

HOST = "127.0.0.1"
PASSWORD = "secret"  # noqa: S105 -- of every account of the throw-away server
DONE = "Processed"

_CONFIG = """\
[organisation]
name = "Bench"
address = "1 rue du Banc, 13002 Marseille"
controller = "Mme Banc"
contact = "{own}"
[mailbox]
host = "{host}"
port = {imap_port}
tls = "none"
user = "{own}"
password_file = "password"
processed = "{done}"
since = 2025-01-01
[outgoing]
host = "{host}"
port = {smtp_port}
tls = "none"
from = "{own}"
sent_folder = ""    # as the floors: no copies
rate = 100000000    # mails a minute
[clients]
url = "sqlite:///clients.db"
map = "datamap.toml"
[policy]
mode = "live"
[console]
enabled = false
[workers]
processes = {processes}
[trust]
receivers = ["{receiver}"]
authserv_ids = ["{receiver}"]
"""

_MAP = """\
[person.contact]
table = "contact"
key = ["id"]
language = "language"
company = "contact.company"
find = { email = ["email"], phone = ["phone"], names = ["last_name", "first_name"] }

[[holding]]
person = "contact"
table = "contact"
where = "contact.id = :person.id"
title = { fr = "Vos coordonnées", en = "Your contact details" }
purpose = { fr = "gestion de la clientèle", en = "client management" }
basis = "contract"
source = { fr = "vous-même", en = "yourself" }
retention = { years = 5, event = { fr = "la fin du contrat", en = "the end of the contract" } }

[holding.columns]
last_name  = { title = { fr = "Nom", en = "Last name" }, is = "last_name", rectify = true, provided = true }
first_name = { title = { fr = "Prénom", en = "First name" }, is = "first_name", rectify = true, provided = true }
company    = { title = { fr = "Société", en = "Company" } }
email      = { title = { fr = "Adresse", en = "Mail address" }, is = "email", rectify = "staff", provided = true }
phone      = { title = { fr = "Téléphone", en = "Phone" }, is = "phone", rectify = true, provided = true }
language   = { title = { fr = "Langue", en = "Language" } }
newsletter = { title = { fr = "Lettre d'information", en = "Newsletter" } }

[holding.change]
unsubscribe = { set = { newsletter = false } }
erase = "anonymise"
"""

_CONTACTS = """\
CREATE TABLE contact (id INTEGER PRIMARY KEY, company TEXT, first_name TEXT, last_name TEXT, email TEXT NOT NULL,
  phone TEXT, language TEXT, newsletter BOOLEAN NOT NULL);
CREATE INDEX contact_email ON contact (email COLLATE NOCASE);
CREATE INDEX contact_exact ON contact (email);
"""


@dataclass(frozen=True, slots=True)
class Side:
    """Who answers: by which name, and whether it goes on when nothing is left."""

    name: str
    daemon: bool
    processes: int = 1  # that read mails beside the daemon

    def prepare(self, folder: Path, imap_port: int, smtp_port: int) -> list[str]:
        """Make all that it needs in the empty `folder`; the command that starts it there."""
        write_clients(folder / "clients.db")
        if not self.daemon:
            return [sys.executable, "-m", "bench.floors", self.name, str(imap_port), str(smtp_port), str(folder)]
        write_setup(folder, imap_port, smtp_port, self.processes)
        return [sys.executable, "-m", "mailbot", "--config", str(folder / "config.toml"), "run"]


MAILBOT = Side("mailbot", daemon=True)
FLOORS = (Side("batch", daemon=False), Side("fast-2c", daemon=False))


def write_clients(path: Path) -> None:
    """A client database of one table; half of its persons have the newsletter."""
    with sqlite3.connect(path) as base:
        base.executescript(_CONTACTS)
        rows = [(c.number, c.company, c.first, c.last, c.email, c.phone, c.language, c.number % 2) for c in clients()]
        base.executemany("INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.close()


def write_setup(folder: Path, imap_port: int, smtp_port: int, processes: int = 1) -> None:
    """Write mailbot's configuration, data map and password."""
    values = {
        "own": OWN,
        "host": HOST,
        "imap_port": imap_port,
        "smtp_port": smtp_port,
        "done": DONE,
        "receiver": RECEIVER,
        "processes": processes,
    }
    (folder / "config.toml").write_text(_CONFIG.format(**values), encoding="utf-8")
    (folder / "datamap.toml").write_text(_MAP, encoding="utf-8")
    (folder / "password").write_text(PASSWORD, encoding="ascii")
    (folder / "password").chmod(0o600)
