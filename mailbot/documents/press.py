"""The press: PDFs are set in a process of its own, so that typesetting and fonts (50 MB) never stay in the daemon.

The process is this module run by itself: it takes what is to be set on its standard input, gives the file on its
standard output, and ends with the one that started it, after some documents, or when nothing was to be set for a while.
"""

from __future__ import annotations

import atexit
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import IO

from mailbot.core.values import Export, File, Organisation
from mailbot.documents.labels import Labels
from mailbot.documents.letter_pdf import Sheet, letter_pdf

DOCUMENTS = 200
"""A process ends after so many: whatever typesetting keeps goes with it."""
IDLE = 60.0
"""Seconds without a document after which it ends."""


class Press:
    """One process at a time, started when there is something to set."""

    def __init__(self, documents: int = DOCUMENTS, idle: float = IDLE) -> None:
        """`documents` a process, `idle` seconds of rest before it is ended."""
        self._documents = documents
        self._idle = idle
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest: threading.Timer | None = None
        self._set = 0  # by this process

    @property
    def pid(self) -> int | None:
        """The process that sets now, None if there is none."""
        return self._process.pid if self._process else None

    def pdf(self, export: Export, organisation: Organisation, words: Labels) -> File:
        """As export_pdf(), and raises what it raises; OSError or EOFError if the process dies twice over it."""
        return self._printed("export", export, organisation, words)

    def letter(self, sheet: Sheet, language: str, at: datetime, page: str) -> File:
        """As letter_pdf(), with the words that each page bears; raises as pdf() does."""
        return self._printed("letter", sheet, language, at, page)

    def _printed(self, *what: object) -> File:
        with self._turn:
            if self._rest:
                self._rest.cancel()
            try:
                answer = self._ask(what)
            except (OSError, EOFError, pickle.UnpicklingError):  # it died; a document harms nobody if it is set twice
                self._end()
                answer = self._ask(what)
            self._set += 1
            if self._set >= self._documents:
                self._end()
            else:
                self._rest_later()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            if self._rest:
                self._rest.cancel()
            self._end()

    def _ask(self, what: tuple[object, ...]) -> File | Exception:
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        pickle.dump(what, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        answer: File | Exception = pickle.load(process.stdout)  # noqa: S301 -- from our own process
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "from mailbot.documents.press import main; main()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._set = 0
        return self._process

    def _rest_later(self) -> None:
        self._rest = threading.Timer(self._idle, self.close)
        self._rest.daemon = True
        self._rest.start()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.terminate()
            with suppress(BrokenPipeError), process:
                pass  # what it was not told yet is lost with it


PRESS = Press()
"""The one of this process: it is ended with it."""
atexit.register(PRESS.close)


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Be the press until `source` ends: each document is answered by its file or its exception."""
    from mailbot.documents.export_pdf import export_pdf  # noqa: PLC0415  # only here

    set_by: dict[str, Callable[..., File]] = {"export": export_pdf, "letter": _letter}
    while True:
        try:
            kind, *what = pickle.load(source)  # noqa: S301 -- from the process that started us
        except EOFError:
            return
        answer: File | Exception
        try:
            answer = set_by[kind](*what)
        except Exception as fault:  # noqa: BLE001 -- it is raised where the document is wanted
            answer = fault
        pickle.dump(answer, target, pickle.HIGHEST_PROTOCOL)
        target.flush()


def _letter(sheet: Sheet, language: str, at: datetime, page: str) -> File:
    from mailbot.documents.paper import Head  # noqa: PLC0415  # only here

    return letter_pdf(sheet, Head(sheet.title, sheet.company, language, at, page))


def main() -> None:
    """The whole life of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started us
    serve(sys.stdin.buffer, sys.stdout.buffer)
