"""Raw mails, exports and replies by content hash, in rows of 512 kB: alike on both databases, never rebuilt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

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
        rows: list[Row] = []
        for digest, content in wanted.items():
            if digest not in known:
                rows += _chunks(digest, content)
        small = [row for row in rows if len(row["content"]) < CHUNK]
        self._handle.insert("blob", small)
        for row in rows:
            if len(row["content"]) == CHUNK:  # big ones one by one: the statement stays small
                self._handle.insert("blob", [row])
        return digests

    def known(self, digests: Iterable[str]) -> set[str]:
        """Which of these are kept."""
        column = self._blob.c.sha256
        query = self._blob.select(column).where(column.in_(list(digests)) & (self._blob.c.seq == 0))
        return {row["sha256"] for row in self._handle.rows(query)}

    def get(self, digest: str) -> bytes:
        """The bytes of one hash; raises KeyError if they were purged or never kept."""
        return self.get_many([digest])[digest]

    def get_many(self, digests: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of several hashes; raises KeyError naming the first that is missing."""
        wanted = list(dict.fromkeys(digests))
        parts: dict[str, list[bytes]] = {}
        for row in self._handle.found("blob", {"sha256": wanted}, "sha256, seq"):
            parts.setdefault(row["sha256"], []).append(bytes(row["content"]))
        return {digest: b"".join(parts[digest]) for digest in wanted}

    def replace(self, digest: str, content: bytes) -> None:
        """Keep `content` instead of what was kept under `digest`, which stays its name: staff struck a part of it."""
        self.purge([digest])
        self._handle.insert("blob", _chunks(digest, content))

    def purge(self, digests: Iterable[str]) -> None:
        """Forget these bytes."""
        self._blob.delete().where(self._blob.c.sha256.in_(list(digests))).execute()


def _chunks(digest: str, content: bytes) -> list[Row]:
    """The rows of one content; an empty one has one empty row."""
    starts = range(0, max(len(content), 1), CHUNK)
    return [
        {"sha256": digest, "seq": seq, "content": content[start : start + CHUNK]} for seq, start in enumerate(starts)
    ]
