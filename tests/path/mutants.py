"""Mails that no program wrote: samples, labelled and hostile mails, changed at random; the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from path.battery import CASES, written
from path.hostile import plain

TESTS = Path(__file__).parents[1]
_LONGEST = 60_000  # bytes of one mutant
_TOKENS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\x1b[2J",
        b"\xff\xfe",
        b"\xe2\x80\xae",
        b" ",
        b"\t",
        b'"',
        b"<",
        b">",
        b"(",
        b")",
    ),
    *(b"\\", b"--B", b"--B--", b"=?utf-8?q?=0D=0A?=", b"=?x?b?!!?=", b"=20=\n", b"From: ", b"Subject: ", b"\n\n"),
    *(b"\nFrom: eve@evil.example\n", b"Content-Type: multipart/mixed; boundary=B\n", b"charset=utf-16"),
    *(b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n", b"Content-Transfer-Encoding: base64\n"),
    *(b"Content-Transfer-Encoding: quoted-printable\n", b"Auto-Submitted: auto-replied\n", b"Message-ID: <a@b>\n"),
    *(b"In-Reply-To: <a@b>\n", b"Date: never\n", b"DKIM-Signature: v=1; d=x; h=from; l=1\n", b"2026-00001"),
    b"Authentication-Results: mx.astrallys.example; dkim=pass header.d=x\n",
    b"Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n",
    *(b"<html><body><div style='display:none'>", b"&#x202e;", b"Oui, je confirme.", b"Ce n'est pas moi."),
    *(b"1000-99-99", b"9" * 400, b"a" * 3000, b"(" * 500),
)


def bases() -> list[bytes]:
    """What is changed: the samples, some labelled mails, those of the battery, and hostile parts."""
    samples = [path.read_bytes() for path in sorted((TESTS / "samples").glob("*.eml"))]
    with (TESTS / "corpus" / "dev.jsonl").open(encoding="utf-8") as file:
        labelled = [json.loads(line) for line in file][::7]
    mails = [
        plain(row.get("from_address") or "a@b.example", row["body"], " ".join(row["subject"].split()))
        for row in labelled
    ]
    spoofed = [
        written(
            case, "claire.dupont@moulin-bleu.example", f"eve{n}@evil{n}.example", "Mon, 23 Nov 2026 10:00:00 +0100", n
        )
        for n, case in enumerate(CASES)
    ]
    return [*samples, *mails, *spoofed]


def _flip(raw: bytearray, chance: random.Random, _others: list[bytes]) -> None:
    for _ in range(chance.randint(1, 20)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def _cut(raw: bytearray, chance: random.Random, _: list[bytes]) -> None:
    start = chance.randrange(len(raw))
    del raw[start : start + chance.randint(1, 400)]


def _repeat(raw: bytearray, chance: random.Random, _: list[bytes]) -> None:
    start = chance.randrange(len(raw))
    raw[start:start] = raw[start : start + chance.randint(1, 200)] * chance.randint(1, 30)


def _insert(raw: bytearray, chance: random.Random, _others: list[bytes]) -> None:
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(raw))
        raw[start:start] = chance.choice(_TOKENS)


def _end(raw: bytearray, chance: random.Random, _: list[bytes]) -> None:
    del raw[chance.randrange(1, len(raw)) :]


def _lines(raw: bytearray, chance: random.Random, _: list[bytes]) -> None:
    lines = raw.split(b"\n")
    chance.shuffle(lines)
    raw[:] = b"\n".join(lines)


def _splice(raw: bytearray, chance: random.Random, others: list[bytes]) -> None:
    other = chance.choice(others)
    raw[chance.randrange(len(raw)) :] = other[chance.randrange(len(other)) :]


_WAYS: tuple[Callable[[bytearray, random.Random, list[bytes]], None], ...] = (
    *(_flip, _cut, _repeat, _insert, _insert, _end, _lines, _splice),
)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """`count` of them, all different."""
    chance = random.Random(seed)  # noqa: S311 -- the same for the same seed
    found = bases()
    known: set[bytes] = set()
    while len(known) < count:
        raw = bytearray(chance.choice(found))
        for way in chance.choices(_WAYS, k=chance.randint(1, 4)):
            if len(raw) > 2:
                way(raw, chance, found)
        mutant = bytes(raw[:_LONGEST])
        if mutant not in known:
            known.add(mutant)
            yield mutant
