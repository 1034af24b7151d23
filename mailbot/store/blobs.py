"""Raw mails, exports and replies by content hash, in rows of 512 kB: alike on both databases, never rebuilt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO

from mailbot.store.database import Handle, Row

CHUNK = 512 * 1024


class Blobs:
    """Bytes kept once per content."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._blob = handle.table("blob")

    def put(self, contents: Iterable[bytes]) -> list[str]:
        """Keep each content; their SHA-256 in hex, in order. What is known already is not written again."""
        listed = list(contents)
        digests = [hashlib.sha256(content).hexdigest() for content in listed]
        wanted = dict(zip(digests, listed, strict=True))
        known = self.known(wanted)
        new = {digest: content for digest, content in wanted.items() if digest not in known}
        small = [(digest, content) for digest, content in new.items() if len(content) < CHUNK]
        self._handle.insert("blob", [row for digest, content in small for row in _chunks(digest, content)])
        for digest, content in new.items():
            if len(content) >= CHUNK:
                self._put_big(digest, content)
        return digests

    def _put_big(self, digest: str, content: bytes) -> None:
        """One row at a time: the statement stays small, and so does memory."""
        for row in _chunks(digest, content):
            self._handle.insert("blob", [row])

    def known(self, digests: Iterable[str]) -> set[str]:
        """Which of these are kept."""
        wanted = list(digests)
        marks = ", ".join("?" * len(wanted)) or "NULL"
        sql = f"SELECT sha256 FROM blob WHERE sha256 IN ({marks}) AND seq = 0"  # noqa: S608 -- marks
        return {row["sha256"] for row in self._handle.query(sql, wanted)}

    def get(self, digest: str) -> bytes:
        """The bytes of one hash; raises KeyError if they were purged or never kept."""
        return self.get_many([digest])[digest]

    def get_many(self, digests: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of several hashes; raises KeyError naming the first that is missing."""
        wanted = list(dict.fromkeys(digests))
        found: dict[str, BytesIO] = {}
        marks = ", ".join("?" * len(wanted)) or "NULL"
        sql = f"SELECT sha256, content FROM blob WHERE sha256 IN ({marks}) ORDER BY sha256, seq"  # noqa: S608 -- marks
        for digest, content in self._handle.cursor(sql, wanted):  # row by row: a big mail is in memory once
            found.setdefault(digest, BytesIO()).write(content)
        return {digest: found[digest].getvalue() for digest in wanted}

    def replace(self, digest: str, content: bytes) -> None:
        """Keep `content` instead of what was kept under `digest`, which stays its name: staff struck a part of it."""
        self.purge([digest])
        self._put_big(digest, content)

    def purge(self, digests: Iterable[str]) -> None:
        """Forget these bytes."""
        self._blob.delete().where(self._blob.c.sha256.in_(list(digests))).execute()


def _chunks(digest: str, content: bytes) -> Iterator[Row]:
    """The rows of one content; an empty one has one empty row."""
    for seq, start in enumerate(range(0, max(len(content), 1), CHUNK)):
        yield {"sha256": digest, "seq": seq, "content": content[start : start + CHUNK]}
