"""Reading: in processes beside the daemon, or here where there are none.

Reading is the greatest part of the work on a mail, and pure, so another core may do it, one batch ahead; what it needs
to know weighs more than the daemon. A mail over which one died is never read here: what ends a process by a fault of a
library would end the daemon too.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, cast

from mailbot.beside import Beside, NotStarted
from mailbot.interfaces import Away

if TYPE_CHECKING:
    from mailbot.core.understanding import Eyes, Kept, Understood
    from mailbot.core.values import Problem
    from mailbot.sight import Sight

_DEATHS = (OSError, EOFError, pickle.UnpicklingError)


class Died(Exception):
    """A reading process died over these mails, and a second one that was started for them too."""


class Readers:
    """What understands batches of mails, in `processes` processes."""

    def __init__(self, sight: Sight, processes: int = 0) -> None:
        """Nothing is loaded or started yet; with 0 `processes` nothing ever is started."""
        self.sight = sight
        self._beside = [Beside("mailbot.reader", first=sight, idle=0) for _ in range(processes)]
        self._apart = self._beside[0] if self._beside else Beside("mailbot.reader", first=sight)
        self._threads = ThreadPoolExecutor(max(processes, 1), "reader")
        self.asked: Sequence[Kept] = ()  # the messages whose reading was begun
        self._begun: list[Future[list[Understood]]] = []
        self._first: list[Future[list[Understood]]] = []  # the starts of the processes

    @cached_property
    def eyes(self) -> Eyes:
        """What reading here needs to know: loaded on first use. Raises Unusable."""
        from mailbot.sight import eyes  # noqa: PLC0415 -- only where something is read here

        return eyes(self.sight)

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [process.pid for process in self._beside if process.pid]

    def start(self) -> None:
        """Let the processes start and load what they need, without waiting for it."""
        self._first = [self._threads.submit(process.ask, []) for process in self._beside]

    def problems(self) -> list[Problem]:
        """All that is wrong with what reading needs to know, as the processes or this one found it."""
        from mailbot.sight import Unusable  # noqa: PLC0415 -- as above

        starts, self._first = self._first, []
        try:
            for start in starts:
                start.result()
            if not starts:
                _ = self.eyes
        except Unusable as fault:
            return list(fault.problems)
        except _DEATHS:
            return []  # whoever reads the first mail starts another, or reads it here
        return []

    def read(self, mails: Sequence[Kept], ahead: Sequence[Kept] = ()) -> list[Understood]:
        """What `mails` say; the reading of `ahead` is begun, for a call that comes with just these.

        Raises Died: read them apart to find out which it was.
        """
        if not (self.pids or (self._beside and ahead)):
            return self._here(mails)
        if [mail.id for mail in self.asked] != [mail.id for mail in mails]:
            self._begin(mails)
        begun, self._begun, self.asked = self._begun, [], ()
        self._begin(ahead)  # it stands in the queue before the answer is there: the process need not wait for us
        try:
            found = [seen for part in begun for seen in part.result()]
        except NotStarted:
            found = self._here(mails)
        except _DEATHS as fault:
            raise Died from fault
        return found

    def read_apart(self, mail: Kept) -> Understood:
        """What a mail says that may have killed a process before: never read in this one.

        Raises Died, and Away where no process can be started: that says nothing about the mail.
        """
        try:
            [seen] = self._apart.ask([mail])
        except NotStarted as fault:
            raise Away("no process that reads mails can be started: make room in memory") from fault
        except _DEATHS as fault:
            raise Died from fault
        return cast("Understood", seen)

    def close(self) -> None:
        """End all processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)  # what stands in the queue would start one anew
        for process in (*self._beside, self._apart):
            process.close()
        self._threads.shutdown()

    def _here(self, mails: Sequence[Kept]) -> list[Understood]:
        from mailbot.core.understanding import understand  # noqa: PLC0415 -- as above

        return [understand(self.eyes, mail) for mail in mails]

    def _begin(self, mails: Sequence[Kept]) -> None:
        """Share the mails among the processes."""
        self.asked = mails
        size = -(-len(mails) // len(self._beside)) or 1
        parts = [mails[start : start + size] for start in range(0, len(mails), size)]
        self._begun = [
            self._threads.submit(process.ask, part) for process, part in zip(self._beside, parts, strict=False)
        ]
