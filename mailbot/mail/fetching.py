"""Fetching mails over IMAP with little memory: sizes first, small mails in batches, a big one piece by piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailbot.core.values import Fetched, Place
from mailbot.failpoint import around
from mailbot.interfaces import Away
from mailbot.mail.session import PASSING, ImapSession, response_code

BATCH_BYTES = 4 * 2**20
"""Bytes of mails asked for at once; a larger mail comes alone and in pieces."""
PIECE = 512 * 2**10
"""Bytes of a piece of a big mail."""
HEADS = 500
"""Mails whose sizes and dates are asked for at once."""
REFUSALS = 3
"""Times that the server may refuse to hand over a mail before it is reported as one that cannot be had."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is asked of a mail before its bytes."""

    place: Place
    received: datetime
    size: int

    def with_raw(self, raw: bytes | None) -> Fetched:
        """The mail with its bytes; None = they stay on the server."""
        return Fetched(self.place, self.received, self.size, raw)


class Fetcher:
    r"""Fetches mails of a session by UID, never touching \Seen (BODY.PEEK, RFC 9051 section 6.4.5)."""

    def __init__(self, session: ImapSession) -> None:
        """`session` is shared with whoever else talks to this mailbox."""
        self._session = session
        self._refused: Counter[Place] = Counter()
        self._lost: set[tuple[str, int]] = set()  # mails over which the connection was lost

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails of `uids` in that order; one that is gone is left out.

        Those over which the connection was lost before come last, one by one: a mail that its server cannot hand over
        without breaking holds up no other.
        The connection is free between two mails, so that the caller may use it for other things. A mail over the size
        limit has raw None; so has one that the server refused to hand over three times, so that staff see it.
        """
        own = self._session.settings
        sound = [uid for uid in uids if (folder, uid) not in self._lost]
        for start in range(0, len(sound), HEADS):
            heads = self._heads(folder, sound[start : start + HEADS])
            for batch in _batches(heads, own.batch, own.max_size):
                yield from self._batch(folder, batch)
        for uid in [uid for uid in uids if (folder, uid) in self._lost]:
            for head in self._heads(folder, [uid]):
                yield from self._batch(folder, [head])
            self._lost.discard((folder, uid))

    def _heads(self, folder: str, uids: Sequence[int]) -> list[Head]:
        with self._session.talk() as client:
            uidvalidity = self._session.select(folder)[b"UIDVALIDITY"]
            found = _asked(client, uids, ["RFC822.SIZE", "INTERNALDATE"])
        if found is not None:
            return [_head(Place(folder, uidvalidity, uid), found[uid]) for uid in uids if uid in found]
        if len(uids) > 1:  # which of them is it?
            return [head for uid in uids for head in self._heads(folder, [uid])]
        return [_head(Place(folder, uidvalidity, uids[0]), {})]  # its bytes may come all the same

    def _batch(self, folder: str, heads: Sequence[Head]) -> Iterator[Fetched]:
        """The mails of one batch: big ones are alone in theirs."""
        first = heads[0]
        if first.size > self._session.settings.max_size:
            yield first.with_raw(None)
            return
        try:
            with self._session.talk() as client:
                if self._session.select(folder)[b"UIDVALIDITY"] != first.place.uidvalidity:
                    return  # the folder was made anew meanwhile: these UIDs mean other mails now
                mails = _ask(client, heads)
        except Away:
            self._lost |= {(folder, head.place.uid) for head in heads}
            raise
        if mails is not None:
            yield from mails
        elif len(heads) > 1:
            for head in heads:  # which of them is it?
                yield from self._batch(folder, [head])
        else:
            yield from self._refusal(first)

    def _refusal(self, head: Head) -> Iterator[Fetched]:
        """Count that `head` was refused; at last give it without its bytes."""
        self._refused[head.place] += 1
        if self._refused[head.place] >= REFUSALS:
            del self._refused[head.place]
            yield head.with_raw(None)


def _head(place: Place, answer: Mapping[bytes, Any]) -> Head:
    """What the server said of one mail; without a readable INTERNALDATE it counts as arrived now."""
    received = answer.get(b"INTERNALDATE") or datetime.now(UTC)
    return Head(place, received.astimezone(UTC), answer.get(b"RFC822.SIZE", 0))


def _batches(heads: Sequence[Head], count: int, max_size: int) -> Iterator[list[Head]]:
    """Runs of at most `count` heads and BATCH_BYTES bytes; one that is bigger, or over `max_size`, is alone."""
    batch: list[Head] = []
    total = 0
    for head in heads:
        if batch and (len(batch) == count or total + head.size > BATCH_BYTES or head.size > max_size):
            yield batch
            batch, total = [], 0
        batch.append(head)
        total += head.size
        if head.size > min(BATCH_BYTES, max_size):
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _ask(client: IMAPClient, heads: Sequence[Head]) -> list[Fetched] | None:
    """The mails of one batch that are still there; None if the server refused for a lasting reason."""
    if heads[0].size > BATCH_BYTES:
        return _big(client, heads[0])
    found = _asked(client, [head.place.uid for head in heads], ["BODY.PEEK[]"])
    if found is None:
        return None
    bodies = ((head, found.get(head.place.uid, {}).get(b"BODY[]")) for head in heads)
    return [head.with_raw(body) for head, body in bodies if body is not None]


def _asked(client: IMAPClient, uids: Sequence[int], items: list[str]) -> dict[int, dict[bytes, Any]] | None:
    """The answer to a FETCH of `items`, for each of `uids` still there; None if it was refused for a lasting reason."""
    try:
        with around("imap.fetch"):
            found: dict[int, dict[bytes, Any]] = client.fetch(list(uids), items)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if response_code(error) in PASSING:
            raise
        return None
    return found


def _big(client: IMAPClient, head: Head) -> list[Fetched] | None:
    """A big mail in pieces; empty if it is gone. Its announced size is not relied on: some servers estimate it."""
    whole = BytesIO()  # hands over its buffer without a second copy
    uid = head.place.uid
    while True:
        offset = whole.tell()
        found = _asked(client, [uid], [f"BODY.PEEK[]<{offset}.{PIECE}>"])
        if not found:
            return None if found is None else []
        piece = found[uid].get(b"BODY[]<%d>" % offset) or b""
        whole.write(piece)
        if len(piece) < PIECE:
            return [head.with_raw(whole.getvalue())]
