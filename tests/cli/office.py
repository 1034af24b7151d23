"""A small company for the command line: a Maildir as mailbox, a sample client database, a store; no server but SMTP."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from mailbot.cli import command_of, frame, program

RECEIVER = "mx.astrallys.example"
CLAIRE = "claire.dupont@moulin-bleu.example"  # contact:1
EMMA = "emma.taylor@northgate.example"  # contact:7, English
STRANGER = "jean.inconnu@ailleurs.example"
ACCESS = "Bonjour,\n\nJe souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi.\n"
STOP = "Bonjour,\n\nJe ne souhaite plus recevoir votre newsletter, désabonnez-moi.\n"
OPPOSE = "Bonjour,\n\nJe m'oppose au traitement de mes données personnelles, pour des raisons tenant à ma situation.\n"
ERASE = "Bonjour,\n\nJe demande la suppression de toutes mes données personnelles de vos fichiers.\n"

_CONFIG = """
[organisation]
name = "Astrallys"
address = "171 bis chemin de la Madrague Ville, 13002 Marseille"
controller = "M. Frédéric Lorgeux"
contact = "direction@astrallys.com"
[mailbox]
host = "maildir:{folder}/box"
since = {since}
[outgoing]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password_file = "password"
from = "direction@astrallys.com"
rate = 60000
[clients]
url = "sqlite:///clients.db"
[policy]
mode = "{mode}"
[staff]
digest = "{digest}"
[trust]
receivers = ["{receiver}"]
authserv_ids = ["{receiver}"]
"""


@dataclass
class Office:
    """One installation in one folder; `mailbot(…)` is its command line, used by Marie."""

    folder: Path
    port: int = 9  # nobody listens there
    mode: str = "queue"
    user: str = "direction@astrallys.com"
    sent: int = field(default=0)
    digest: str = "none"  # one more mail a day would make every test count

    def __post_init__(self) -> None:
        for part in ("cur", "new", "tmp"):
            (self.folder / "box" / part).mkdir(parents=True)
        (self.folder / "password").write_text("demo")
        self.configure(self.mode)

    def configure(self, mode: str) -> None:
        self.mode = mode
        since = (datetime.now(UTC) - timedelta(days=200)).date()
        names = {"folder": self.folder, "since": since, "port": self.port, "user": self.user, "mode": mode}
        names["digest"] = self.digest
        (self.folder / "config.toml").write_text(_CONFIG.format(**names, receiver=RECEIVER), encoding="utf-8")

    def receive(
        self, sender: str, body: str, *, days_ago: float = 0, spf: str = "pass", attachment: bytes | None = None
    ) -> Path:
        """A mail from `sender`, authenticated by our receiver unless `spf` says otherwise, lies in the mailbox."""
        self.sent += 1
        at = datetime.now(UTC) - timedelta(days=days_ago)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "direction@astrallys.com", "Mes données"
        mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{self.sent}.{at.timestamp()}@client.example>"
        mail.set_content(body)
        if attachment is not None:
            mail.add_attachment(attachment, maintype="image", subtype="jpeg", filename="carte.jpg")
        trace = (
            f"Return-Path: <{sender}>\r\n"
            f"Authentication-Results: {RECEIVER}; spf={spf} smtp.mailfrom={sender}; dkim=none\r\n"
            f"Received: from client.example by {RECEIVER} with ESMTP; {format_datetime(at)}\r\n"
        )
        path = self.folder / "box" / "new" / f"{self.sent}.{int(at.timestamp())}.host"
        path.write_bytes(trace.encode() + mail.as_bytes())
        return path

    def mailbot(self, *words: str, stdin: str | bytes | None = None, login: str = "marie") -> Result:
        """One command; its output and exit code."""
        frame.chosen["config"] = None
        line = ["--config", str(self.folder / "config.toml"), *words]
        result = CliRunner().invoke(
            program(command_of(line)), line, input=stdin, env={"LOGNAME": login, "COLUMNS": "200"}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def does(self, *words: str, stdin: str | bytes | None = None) -> str:
        """One command that must succeed; what it printed."""
        result = self.mailbot(*words, stdin=stdin)
        assert result.exit_code == 0, f"{words}: {result.exit_code} {result.stderr}"
        return result.stdout

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The objects that a list prints with --json."""
        return [json.loads(line) for line in self.does(*words, "--json").splitlines()]

    def object(self, *words: str) -> dict[str, Any]:
        """The one object that a command prints with --json."""
        (line,) = self.lines(*words)
        return line

    def refuses(self, *words: str, code: int = 1) -> str:
        """One command that must fail; the one line that it says why."""
        result = self.mailbot(*words)
        assert result.exit_code == code, f"{words}: {result.exit_code} {result.stdout} {result.stderr}"
        assert result.stderr.startswith("mailbot: ") or code == 2, result.stderr
        assert "Traceback" not in result.stderr
        return result.stderr

    def approves(self, named: str, *words: str) -> str:
        """Release what `show` shows as REF or REF/N; what it printed."""
        ref, _, number = named.partition("/")
        rows = self.show(ref)["releases"]
        [row] = [one for one in rows if (str(one["n"]) == number if number else one["status"] == "planned")]
        return self.does("approve", named, "--hash", row["hash"], *words)

    def show(self, ref: str) -> dict[str, Any]:
        """One request whole."""
        return self.object("show", ref)

    def ask(self, ref: str, kind: str) -> dict[str, Any]:
        """One ask of a request."""
        (found,) = [ask for ask in self.show(ref)["asks"] if ask["kind"] == kind]
        return dict(found)

    def release(self, ref: str, purpose: str) -> dict[str, Any]:
        """The one living release of a request with this purpose."""
        gone = {"undone", "stale"}
        (found,) = [
            one for one in self.show(ref)["releases"] if one["purpose"] == purpose and one["status"] not in gone
        ]
        return dict(found)

    def asked(
        self, sender: str, body: str, *, days_ago: float = 0, spf: str = "pass", attachment: bytes | None = None
    ) -> str:
        """A mail came, was read and its answer proposed; the reference of its request."""
        self.receive(sender, body, days_ago=days_ago, spf=spf, attachment=attachment)
        self.run()
        return str(max(row["ref"] for row in self.lines("queue") if row["ref"].startswith("2")))

    def run(self) -> None:
        """Everything that can be done now; SMTP may be away."""
        assert self.mailbot("run", "--once").exit_code in {0, 75}


def copy_clients(template: Path, office: Office) -> None:
    """The sample client database, in the office's folder."""
    shutil.copy(template, office.folder / "clients.db")
