"""The bench's mails: each asks one thing that one automatic mail answers, from a client on file, authenticated.

1 to 8 kB in French (four in five) or English: greeting, ask, signature, often a legal footer and quoted history, in the
shapes that mail programs write; one in 200 carries 0.2 to 2 MB. Mail `index` depends on nothing but its index.
"""

from __future__ import annotations

import base64
import html
import random
import textwrap
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import cache
from pathlib import Path
from quopri import encodestring
from typing import Any

OWN = "privacy@bench.example"
RECEIVER = "mail.bench.example"
CLIENTS = 2000  # ten thousand mails are five a client: the cap on mails to one correspondent stays far
BEGIN = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

KINDS = {"access": 30, "rectification": 28, "unsubscribe": 22, "erasure": 12, "portability": 8}  # per cent
SHAPES = {"8bit": 15, "quoted-printable": 30, "base64": 12, "alternative": 33, "html": 10}


@dataclass(frozen=True, slots=True)
class Client:
    """One person of the client database."""

    number: int
    company: str
    first: str
    last: str
    email: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Request:
    """One mail: its bytes with LF line ends, as a Maildir holds them, and what a reply is known by."""

    message_id: str
    sender: str
    kind: str
    raw: bytes


@cache
def clients() -> tuple[Client, ...]:
    """All persons of the client database, in the order of their numbers."""
    return tuple(_client(number) for number in range(CLIENTS))


def _client(number: int) -> Client:
    rng = random.Random(f"client:{number}")  # noqa: S311 -- repeatable, not secret
    first, last = rng.choice(WORDS["first"]), rng.choice(WORDS["last"])
    return Client(
        number=number,
        company=f"{rng.choice(WORDS['trades'])} {rng.choice(WORDS['last'])} {rng.choice(WORDS['places'])}",
        first=first,
        last=last,
        email=f"{_ascii(first)}.{_ascii(last)}@c{number:05d}.example",
        phone=_phone(rng),
        language=rng.choices(("fr", "en"), (4, 1))[0],
    )


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _phone(rng: random.Random) -> str:
    return " ".join((f"0{rng.randint(1, 5)}", *(f"{rng.randrange(100):02d}" for _ in range(4))))


def request(index: int) -> Request:
    """The mail of this number, always the same."""
    rng = random.Random(f"mail:{index}")  # noqa: S311 -- repeatable, not secret
    client = rng.choice(clients())
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    subject, ask = rng.choice(WORDS[client.language]["asks"][kind])
    body = _body(rng, _text(rng, client, ask.format(new_phone=_phone(rng))))
    if index % 200 == 100:  # noqa: PLR2004 -- one in 200
        body = _mixed(rng, body)
    domain = client.email.partition("@")[2]
    message_id = f"<mail{index:06d}.{rng.getrandbits(48):012x}@{domain}>"
    when = BEGIN + timedelta(seconds=37 * index)
    head = (
        f"Return-Path: <{client.email}>",
        f"Received: from mx.{domain} (mx.{domain} [192.0.2.{index % 250 + 1}])",
        f"\tby {RECEIVER} (Postfix) with ESMTPS id {rng.getrandbits(40):010X}",
        f"\tfor <{OWN}>; {format_datetime(when)}",
        f"Authentication-Results: {RECEIVER}; spf=pass smtp.mailfrom={domain};",
        f"\tdkim=pass header.d={domain}; dmarc=pass header.from={domain}",
        f"Message-ID: {message_id}",
        f"Date: {format_datetime(when - timedelta(seconds=4))}",
        f"From: {formataddr((f'{client.first} {client.last}', client.email))}",
        f"To: {OWN}",
        f"Subject: {Header(subject, 'utf-8', header_name='Subject').encode()}",
        "MIME-Version: 1.0",
    )
    return Request(message_id, client.email, kind, "\n".join(head).encode("ascii") + b"\n" + body)


def _text(rng: random.Random, client: Client, ask: str) -> list[str]:
    """Greeting, ask, context, signature as paragraphs; often a footer and history."""
    words = WORDS[client.language]
    context = rng.sample(words["context"], rng.randrange(1, len(words["context"])))
    sentences = [ask, *(sentence.format(company=client.company) for sentence in context)]
    parts = [rng.choice(words["greeting"]), *sentences]
    parts += [rng.choice(words["closing"]), f"{client.first} {client.last}\n{client.company}\n{client.phone}"]
    if rng.random() < 0.6:  # noqa: PLR2004 -- as often as companies do
        parts.append(words["footer"].format(company=client.company))
    if rng.random() < 0.55:  # noqa: PLR2004 -- as often as people answer an old mail
        parts.append(_history(rng, words))
    return parts


def _history(rng: random.Random, words: dict[str, Any]) -> str:
    day = (BEGIN - timedelta(days=rng.randrange(1, 60))).strftime("%d/%m/%Y")
    lines = [words["wrote"].format(day=day, own=OWN), ">"]
    wanted = min(4200, int(rng.lognormvariate(6.9, 0.8)))  # characters: a kilobyte mostly, seldom four
    while sum(map(len, lines)) < wanted:
        sentence = rng.choice(words["history"]).format(place=rng.choice(WORDS["places"]))
        lines += [*(f"> {line}" for line in textwrap.wrap(sentence, 72)), ">"]
    return "\n".join(lines)


# --- shapes -----------------------------------------------------------------------------------------------------------


def _body(rng: random.Random, paragraphs: Sequence[str]) -> bytes:
    shape = rng.choices(list(SHAPES), list(SHAPES.values()))[0]
    if shape == "html":
        return _part("html", _html(paragraphs), "quoted-printable")
    if shape == "alternative":
        parts = (
            _part("plain", _plain(paragraphs), "quoted-printable"),
            _part("html", _html(paragraphs), "quoted-printable"),
        )
        return _multipart(rng, "alternative", parts)
    return _part("plain", _plain(paragraphs), shape)


def _plain(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(part if "\n" in part else textwrap.fill(part, 76) for part in paragraphs) + "\n"


def _html(paragraphs: Sequence[str]) -> str:
    blocks = (f"<div>{html.escape(part, quote=False)}</div>".replace("\n", "<br>\n") for part in paragraphs)
    inner = "\n<div><br></div>\n".join(blocks)  # an empty line as mail programs write it
    style = "<style>div{font-family:Arial,sans-serif;font-size:11pt;color:#222}</style>"
    return f"<html><head>{style}</head>\n<body>\n{inner}\n</body></html>\n"


def _part(subtype: str, text: str, encoding: str) -> bytes:
    raw = text.encode()
    head = f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    if encoding == "8bit":
        return head + raw
    return head + (encodestring(raw) if encoding == "quoted-printable" else base64.encodebytes(raw))


def _mixed(rng: random.Random, body: bytes) -> bytes:
    """The same with an attachment of 0.2 to 2 MB as it travels."""
    data = base64.encodebytes(b"%PDF-1.4\n" + rng.randbytes(rng.randrange(150_000, 1_450_000)))
    head = (
        'Content-Type: application/pdf; name="piece.pdf"\nContent-Transfer-Encoding: base64\n'
        'Content-Disposition: attachment; filename="piece.pdf"\n\n'
    )
    return _multipart(rng, "mixed", (body, head.encode() + data))


def _multipart(rng: random.Random, subtype: str, parts: tuple[bytes, ...]) -> bytes:
    boundary = f"=_{rng.getrandbits(64):016x}"
    inner = b"".join(f"--{boundary}\n".encode() + part + b"\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'
    return head.encode() + inner + f"--{boundary}--\n".encode()
