"""Received mails: raw bytes and place committed before anything is parsed; then what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mailbot.core.arrival import plausible
from mailbot.core.moments import iso
from mailbot.core.values import Fetched, Place
from mailbot.store.blobs import Blobs
from mailbot.store.database import Handle, Row
from mailbot.store.rows import MessageRow


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a step decided on one message: the columns to write."""

    id: int
    columns: Mapping[str, Any]


class Stored(Protocol):
    """A message whose bytes are wanted."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def sha256(self) -> str | None:
        """The digest of its bytes, None where they were not taken."""


class Messages:
    """The mails we know."""

    def __init__(self, handle: Handle, blobs: Blobs) -> None:
        """Work on the store behind `handle`; bytes go to `blobs`."""
        self._handle = handle
        self._blobs = blobs
        self._message = handle.table("message")
        self._place = handle.table("place")

    # --- arrival ---

    def known_uids(self, folder: str, uidvalidity: int) -> Iterator[tuple[int, str]]:
        """The UIDs of this folder that we hold, under this UIDVALIDITY, each with the state of its place, ascending.

        One after the other: a mailbox of a hundred thousand mails must not cost memory at each pass.
        """
        sql = "SELECT uid, state FROM place WHERE folder = ? AND uidvalidity = ? ORDER BY uid"
        yield from self._handle.cursor(sql, [folder, uidvalidity])

    def keep(self, fetched: Sequence[Fetched], mode: str, now: datetime) -> int:
        """Keep raw bytes, hash and place of a batch inside the caller's transaction; how many messages are new.

        A known place is kept already, a known hash is the same mail elsewhere: kept twice is kept once.
        """
        self._one_at_a_time()
        fetched = self._not_known(fetched)
        whole = [mail for mail in fetched if mail.raw is not None]
        digests = dict(zip((mail.place for mail in whole), self._blobs.put(m.raw or b"" for m in whole), strict=True))
        known = self._ids_by_hash(digests.values())
        fresh: dict[str, Row] = {}
        for mail in whole:
            digest = digests[mail.place]
            if digest not in known:
                fresh.setdefault(digest, _new_row(mail, digest, "stored", mode, now))
        ids = {**known, **self._handle.insert_ids("message", list(fresh.values()), "sha256")}
        places = [(mail.place, ids[digests[mail.place]]) for mail in whole]
        large = [(mail.place, self._keep_large(mail, mode, now)) for mail in fetched if mail.raw is None]
        ours = self._ours(known.values()) if mode != "shadow" else set()
        self._handle.insert("place", [_place_row(place, message, ours) for place, message in places + large])
        return len(fresh) + len(large)

    def _ours(self, ids: Iterable[int]) -> set[int]:
        """Which of these became or joined a request, so that another copy of them is taken out as well.

        Else a mail would stay for ever whose folder was renumbered before we told the server, or that came twice.
        """
        wanted = {"id": list(ids), "state": ["request", "joined"], "mode": ["queue", "live"]}
        return {row["id"] for row in self._handle.found("message", wanted)}

    def _one_at_a_time(self) -> None:
        """Two workers that fetched the same mail keep it one after the other, up to the end of the transaction."""
        if self._handle.postgres:
            self._handle.db.execute_sql("SELECT pg_advisory_xact_lock(hashtext('mailbot keeps'))")

    def _not_known(self, fetched: Sequence[Fetched]) -> list[Fetched]:
        """The mails whose place is not held yet, each place once."""
        mails = {mail.place: mail for mail in fetched}
        place = self._place
        query = place.select(place.c.folder, place.c.uidvalidity, place.c.uid).where(
            place.c.folder.in_({one.folder for one in mails})
            & place.c.uidvalidity.in_({one.uidvalidity for one in mails})
            & place.c.uid.in_({one.uid for one in mails})
        )
        known = {Place(**row) for row in self._handle.rows(query)}
        return [mail for one, mail in mails.items() if one not in known]

    def _keep_large(self, mail: Fetched, mode: str, now: datetime) -> int:
        """The id of a mail without its bytes; in a renumbered folder size and arrival tell that it is the same."""
        same = {"size": mail.size, "received": iso(mail.received), "state": "too_large"}
        here = {"folder": mail.place.folder, "uidvalidity": mail.place.uidvalidity}
        for known in self._handle.found("message", same):
            if not self._handle.found("place", {**here, "message_id": known["id"]}):
                return int(known["id"])
        row = _new_row(mail, None, "too_large", mode, now)
        return next(iter(self._handle.insert_ids("message", [row], "id").values()))

    def _ids_by_hash(self, digests: Iterable[str]) -> dict[str, int]:
        return {row["sha256"]: row["id"] for row in self._handle.found("message", {"sha256": list(digests)})}

    # --- the path ---

    def raw(self, messages: Iterable[Stored]) -> dict[int, bytes]:
        """The raw bytes of messages by id."""
        by_id = {message.id: message.sha256 for message in messages if message.sha256}
        contents = self._blobs.get_many(by_id.values())
        return {key: contents[digest] for key, digest in by_id.items()}

    def dismiss(self, message_id: int, by: str) -> None:
        """Nobody need look at this message any more."""
        self.settle([Verdict(message_id, {"dismissed_by": by})])

    def folders(self, message_ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """The folders that each message lies in."""
        ids = list(message_ids)
        found: dict[int, set[str]] = {}
        for row in self._handle.found("place", {"message_id": ids}):
            found.setdefault(row["message_id"], set()).add(row["folder"])
        return {key: frozenset(names) for key, names in found.items()}

    def settle(self, verdicts: Iterable[Verdict]) -> None:
        """Write what was decided on each message."""
        for verdict in verdicts:
            self._handle.update("message", {"id": verdict.id}, verdict.columns)

    # --- looking ---

    def get(self, message_id: int) -> MessageRow | None:
        """One message by id."""
        row = self._handle.one(self._message.select().where(self._message.c.id == message_id))
        return MessageRow(**row) if row else None

    def subjects(self, message_ids: Iterable[int]) -> dict[int, str]:
        """The subject of each of these messages."""
        message = self._message
        query = message.select(message.c.id, message.c.subject).where(message.c.id.in_(list(message_ids)))
        return {row["id"]: row["subject"] or "" for row in self._handle.rows(query)}

    def of_request(self, request_id: int) -> list[MessageRow]:
        """The messages of one request, oldest first."""
        query = self._message.select().where(self._message.c.request_id == request_id).order_by(self._message.c.id)
        return [MessageRow(**row) for row in self._handle.rows(query)]

    def by_message_ids(self, message_ids: Iterable[str]) -> list[MessageRow]:
        """Messages that bear one of these Message-IDs."""
        query = self._message.select().where(self._message.c.message_id.in_(list(message_ids)))
        return [MessageRow(**row) for row in self._handle.rows(query)]

    def by_hashes(self, digests: Iterable[str]) -> list[MessageRow]:
        """The messages with one of these SHA-256, oldest first."""
        return [MessageRow(**row) for row in self._handle.found("message", {"sha256": list(digests)})]

    def alike(self, likes: Mapping[int, str], since: str) -> set[int]:
        """Of messages, each with its likeness, those stored after a moment that are like one stored before it."""
        old = {
            row["likeness"]
            for row in self._handle.found("message", {"likeness": list(likes.values())}, "id")
            if row["stored_at"] < since
        }
        new = {row["id"] for row in self._handle.found("message", {"id": list(likes)}) if row["stored_at"] >= since}
        return {key for key in new if likes[key] in old}

    def of_digests(self, digests: Iterable[str], senders: Iterable[str]) -> list[MessageRow]:
        """Messages with one of these texts, from one of these senders, that joined a request, oldest first.

        Of the senders: thousands may have written the same word.
        """
        rows = self._handle.found("message", {"digest": list(digests), "sender": list(senders)})
        return [MessageRow(**row) for row in rows if row["request_id"] is not None]

    def digests(self, message_ids: Iterable[int]) -> dict[int, str]:
        """The digest of each message that has one."""
        message = self._message
        wanted = message.c.id.in_(list(message_ids)) & message.c.digest.is_null(is_null=False)
        rows = self._handle.rows(message.select(message.c.id, message.c.digest).where(wanted))
        return {row["id"]: row["digest"] for row in rows}

    def waiting_for_staff(self) -> list[MessageRow]:
        """Messages that only a human can deal with and that nobody dismissed: they alarm like an ask.

        Beside what no machine could read: old mails that ask, and what persons answered in a request.
        """
        message = self._message
        old = (message.c.state == "before_start") & message.c.due.is_null(is_null=False)
        answers = (message.c.state == "joined") & (message.c.nature == "person")
        for_staff = message.c.state.in_(["waiting", "unreadable", "too_large"]) | old | answers
        wanted = for_staff & message.c.dismissed_by.is_null()
        return [MessageRow(**row) for row in self._handle.rows(message.select().where(wanted).order_by(message.c.id))]

    def all(self) -> list[MessageRow]:
        """Every message, oldest first."""
        return [
            MessageRow(**row) for row in self._handle.rows(self._message.select().order_by(self._message.c.arrived))
        ]

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        return self._handle.counts("message", "state")

    # --- the server ---

    def to_mark(self, message_ids: Iterable[int]) -> None:
        """These messages became or joined a request: their places are to be moved or marked on the server."""
        self._handle.update("place", {"message_id": list(message_ids), "state": "known"}, {"state": "to_mark"})

    def places_to_mark(self, limit: int) -> dict[Place, int]:
        """Places that wait to be moved or marked, each with its row id."""
        query = self._place.select().where(self._place.c.state == "to_mark").order_by(self._place.c.id).limit(limit)
        return {Place(row["folder"], row["uidvalidity"], row["uid"]): row["id"] for row in self._handle.rows(query)}

    def marked(self, ids: Iterable[int]) -> None:
        """The server was told."""
        self._handle.update("place", {"id": list(ids)}, {"state": "marked"})


def _new_row(mail: Fetched, digest: str | None, state: str, mode: str, now: datetime) -> Row:
    received = iso(mail.received)
    return {
        "sha256": digest,
        "size": mail.size,
        "received": received,
        "arrived": iso(plausible(mail.received, now)),
        "stored_at": iso(now),
        "mode": mode,
        "state": state,
    }


def _place_row(place: Place, message: int, ours: AbstractSet[int]) -> Row:
    return {
        "folder": place.folder,
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
        "message_id": message,
        "state": "to_mark" if message in ours else "known",
    }
