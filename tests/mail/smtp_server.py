"""An SMTP server for tests that misbehaves on demand; in this event loop, speaking by hand what no real one would."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from servers.process import HOST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SILENT = ""
"""An answer that never comes."""
DROP = "DROP"
"""The connection is closed instead of an answer."""
EXTENSIONS = ("8BITMIME", "SMTPUTF8", "SIZE 1000000")
DOT = "."
"""The command that ends a mail, in `answers`."""
GREETING = "220"
"""The server's first words, in `answers`."""
FINE = {
    GREETING: "220 ready",
    "AUTH": "235 ok",
    "DATA": "354 go on",
    DOT: "250 2.0.0 queued",
    "QUIT": "221 bye",
}


@dataclass
class SmtpServer:
    """What was said to it, what it took, and how it answers: change `answers` at any time."""

    port: int = 0
    extensions: tuple[str, ...] = EXTENSIONS
    answers: dict[str, str] = field(default_factory=dict)  # command -> answer instead of the friendly one
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)  # as sent, dots still doubled
    connections: int = 0
    open_now: int = 0
    most_at_once: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)  # set at each command

    async def hears(self, command: str) -> None:
        """Return at the next `command`."""
        while True:
            self.heard.clear()
            await self.heard.wait()
            if self.commands[-1].startswith(command):
                return

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self.connections += 1
        self.open_now += 1
        self.most_at_once = max(self.most_at_once, self.open_now)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = GREETING
        while await self._answer(command, writer):
            if command == "DATA" and self._wanted("DATA").startswith("354"):
                self.mails.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
                command = DOT
                continue
            line = (await reader.readuntil(b"\r\n")).decode().strip()
            self.commands.append(line)
            self.heard.set()
            command = line.split()[0].upper()

    def _wanted(self, command: str) -> str:
        lines = ["localhost", *self.extensions]
        ehlo = "\r\n".join(f"250-{line}" for line in lines[:-1]) + f"\r\n250 {lines[-1]}"
        return self.answers.get(command, {"EHLO": ehlo, **FINE}.get(command, "250 ok"))

    async def _answer(self, command: str, writer: asyncio.StreamWriter) -> bool:
        """Answer; False if that ends the connection."""
        answer = self._wanted(command)
        if answer == DROP:
            return False
        if answer != SILENT:
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
        return command != "QUIT" and not answer.startswith("421")


@asynccontextmanager
async def smtp_server(context: ssl.SSLContext | None = None, **start: object) -> AsyncIterator[SmtpServer]:
    """A server on a free port, with TLS from the first byte if `context` is given."""
    server = SmtpServer(**start)  # type: ignore[arg-type]  # the fields of the class
    listener = await asyncio.start_server(server.serve, HOST, 0, ssl=context, limit=2**22)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
