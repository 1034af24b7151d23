"""Mails as clients, strangers, robots and impostors write them, and as the company's receiving server hands them on."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

CLAIRE = "claire.dupont@moulin-bleu.example"  # contact:1
JEAN = "jean.martin@ateliers-vernet.example"  # contact:2
SOPHIE = "sophie.bernard@bernard-conseil.example"  # contact:4, 5, 6: one person, three companies
EMMA = "emma.taylor@northgate.example"  # contact:7, speaks English
GARAGE = "contact@garage-du-port.example"  # contact:8 and 9: two persons
PAUL = "paul.girard@girard-optique.example"  # contact:10
HELENE = "helene.faure@faure-imprimerie.example"  # contact:11
MARC = "marc.roussel@roussel-et-fils.example"  # contact:12
ZOE = "zoe.lefevre@atelier-zoe.example"  # contact:13, stored in an odd notation
INES = "ines.caron@caron-traiteur.example"  # contact:15, has unsubscribed
DENIS = "denis.perrot@perrot-menuiserie.example"  # contact:16

RECEIVER = "mx.astrallys.example"  # whose Authentication-Results count

ACCESS = (
    "Bonjour,\n\nJe souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi.\n\nMerci"
)
STOP = (
    "Bonjour,\n\nJe ne souhaite plus recevoir votre newsletter. Merci de me désinscrire de votre liste de diffusion."
    "\n\nCordialement"
)
ERASURE = "Bonjour,\n\nMerci de supprimer toutes mes données personnelles de vos fichiers.\n\nCordialement"
DIRECTIVE = (
    "Bonjour,\n\nJe souhaite définir mes directives relatives à mes données personnelles après ma mort :"
    " après mon décès, toutes mes données doivent être effacées.\n\nCordialement"
)
ORDINARY = (
    "Bonjour,\n\nMerci d'intervenir mardi sur notre site de Marseille : la porte du hall est bloquée.\n\nCordialement"
)

_numbers = itertools.count(1)


def results(sender: str, verdict: str = "pass", receiver: str = RECEIVER) -> str:
    """An Authentication-Results header (RFC 8601) of `receiver` on a mail from `sender`."""
    domain = sender.rpartition("@")[2]
    return (
        f"{receiver}; spf={verdict} smtp.mailfrom={domain}; dkim={verdict} header.d={domain};"
        f" dmarc={verdict} header.from={domain}"
    )


def mail(
    sender: str,
    text: str,
    subject: str = "Mes données",
    *,
    to: str = "direction@astrallys.com",
    authentic: str | None = "pass",
    **headers: str,
) -> bytes:
    """A plain mail; `authentic` is the receiver's verdict or None for no results; headers by name, _ for -."""
    message = EmailMessage()
    if authentic is not None:
        message["Authentication-Results"] = results(sender, authentic)
    message["From"] = f"<{sender}>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{next(_numbers)}.{datetime.now(UTC).timestamp()}@{sender.rpartition('@')[2]}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes(policy=SMTP)


def answer(to: EmailMessage, sender: str, text: str, *, authentic: str | None = "pass", **headers: str) -> bytes:
    """An answer to a mail that the company sent, quoting it as mail programs do."""
    body = to.get_body(("plain",))
    quoted = "".join(f"> {line}\n" for line in str(body.get_content() if body else "").splitlines())
    return mail(
        sender,
        f"{text}\n\nLe lun. 23 nov. 2026 à 10:00, {to['From']} a écrit :\n\n{quoted}",
        f"Re: {to['Subject']}",
        authentic=authentic,
        In_Reply_To=str(to["Message-ID"]),
        References=f"{to['References']} {to['Message-ID']}",
        **headers,
    )


def returned(ours: EmailMessage, recipient: str) -> bytes:
    """The report of a server that a mail could not be delivered (RFC 3464)."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.elsewhere.example>",
        "To: direction@astrallys.com",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"Message-ID: <bounce.{next(_numbers)}@mx.elsewhere.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
        "",
        "--B",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"<{recipient}>: host mx.elsewhere.example said: 550 5.1.1 User unknown",
        "",
        "--B",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.elsewhere.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--B",
        "Content-Type: message/rfc822",
        "",
        f"From: {ours['From']}",
        f"To: {recipient}",
        f"Message-ID: {ours['Message-ID']}",
        "Subject: returned",
        "",
        "--B--",
        "",
    ]
    return "\r\n".join(lines).encode()
