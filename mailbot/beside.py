"""A process beside the daemon that answers questions one by one: what is heavy, or keeps a core busy, goes there.

It is a module run by itself: it takes pickled questions on its standard input, gives its answers on its standard
output, and ends with the one that started it, after some answers, or when nothing was asked for a while.
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
from typing import Any

_DIED = (OSError, EOFError, pickle.UnpicklingError)
_AT_ONCE = 1024 * 1024
"""Bytes of an answer read at one go: each of many small reads would wait for the daemon's other threads."""


class NotStarted(OSError):
    """There is no process, and none could be started: nothing was asked."""


class Beside:
    """One process at a time, started when there is something to ask."""

    def __init__(self, module: str, first: object = None, answers: int = 0, idle: float = 60.0) -> None:
        """`module` has a main() that calls answer_all(); `first` is told to each process before anything is asked.

        A process ends after so many `answers` and after `idle` seconds without a question (0: never for that).
        """
        self._module, self._first = module, first
        self._answers, self._idle = answers, idle
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest: threading.Timer | None = None
        self._given = 0  # by this process
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        """The process that answers now, None if there is none."""
        return self._process.pid if self._process else None

    def ask(self, question: object) -> Any:  # noqa: ANN401 -- whatever main() answers
        """The answer, or what answering raised; OSError or EOFError if the process dies twice over it.

        Raises NotStarted if none can be started, or what its first question raised.
        """
        with self._turn:
            if self._rest:
                self._rest.cancel()
            try:
                answer = self._ask(question)
            except _DIED:  # a question harms nobody if it is asked twice
                self._end()
                answer = self._ask(question)
            self._given += 1
            if self._given == self._answers:
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

    def _ask(self, question: object) -> object:
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        pickle.dump(question, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        return pickle.load(process.stdout)  # noqa: S301 -- from our own process

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", f"from {self._module} import main; main()"]
        self._given = 0
        try:
            process = self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=_AT_ONCE
            )
            told = self._ask(self._first) if self._first is not None else None
        except _DIED as fault:
            self._end()
            raise NotStarted(type(fault).__name__) from fault
        if isinstance(told, Exception):
            self._end()
            raise told
        return process

    def _rest_later(self) -> None:
        if not self._idle:
            return
        self._rest = threading.Timer(self._idle, self.close)
        self._rest.daemon = True
        self._rest.start()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.terminate()
            with suppress(BrokenPipeError), process:
                pass  # what it was not told yet is lost with it


def answer_all(answer: Callable[[Any], object]) -> None:
    """The life of such a process: each question is answered by what `answer` returns or raises."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started us: it ends us
    while True:
        try:
            question = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that started us
        except EOFError:
            return
        try:
            found = answer(question)
        except Exception as fault:  # noqa: BLE001 -- it is raised where it was asked
            found = fault
        pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()
