"""Loopback mail servers in this process: IMAP (pymap, in memory) and SMTP (aiosmtpd), one thread, one event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Self, TypeVar

from mailbot.demo.extra import extra

if TYPE_CHECKING:
    from mailbot.demo.inboxes import Inboxes

HOST = "127.0.0.1"
RECEIVER = "mx.astrallys.example"
"""The name that the servers sign Received and Authentication-Results with: for [trust] receivers and authserv_ids."""
_PATIENCE = 20.0  # seconds; nothing here takes one
_T = TypeVar("_T")


class DemoServers:
    """Both servers, from the start to the end of a `with` block, on free ports of 127.0.0.1.

    Every user (address: password) has an INBOX and the usual folders. A mail that is handed over by SMTP lies in its
    recipients' INBOX at once; an unknown recipient is refused. All methods may be called from any thread.
    Raises Misconfigured if the extra `demo` is not installed.
    """

    imap_port: int
    smtp_port: int

    def __init__(self, users: Mapping[str, str]) -> None:
        self._users = dict(users)
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="demo mail servers", daemon=True)

    def __enter__(self) -> Self:
        """Start both; they accept connections when this returns."""
        self._thread.start()
        self._started.result(_PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        """Cut all connections and end the thread; the mails are gone."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE)

    def deliver(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        """Put a mail, as it is, into a user's folder. Raises KeyError if nobody has this address."""
        self._await(self._inboxes.deliver(address, raw, folder))

    def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The mails that lie in a user's folder now, oldest first. Raises KeyError if nobody has this address."""
        return self._await(self._inboxes.mails(address, folder))

    def _await(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as fault:  # noqa: BLE001 - told to the thread that waits for the start
            if not self._started.done():
                self._started.set_exception(fault)

    async def _serve(self) -> None:
        with extra():
            from mailbot.demo.inboxes import Inboxes  # noqa: PLC0415 - only the demo needs them
            from mailbot.demo.relay import Relay  # noqa: PLC0415
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._inboxes: Inboxes = await Inboxes.create(self._users)
        self._talks: set[asyncio.Task[None]] = set()
        imap = await asyncio.start_server(self._talk, HOST)
        smtp = await self._loop.create_server(Relay(self._inboxes, self._users, RECEIVER).connection, HOST)
        self.imap_port, self.smtp_port = (server.sockets[0].getsockname()[1] for server in (imap, smtp))
        self._started.set_result(None)
        await self._stop.wait()
        for server in (imap, smtp):
            server.close()
        for talk in self._talks:
            talk.cancel()
        if self._talks:
            await asyncio.wait(self._talks)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One IMAP connection: its task is kept, else the collector may take it (pymap's own service forgets them)."""
        task = asyncio.current_task()
        if task is None:
            return
        self._talks.add(task)
        try:
            await self._inboxes.serve(reader, writer)
        finally:
            self._talks.discard(task)
