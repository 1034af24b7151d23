"""The company's mailbox over IMAP4rev1 (RFC 3501, RFC 9051): read without a trace, take out only what became ours."""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailbot.core.values import Fetched, Place, Problem
from mailbot.failpoint import around
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail.fetching import Fetcher
from mailbot.mail.idle import idle
from mailbot.mail.session import ImapSession, ImapSettings
from mailbot.mail.wake import Waker

__all__ = ["ImapSettings", "ImapSource"]

KEYWORD = b"$Mailbot"
"""The keyword on a mail that became ours, where it is not moved."""
SET_LENGTH = 8000
"""Characters of a UID set: servers take command lines of 8192 (RFC 7162 section 4)."""
SEARCHED_AT_ONCE = 10_000
"""UIDs of one SEARCH in a big folder: to take an answer apart costs imapclient 250 bytes a UID, at every pass."""
ROUND = 300.0
"""Seconds of one IDLE: servers and address translators cut a silent connection after 8 to 29 minutes."""
GLANCE = 60.0
"""Seconds after which the folders that IDLE does not watch are looked at."""
POLL = 10.0
"""Seconds between two looks where the server has no IDLE."""


class ImapSource:
    """interfaces.MailSource over IMAP. Safe to use from several threads: a call interrupts another thread's wait()."""

    def __init__(self, settings: ImapSettings) -> None:
        """Connects on the first call. Raises Misconfigured as ImapSession does."""
        self._settings = settings
        self._session = ImapSession(settings)
        self._fetcher = Fetcher(self._session)
        self._marks: dict[str, tuple[int, int]] = {}
        self._waker = Waker()
        self._waiting = threading.Event()

    def folders(self) -> Mapping[str, int]:
        """The configured folders, each with its UIDVALIDITY. Raises Misconfigured if one is missing."""
        with self._talk():
            # the selected folder is not selected again: its UIDVALIDITY holds that long (RFC 3501 section 2.3.1.1)
            return {folder: self._session.select(folder)[b"UIDVALIDITY"] for folder in self._settings.folders}

    def uids(self, folder: str) -> Sequence[int]:
        """All UIDs now in `folder`, ascending."""
        with self._talk() as client:
            answer = self._session.select(folder, again=True)  # the only sure way to see all that is new
            self._marks[folder] = _mark(answer)
            with around("imap.search"):
                found = array("q")  # eight bytes a mail, whatever the mailbox holds
                for criteria in _windows(answer):
                    found.extend(sorted(client.search(criteria)))
                return found

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails of `uids` in that order; one gone meanwhile is left out; see Fetcher."""
        return self._fetcher.fetch(folder, uids)

    def mark_done(self, places: Iterable[Place]) -> None:
        r"""Take out, or mark, the mails of `places`; those already gone or of another UIDVALIDITY are passed over.

        MOVE (RFC 6851); without it COPY, \Deleted and UID EXPUNGE (RFC 4315); without that the keyword; where the
        server keeps no keywords either, nothing: the caller knows by Place what it has done.
        """
        for (folder, uidvalidity), same in groupby(sorted(places), key=attrgetter("folder", "uidvalidity")):
            for uid_set in uid_sets(place.uid for place in same):
                with self._talk() as client:
                    answer = self._session.select(folder, write=True)
                    if answer[b"UIDVALIDITY"] == uidvalidity:
                        self._take_out(client, answer, uid_set)

    def file_sent(self, raw: bytes) -> None:
        """Append `raw` to the Sent folder as a read mail; a missing one is made, or Misconfigured raised."""
        with self._talk() as client:
            folder = self._sent_folder(client)
            with around("imap.append"):
                client.append(folder, raw, flags=[b"\\Seen"])

    def check(self) -> list[Problem]:
        """What the operator must mend before mails can be read, taken out and filed. Writes nothing."""
        try:
            with self._talk():
                for folder in self._settings.folders:
                    self._session.select(folder, write=True)
        except (Away, Misconfigured) as error:
            return [Problem("[mailbox]", str(error))]
        return []

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether `folder` holds a mail with this Message-ID. Raises Misconfigured if there is no such folder."""
        with self._talk() as client:
            self._session.select(folder, again=True)
            with around("imap.look_up"):
                return bool(client.search(["HEADER", "Message-ID", message_id]))

    def wait(self, seconds: float) -> bool:
        """Wait for news since uids() was last called: True as soon as there is some, False after `seconds` or wake().

        The first folder is watched by IDLE where the server has it, the others are looked at each minute. A wake()
        before the call ends it at once.
        """
        deadline = time.monotonic() + seconds
        with self._talk() as client:
            self._waiting.set()
            try:
                while not (news := self._news()):
                    left = deadline - time.monotonic()
                    if left <= 0 or self._waker.woken():
                        break
                    if self._rest(client, left):
                        return True
                return news
            finally:
                self._waiting.clear()

    def wake(self) -> None:
        """End a running wait() from another thread, or the next one."""
        self._waker.wake()

    def close(self) -> None:
        """Log out; never raises. A later call connects again."""
        self._session.close()

    @contextmanager
    def _talk(self) -> Iterator[IMAPClient]:
        """The connection; a wait() of another thread is ended for it."""
        if self._waiting.is_set():
            self.wake()
        with self._session.talk() as client:
            yield client

    def _news(self) -> bool:
        """Whether a folder has got mails since uids() was last called for it; the first one is selected at the end."""
        # not STATUS, which may be answered from a cache (seen with Dovecot: seconds late)
        marks = {folder: _mark(self._session.select(folder, again=True)) for folder in reversed(self._settings.folders)}
        return any(self._marks.get(folder) != mark for folder, mark in marks.items())

    def _rest(self, client: IMAPClient, seconds: float) -> bool:
        """Wait at most `seconds` and until the next look is due; True if IDLE said that mails came."""
        if len(self._settings.folders) > 1:
            seconds = min(seconds, GLANCE)
        if client.has_capability("IDLE"):
            return idle(client, self._waker, min(seconds, ROUND))
        self._waker.rest(min(seconds, POLL))
        return False

    def _take_out(self, client: IMAPClient, answer: Mapping[bytes, Any], uids: str) -> None:
        """Move or mark the UID set `uids` of the selected folder in the best way that the server knows."""
        processed = self._settings.processed
        if processed and client.has_capability("MOVE"):
            self._make_processed(client)
            with around("imap.move"):
                client.move(uids, processed)
        elif processed and client.has_capability("UIDPLUS"):
            self._make_processed(client)
            with around("imap.copy"):
                client.copy(uids, processed)
            with around("imap.delete"):
                client.add_flags(uids, [b"\\Deleted"], silent=True)
            with around("imap.expunge"):
                client.uid_expunge(uids)
        elif {KEYWORD, b"\\*"} & set(answer.get(b"PERMANENTFLAGS", [KEYWORD])):  # RFC 9051 section 7.1: none = all
            with around("imap.mark"):
                client.add_flags(uids, [KEYWORD], silent=True)

    def _sent_folder(self, client: IMAPClient) -> str:
        """The folder for sent mails: the one named, else the server's own, else the one named is made."""
        named = self._settings.sent_folder
        with around("imap.sent_folder"):
            if named and client.folder_exists(named):
                return named
            own = client.find_special_folder(b"\\Sent")
        if own:
            return str(own)
        self._make(client, named or "Sent")
        return named or "Sent"

    def _make_processed(self, client: IMAPClient) -> None:
        """Create the processed folder where it is missing. Raises Misconfigured if the server does not allow it."""
        with around("imap.processed_folder"):
            missing = not client.folder_exists(self._settings.processed)
        if missing:
            self._make(client, self._settings.processed)

    def _make(self, client: IMAPClient, folder: str) -> None:
        try:
            with around("imap.create"):
                client.create_folder(folder)
            with around("imap.subscribe"):
                client.subscribe_folder(folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise Misconfigured(
                f"mailbox {self._session}: folder {folder} cannot be created: create it by hand"
            ) from error


def uid_sets(uids: Iterable[int]) -> Iterator[str]:
    """`uids`, ascending, as few UID sets such as "1:500,502": a MOVE costs some servers a look at the whole folder."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and uid <= ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    texts = [f"{first}:{last}" if first < last else str(first) for first, last in ranges]
    while texts:
        count = max(1, bisect_right(list(accumulate(len(text) + 1 for text in texts)), SET_LENGTH))
        yield ",".join(texts[:count])
        texts = texts[count:]


def _mark(answer: Mapping[bytes, Any]) -> tuple[int, int]:
    """What changes when a mail arrives: UIDVALIDITY and UIDNEXT (or the number of mails, where the server has none)."""
    return answer[b"UIDVALIDITY"], answer.get(b"UIDNEXT", answer.get(b"EXISTS", 0))


def _windows(answer: Mapping[bytes, Any]) -> list[list[str]]:
    """The searches that together find all UIDs of a folder just selected: one, or several for a big folder."""
    last = answer.get(b"UIDNEXT", 0) - 1
    if answer.get(b"EXISTS", 0) <= SEARCHED_AT_ONCE or last < 1:
        return [["ALL"]]
    starts = range(1, last + 1, SEARCHED_AT_ONCE)
    return [["UID", f"{start}:{start + SEARCHED_AT_ONCE - 1}"] for start in starts]
