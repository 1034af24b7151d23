"""Points at which a test lets the program die, as a power cut would; off unless $MAILBOT_FAILPOINT is set.

    MAILBOT_FAILPOINT=imap.move:after       kill -9 after the first MOVE
    MAILBOT_FAILPOINT=imap.move:before:3    kill -9 before the third
    MAILBOT_FAILPOINT=/a/file               write down each point that is passed, one a line

They stand before and after every commit, network call and file operation of the path. Network calls and file
operations are named where they stand (`with around("imap.move"):`); a commit is named after the function that makes it.
tests/crash finds all of them in the code, and fails where one is missing.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType

VARIABLE = "MAILBOT_FAILPOINT"

_order = os.environ.get(VARIABLE, "")
_off: AbstractContextManager[None] = nullcontext()
_passed: Counter[str] = Counter()
_turn = threading.Lock()


def around(name: str) -> AbstractContextManager[None]:
    """The points `name:before` and `name:after` of what is done in the block; the latter only where it succeeds."""
    return _around(name) if _order else _off


@contextmanager
def _around(name: str) -> Iterator[None]:
    passing(name, "before")
    yield
    passing(name, "after")


def passing(name: str, side: str) -> None:
    """The point `name:side`; no point where `name` is empty."""
    if not (_order and name):
        return
    point = f"{name}:{side}"
    if _order.startswith("/"):
        with _turn, Path(_order).open("a", encoding="utf-8") as file:
            file.write(f"{point}\n")
        return
    _passed[point] += 1
    if _order in {point, f"{point}:{_passed[point]}"}:
        os.kill(os.getpid(), signal.SIGKILL)


def committer() -> str:
    """The name of the commit of a transaction that begins, from the nearest function outside the store.

    Such as commit.steps.receive._keep; empty while this is off.
    """
    if not _order:
        return ""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- only while a test lets us die
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("mailbot.") and not module.startswith(("mailbot.store", "mailbot.failpoint")):
            return f"commit.{module.removeprefix('mailbot.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "commit.elsewhere"


def obey(order: str) -> None:
    """Take `order` as if it had been in the environment: for a test that forks instead of starting a program."""
    global _order  # noqa: PLW0603 -- one order a process
    _order = order
    _passed.clear()
