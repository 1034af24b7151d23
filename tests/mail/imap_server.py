"""An IMAP server for tests that says what no real one would; in a thread, one connection at a time."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Self

from servers.process import HOST

DROP = "DROP"
"""The connection is closed instead of an answer."""
SILENT = "SILENT"
"""An answer that never comes."""


@dataclass
class ImapServer:
    """Answers each command by the first of `answers` that matches its start, `*` lines first; else by OK."""

    answers: list[tuple[str, str]] = field(default_factory=list)  # (start of a command, lines and the tagged end)
    commands: list[str] = field(default_factory=list)
    capabilities: str = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE"

    def __enter__(self) -> Self:
        server = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server.converse(self)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._listener = Listener((HOST, 0), Connection)
        self.port: int = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def converse(self, connection: socketserver.StreamRequestHandler) -> None:
        """One connection, to its end."""
        connection.wfile.write(b"* OK ready\r\n")
        while line := connection.rfile.readline():
            tag, command = line.decode().strip().split(" ", 1)
            if command.startswith("AUTHENTICATE"):
                connection.wfile.write(b"+ \r\n")
                command += " " + base64.b64decode(connection.rfile.readline()).decode()
            self.commands.append(command)
            answer = self._answer(command)
            if answer in (DROP, SILENT):
                if answer == SILENT:
                    connection.rfile.read()
                return
            *untagged, end = answer.split("\n")
            connection.wfile.write("".join([*(f"* {each}\r\n" for each in untagged), f"{tag} {end}\r\n"]).encode())

    def _answer(self, command: str) -> str:
        for start, answer in self.answers:
            if re.match(start, command):
                return answer
        if command.startswith(("SELECT", "EXAMINE")):
            return "1 EXISTS\nOK [UIDVALIDITY 7] .\nOK [UIDNEXT 2] .\nOK done"
        return f"CAPABILITY {self.capabilities}\nOK done" if command == "CAPABILITY" else "OK done"
