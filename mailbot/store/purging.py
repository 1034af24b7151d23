"""Forgetting: bytes and values whose time is over; what happened stays in the journal.

References are cleared first; a blob that nothing refers to any more goes, whoever brought it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from mailbot.core.status import RELEASE_OVER
from mailbot.store.blobs import Blobs
from mailbot.store.database import Handle
from mailbot.store.rows import ReleaseRow
from mailbot.store.searched import OF_GONE

_T = TypeVar("_T")
_KEPT_FILE = re.compile(r"mailbot raw ([0-9a-f]{64})")
_CLEARED = "sender = NULL, subject = NULL, reading = NULL, authenticity = NULL"
_SETTLED = "SELECT id FROM request WHERE closed_at < ? OR (closed_at IS NULL AND legal_end < ?)"
_UNDER_WAY = "SELECT release_id FROM reply WHERE status IN ('waiting', 'deferred', 'sending')"
_OF_A_REQUEST = ("ask", "note", "challenge", "pause", "assignment", "elsewhere", "searched")
_OF_A_RELEASE = ("reply", "revision")


class Purging:
    """What is taken out of the store; each inside the caller's transaction, each says how much it took."""

    def __init__(self, handle: Handle, blobs: Blobs) -> None:
        """Work on the store behind `handle`; bytes lie in `blobs`."""
        self._handle = handle
        self._blobs = blobs

    # --- one person ---

    def files(self, releases: Sequence[ReleaseRow]) -> int:
        """Forget the files that these releases carried, and the mails that bore them; how many files."""
        listed = {row.id: _files(row.letter) for row in releases}
        digests = {digest for files in listed.values() for digest in files}
        going = digests - self._needed(digests)
        raws = {row.raw_sha256 for row in releases if row.raw_sha256 and set(listed[row.id]) & going}
        known = self._blobs.known([*going, *raws])
        self._blobs.purge(known)
        return len(known & going)

    def _needed(self, digests: Iterable[str]) -> set[str]:
        """Those that a release still carries which is not over."""
        over = ", ".join(f"'{state}'" for state in sorted(RELEASE_OVER))
        living = f"SELECT letter FROM release WHERE letter LIKE ? AND status NOT IN ({over})"  # noqa: S608 -- our own words
        return {digest for digest in digests if self._handle.query(living, [f"%{digest}%"])}

    def recipients(self, request_ids: Sequence[int]) -> int:
        """Forget where the mails of these requests went; how many."""
        gone = 0
        for part in _parts(request_ids):
            marks = ", ".join("?" * len(part))
            mine = f"request_id IN ({marks})"
            releases = f"SELECT id FROM release WHERE {mine}"  # noqa: S608
            self._run(f"UPDATE reply SET recipient = '' WHERE release_id IN ({releases})", part)  # noqa: S608
            self._run(f"UPDATE challenge SET address = '' WHERE {mine}", part)  # noqa: S608
            self._run(f"UPDATE request SET address = NULL WHERE id IN ({marks})", part)  # noqa: S608
            gone += self._run(f"UPDATE release SET recipient = NULL WHERE recipient IS NOT NULL AND {mine}", part)  # noqa: S608
        return gone

    # --- by the calendar: all moments as iso(), days as YYYY-MM-DD ---

    def mails(self, asked_nothing: str, others: str, settled: tuple[str, str], now: str) -> int:
        """Mails that asked nothing, those that nobody looked at, and those of requests settled long ago."""
        nothing = (
            "(state IN ('nothing', 'robot') OR dismissed_by IS NOT NULL OR (state = 'before_start' AND due IS NULL))"
        )
        old = (
            f"(request_id IS NULL AND {nothing} AND arrived < ?)"
            " OR (request_id IS NULL AND state NOT IN ('stored', 'request', 'joined') AND arrived < ?)"
            f" OR request_id IN ({_SETTLED})"
        )
        sql = f"UPDATE message SET purged_at = ?, {_CLEARED} WHERE purged_at IS NULL AND state <> 'stored' AND ({old})"  # noqa: S608
        gone = self._run(sql, [now, asked_nothing, others, *settled])
        self._run(OF_GONE, [])
        return gone

    def drafts(self, dropped: str, settled: tuple[str, str]) -> int:
        """Letters and changes of releases that are no longer valid, or whose request was settled long ago.

        What is on its way is left alone.
        """
        values = "letter = NULL, actions = '[]', raw_sha256 = NULL, reason = ''"
        old = f"(status IN ('stale', 'undone') AND planned_at < ?) OR request_id IN ({_SETTLED})"
        some = "(letter IS NOT NULL OR actions <> '[]' OR raw_sha256 IS NOT NULL)"
        found = self._handle.query(
            f"SELECT id FROM release WHERE {some} AND id NOT IN ({_UNDER_WAY}) AND ({old})",  # noqa: S608
            [dropped, *settled],
        )
        ids = [row["id"] for row in found]
        for part in _parts(ids):
            marks = ", ".join("?" * len(part))
            self._run(f"UPDATE release SET {values} WHERE id IN ({marks})", part)  # noqa: S608
            self._run(f"DELETE FROM revision WHERE release_id IN ({marks})", part)  # noqa: S608
            self._run(f"UPDATE reply SET recipient = '', raw_sha256 = '' WHERE release_id IN ({marks})", part)  # noqa: S608
        return len(ids)

    def findings(self, settled: tuple[str, str]) -> int:
        """Files that staff found elsewhere for requests that were settled long ago."""
        sql = f"UPDATE elsewhere SET file_name = NULL, sha256 = NULL WHERE sha256 IS NOT NULL AND request_id IN ({_SETTLED})"  # noqa: S608, E501
        return self._run(sql, [*settled])

    def wishes(self, settled: tuple[str, str]) -> int:
        """The words of the mails that requests and asks quote, once those mails go."""
        self._run(f"UPDATE ask SET evidence = '[]', scope = NULL WHERE request_id IN ({_SETTLED})", [*settled])  # noqa: S608
        emptied = f"UPDATE request SET fields = '{{}}' WHERE fields <> '{{}}' AND id IN ({_SETTLED})"  # noqa: S608
        return self._run(emptied, [*settled])

    def requests(self, before: str) -> int:
        """Everything of requests that closed before then."""
        ids = [row["id"] for row in self._handle.query("SELECT id FROM request WHERE closed_at < ?", [before])]
        for part in _parts(ids):
            marks = ", ".join("?" * len(part))
            releases = f"SELECT id FROM release WHERE request_id IN ({marks})"  # noqa: S608
            for name in _OF_A_RELEASE:
                self._run(f"DELETE FROM {name} WHERE release_id IN ({releases})", part)  # noqa: S608
            for name in (*_OF_A_REQUEST, "release"):
                self._run(f"DELETE FROM {name} WHERE request_id IN ({marks})", part)  # noqa: S608
            self._run(f"UPDATE message SET request_id = NULL, {_CLEARED} WHERE request_id IN ({marks})", part)  # noqa: S608
            self._run(f"UPDATE request SET linked_to = NULL WHERE linked_to IN ({marks})", part)  # noqa: S608
            self._run(f"DELETE FROM request WHERE id IN ({marks})", part)  # noqa: S608
        return len(ids)

    def staff_mails(self, before: str) -> int:
        """Mails to our own people that left before then."""
        return self._run("DELETE FROM notice WHERE status IN ('sent', 'failed') AND created_at < ?", [before])

    def unreferenced(self) -> int:
        """Bytes that nothing refers to any more."""
        kept = [row["sha256"] for row in self._handle.query("SELECT sha256 FROM blob WHERE seq = 0", [])]
        gone = set(kept) - self._referenced()
        for part in _parts(sorted(gone)):
            self._blobs.purge(part)
        return len(gone)

    def _referenced(self) -> set[str]:
        found: set[str] = set()
        for sql in (
            "SELECT sha256 AS d FROM message WHERE purged_at IS NULL",
            "SELECT raw_sha256 AS d FROM release",
            "SELECT raw_sha256 AS d FROM reply",
            "SELECT raw_sha256 AS d FROM notice",
            "SELECT sha256 AS d FROM elsewhere",
        ):
            found |= {row["d"] for row in self._handle.query(sql, []) if row["d"]}
        for row in self._handle.query("SELECT letter FROM release WHERE letter LIKE ?", ['%"sha256"%']):
            found |= set(_files(row["letter"]))
        for table, column in (("note", "body"), ("release", "reason")):
            sql = f"SELECT {column} AS words FROM {table} WHERE {column} LIKE ?"  # noqa: S608 -- our own words
            for row in self._handle.query(sql, ["%mailbot raw %"]):
                found |= set(_KEPT_FILE.findall(row["words"]))
        return found

    def _run(self, sql: str, bound: Sequence[object]) -> int:
        mark = "%s" if self._handle.postgres else "?"
        return int(self._handle.db.execute_sql(sql.replace("?", mark), list(bound)).rowcount)


def _files(letter: str | None) -> list[str]:
    return [file["sha256"] for file in json.loads(letter or "{}").get("files", [])]


def _parts(ids: Sequence[_T]) -> Iterable[list[_T]]:
    for start in range(0, len(ids), 500):
        yield list(ids[start : start + 500])
