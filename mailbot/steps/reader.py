"""Read ahead: processes that understand the next mails while this one stores and answers those before.

Reading is the greatest part of the work on a mail, and pure. A reader is this module run by itself: it takes what it
needs to know and then batches of mails on its standard input, gives their readings on its standard output, and ends
when the one that started it does. Where a reader is not ready or has died, mails are read here: it is never needed.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import structlog

from mailbot.steps.house import House
from mailbot.steps.understand import Eyes, Understood, understand
from mailbot.store.rows import MessageRow

_log = structlog.get_logger()


class Reader:
    """One process that reads, and the thread that talks with it."""

    def __init__(self, eyes: Eyes) -> None:
        """Start the process; it is of use some time later, when it has loaded what it needs."""
        command = [sys.executable, "-c", "from mailbot.steps.reader import main; main()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._thread = ThreadPoolExecutor(1, "reader")
        self._ready = self._thread.submit(self._ask, eyes)

    @property
    def ready(self) -> bool:
        """Whether it can read."""
        return self._ready.done() and self._ready.exception() is None and self._process.poll() is None

    def begin(self, mails: Sequence[_Mail]) -> Future[list[Understood]]:
        """Have mails read; the future raises OSError, EOFError or what reading raised."""
        return self._thread.submit(self._ask, mails)

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._thread.shutdown()
        with suppress(BrokenPipeError), self._process:
            pass  # what it was not told yet is lost with it

    def _ask(self, what: object) -> list[Understood]:
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise BrokenPipeError
        pickle.dump(what, into, pickle.HIGHEST_PROTOCOL)
        into.flush()
        answer: list[Understood] | Exception = pickle.load(out)  # noqa: S301 -- from our own process
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass(frozen=True, slots=True)
class _Mail:
    row: MessageRow
    raw: bytes
    folders: frozenset[str]


class Readers:
    """Several of them, one batch ahead."""

    def __init__(self, house: House, processes: int) -> None:
        """Start `processes` of them, none if 0."""
        self._readers = [Reader(Eyes.of(house)) for _ in range(processes)]
        self._rows: Sequence[MessageRow] = ()
        self._begun: list[Future[list[Understood]]] = []

    def read(self, house: House, rows: Sequence[MessageRow], ahead: Sequence[MessageRow]) -> list[Understood]:
        """What `rows` say; the reading of `ahead` is begun, for a call that comes with just these."""
        if list(self._rows) != list(rows):
            self._begin(house, rows)
        found = self._finished()
        self._begin(house, ahead)
        return found or understand(Eyes.of(house), *_content(house, rows))

    def close(self) -> None:
        """End all processes."""
        for reader in self._readers:
            reader.close()

    def _finished(self) -> list[Understood]:
        """What was begun, empty if nothing was or a process died over it."""
        try:
            return [seen for part in self._begun for seen in part.result()]
        except (OSError, EOFError, pickle.PickleError):
            _log.warning("a reading process died; mails are read without it")
            return []

    def _begin(self, house: House, rows: Sequence[MessageRow]) -> None:
        """Share `rows` among the readers that are ready."""
        ready = [reader for reader in self._readers if reader.ready] if rows else []
        self._rows, self._begun = rows, []
        if ready:
            _, raws, folders = _content(house, rows)
            mails = [_Mail(row, raws[row.id], folders.get(row.id, frozenset())) for row in rows]
            size = -(-len(mails) // len(ready))
            parts = [mails[start : start + size] for start in range(0, len(mails), size)]
            self._begun = [reader.begin(part) for reader, part in zip(ready, parts, strict=False)]


def _content(
    house: House, rows: Sequence[MessageRow]
) -> tuple[Sequence[MessageRow], dict[int, bytes], dict[int, frozenset[str]]]:
    """The rows, their bytes and their folders."""
    return rows, house.store.messages.raw(rows), house.store.messages.folders(row.id for row in rows)


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Be a reader until `source` ends: first Eyes, then batches; each is answered by its readings or its exception."""
    eyes: Eyes = pickle.load(source)  # noqa: S301 -- from the process that started us
    answer: object = []
    while True:
        pickle.dump(answer, target, pickle.HIGHEST_PROTOCOL)
        target.flush()
        try:
            mails: Sequence[_Mail] = pickle.load(source)  # noqa: S301 -- as above
        except EOFError:
            return
        answer = _answer(eyes, mails)


def _answer(eyes: Eyes, mails: Sequence[_Mail]) -> list[Understood] | Exception:
    raws = {mail.row.id: mail.raw for mail in mails}
    folders = {mail.row.id: mail.folders for mail in mails}
    try:
        return understand(eyes, [mail.row for mail in mails], raws, folders)
    except Exception as fault:  # noqa: BLE001 -- it is raised where the batch came from
        return fault


def main() -> None:
    """The whole life of a reader process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started us: it ends us
    serve(sys.stdin.buffer, sys.stdout.buffer)
