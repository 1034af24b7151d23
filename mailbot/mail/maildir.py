"""A Maildir on this machine as a mailbox: for servers that deliver into files, and for trying mailbot without one."""

from __future__ import annotations

import hashlib
import mailbox
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from mailbot.core.values import Fetched, Place
from mailbot.failpoint import around
from mailbot.interfaces import Away, Misconfigured

UIDVALIDITY = 1
"""Names of mails never change in a Maildir, so UIDs made from them hold for ever."""
POLL = 1.0
"""Seconds between two looks for new mails."""
HEADER_BYTES = 256 * 2**10
"""Bytes of a mail that are looked through for its Message-ID."""


@dataclass(frozen=True, slots=True)
class MaildirSettings:
    """Where the Maildir is and which folders to use; "INBOX" is the Maildir itself, "Junk" its sub-folder ".Junk"."""

    path: Path
    folders: tuple[str, ...] = ("INBOX",)
    processed: str = "Processed"  # where mails go that became ours; "" = they stay
    sent_folder: str = "Sent"
    max_size: int = 50 * 2**20  # bytes; larger mails are not read


class MaildirSource:
    """interfaces.MailSource over a Maildir (https://cr.yp.to/proto/maildir.html) with Maildir++ sub-folders.

    A mail's UID is a hash of its unique name: stable, and nothing need be written into their mailbox. UIDs are in no
    order of time. No flag is touched.
    """

    def __init__(self, settings: MaildirSettings) -> None:
        """Nothing is opened before the first call."""
        self._settings = settings
        self._given: dict[str, set[int]] = {}  # by uids(): what wait() compares with
        self._paths: dict[str, dict[int, Path]] = {}
        self._wake = threading.Event()

    def folders(self) -> Mapping[str, int]:
        """The configured folders with their UIDVALIDITY. Raises Misconfigured if one is missing."""
        for folder in self._settings.folders:
            self._list(folder)
        return dict.fromkeys(self._settings.folders, UIDVALIDITY)

    def uids(self, folder: str) -> Sequence[int]:
        """All UIDs now in `folder`, ascending."""
        self._paths[folder] = self._list(folder)
        self._given[folder] = set(self._paths[folder])
        return sorted(self._given[folder])

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails of `uids` in that order; one gone meanwhile is left out; raw is None over the size limit."""
        for uid in uids:
            path = self._find(folder, uid)
            if path is None:
                continue
            with suppress(FileNotFoundError), self._away():
                with around("maildir.read"):
                    status = path.stat()
                    raw = path.read_bytes() if status.st_size <= self._settings.max_size else None
                received = datetime.fromtimestamp(status.st_mtime, UTC)
                yield Fetched(Place(folder, UIDVALIDITY, uid), received, status.st_size, raw)

    def mark_done(self, places: Iterable[Place]) -> None:
        """Move the mails of `places` to the processed folder; those already gone are passed over."""
        if not self._settings.processed:
            return
        cur = self._made(self._settings.processed) / "cur"
        for place in places:
            path = self._find(place.folder, place.uid) if place.uidvalidity == UIDVALIDITY else None
            if path is not None:
                with suppress(FileNotFoundError), self._away(), around("maildir.move"):
                    path.rename(cur / (path.name if ":2," in path.name else f"{path.name}:2,"))

    def file_sent(self, raw: bytes) -> None:
        """Put `raw` into the Sent folder as a read mail; the folder is made if it is missing."""
        folder = self._made(self._settings.sent_folder)
        with self._away(), around("maildir.add"):
            key = mailbox.Maildir(folder, create=False).add(raw)
        with self._away(), around("maildir.file"):
            (folder / "new" / key).rename(folder / "cur" / f"{key}:2,S")

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether `folder` holds a mail with this Message-ID. Raises Misconfigured if there is no such folder."""
        return any(message_id in _message_ids(path) for path in self._list(folder).values())

    def wait(self, seconds: float) -> bool:
        """Look each second whether there are mails that uids() did not give; False after `seconds` or wake()."""
        deadline = time.monotonic() + seconds
        while not (news := self._news()) and (left := deadline - time.monotonic()) > 0:
            if self._wake.wait(min(left, POLL)):
                break
        self._wake.clear()
        return news

    def wake(self) -> None:
        """End a running wait() from another thread, or the next one."""
        self._wake.set()

    def close(self) -> None:
        """Nothing is held open."""

    def _news(self) -> bool:
        return any(self._list(folder).keys() - self._given.get(folder, set()) for folder in self._settings.folders)

    def _folder(self, folder: str) -> Path:
        path = self._settings.path
        return path if folder == "INBOX" else path / f".{folder.replace('/', '.')}"

    def _list(self, folder: str) -> dict[int, Path]:
        """All mails of `folder` by UID. Raises Misconfigured if it is missing, Away if it cannot be read."""
        path = self._folder(folder)
        with self._away():
            try:
                with around("maildir.list"):
                    return {_uid(mail.name): mail for part in ("new", "cur") for mail in (path / part).iterdir()}
            except (FileNotFoundError, NotADirectoryError) as error:
                raise Misconfigured(f"Maildir {self._settings.path}: there is no folder {folder}") from error

    def _find(self, folder: str, uid: int) -> Path | None:
        """The file of a mail; looked for anew where another program renamed it (a flag, a move). None if it is gone."""
        path = self._paths.get(folder, {}).get(uid)
        if path is None or not path.exists():
            self._paths[folder] = self._list(folder)
            path = self._paths[folder].get(uid)
        return path

    def _made(self, folder: str) -> Path:
        """The path of `folder`, made if it is missing."""
        path = self._folder(folder)
        with self._away():
            if not path.is_dir():
                with around("maildir.create"):
                    mailbox.Maildir(self._settings.path, create=False).add_folder(path.name[1:])
        return path

    @contextmanager
    def _away(self) -> Iterator[None]:
        """Errors of the disk in the words of the edges; a missing file stays what it is."""
        try:
            yield
        except FileNotFoundError:
            raise
        except PermissionError as error:
            raise Misconfigured(f"Maildir {self._settings.path}: its mails may not be read or moved") from error
        except OSError as error:
            raise Away(f"Maildir {self._settings.path} cannot be used now: {error.strerror}") from error


def _uid(name: str) -> int:
    """A UID from a file name without its flags: 48 bits, so that a million mails hardly ever share one."""
    return int.from_bytes(hashlib.sha256(name.partition(":")[0].encode(errors="surrogateescape")).digest()[:6])


def _message_ids(path: Path) -> list[str]:
    """The Message-ID fields of the mail at `path`; none if it is gone."""
    try:
        with around("maildir.look_up"), path.open("rb") as file:
            header = BytesHeaderParser(policy=compat32).parsebytes(file.read(HEADER_BYTES))
    except FileNotFoundError:
        return []
    return [str(value).strip() for value in header.get_all("Message-ID", [])]
