"""A second IMAP server for tests, in this process and in memory: no SPECIAL-USE, no CONDSTORE, no keywords."""

from __future__ import annotations

import asyncio
import os
import threading
from argparse import Namespace
from contextlib import AsyncExitStack, suppress
from typing import Self

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from servers.dovecot import PASSWORD, Mailbox
from servers.process import HOST, free_port

USER = "direction@astrallys.com"


class PymapServer:
    """One account with an INBOX; runs in a thread of its own inside `with`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mailbox = Mailbox(USER, self.port)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    async def _run(self) -> None:
        os.environ.setdefault("FQDN", "localhost")  # else pymap asks DNS at each greeting
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        arguments = {"host": HOST, "port": self.port, "debug": False, "cert": None, "key": None, "tls": False}
        backend, config = await DictBackend.init(
            Namespace(
                **arguments,
                proxy_protocol=None,
                passlib_cfg=None,
                inherited_sockets=None,
                demo_data=False,
                demo_user="",
                demo_password="",
                skip_services=[],
            )
        )
        config.apply_context()
        password = await Passwords(config).hash_password(PASSWORD)
        backend.login.users_dict[USER] = UserMetadata(config, USER, password=password)
        connections: set[asyncio.Task[None]] = set()
        imap = IMAPServer(backend.login, config)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # not pymap's own service, which keeps no reference to its tasks
            task = asyncio.current_task()
            assert task
            connections.add(task)
            with suppress(ConnectionError, asyncio.CancelledError):
                await imap(reader, writer, SocketInfoLocal(writer))
            connections.discard(task)
            writer.close()

        async with AsyncExitStack() as stack:
            await backend.start(stack)
            server = await asyncio.start_server(serve, HOST, self.port)
            self._ready.set()
            await self._stop.wait()
            server.close()
            for task in list(connections):
                task.cancel()
            if connections:
                await asyncio.wait(connections, timeout=2)
