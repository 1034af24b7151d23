"""Reading ahead: processes that understand the next mails while the daemon stores and answers those before.

Reading is the greatest part of the work on a mail, and pure, so another core may do it. The processes are started when
more waits than one batch, and end when nothing did for a while. A mail over which one died is never read here: what
ends a process by a fault of a library would end the daemon too.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

from mailbot.beside import Beside, answer_all
from mailbot.core.understanding import Eyes, Kept, Understood, understand

_DEATHS = (OSError, EOFError, pickle.UnpicklingError)


class Died(Exception):
    """A reading process died over these mails, and a second one that was started for them too."""


class Readers:
    """What understands batches of mails: here, or in up to `processes` processes one batch ahead."""

    def __init__(self, eyes: Eyes, processes: int = 0) -> None:
        """Nothing is started yet; with 0 `processes` nothing ever is."""
        self.eyes = eyes
        self._beside = [Beside(__name__, first=eyes) for _ in range(processes)]
        self._apart = self._beside[0] if self._beside else Beside(__name__, first=eyes)
        self._threads = ThreadPoolExecutor(max(processes, 1), "reader")
        self._asked: tuple[int, ...] = ()  # messages whose reading was begun
        self._begun: list[Future[list[Understood]]] = []

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [process.pid for process in self._beside if process.pid]

    def read(self, mails: Sequence[Kept], ahead: Sequence[Kept] = ()) -> list[Understood]:
        """What `mails` say; the reading of `ahead` is begun, for a call that comes with just these. Raises Died."""
        found = self._finished(mails)
        self._begin(ahead)
        return found or [understand(self.eyes, mail) for mail in mails]

    def read_apart(self, mail: Kept) -> Understood:
        """What a mail says that may have killed a process before: never read in this one. Raises Died."""
        try:
            [seen] = self._apart.ask([mail])
        except _DEATHS as fault:
            raise Died from fault
        return cast("Understood", seen)

    def close(self) -> None:
        """End all processes."""
        for process in (*self._beside, self._apart):
            process.close()
        self._threads.shutdown()

    def _finished(self, mails: Sequence[Kept]) -> list[Understood]:
        """What was begun for just these mails; empty if nothing was. Raises Died."""
        begun, self._begun = self._begun, []
        if self._asked != tuple(mail.id for mail in mails):
            return []
        try:
            return [seen for part in begun for seen in part.result()]
        except _DEATHS as fault:
            raise Died from fault

    def _begin(self, mails: Sequence[Kept]) -> None:
        """Share the mails among the processes."""
        self._asked = tuple(mail.id for mail in mails)
        if not (self._beside and mails):
            return
        size = -(-len(mails) // len(self._beside))
        parts = [mails[start : start + size] for start in range(0, len(mails), size)]
        self._begun = [
            self._threads.submit(process.ask, part) for process, part in zip(self._beside, parts, strict=False)
        ]


def main() -> None:
    """The whole life of a reading process: first it is told what to know, then it is given batches."""
    eyes: list[Eyes] = []

    def answer(question: Eyes | Sequence[Kept]) -> list[Understood]:
        if isinstance(question, Eyes):
            eyes[:] = [question]
            return []
        return [understand(eyes[0], mail) for mail in question]

    answer_all(answer)
