"""A wait on file descriptors that another thread can end."""

from __future__ import annotations

import os
import select
import weakref
from contextlib import suppress


class Waker:
    """A pipe to oneself: wake() makes it readable until woken() is asked."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
            weakref.finalize(self, os.close, end)

    def wake(self) -> None:
        """End the wait that goes on, or else the next one."""
        with suppress(BlockingIOError):  # full: it is awake
            os.write(self._writer, b"!")

    def woken(self) -> bool:
        """Whether wake() was called since this was last asked."""
        try:
            return bool(os.read(self._reader, select.PIPE_BUF))
        except BlockingIOError:
            return False

    def rest(self, seconds: float, descriptor: int | None = None) -> bool:
        """Return after `seconds`, at wake(), or when `descriptor` can be read: only the last is True."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        if descriptor is not None:
            poll.register(descriptor, select.POLLIN)
        ready = dict(poll.poll(max(seconds, 0) * 1000))
        return bool(ready) and self._reader not in ready
