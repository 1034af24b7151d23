"""A way to a mail server that breaks where it is told to: at any state of IMAP and SMTP, in the ways networks break."""

from __future__ import annotations

import re
import select
import socket
import socketserver
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from servers.process import HOST

IMAP_STATES = ("connect", "LOGIN", "EXAMINE", "SEARCH", "FETCH", "SELECT", "MOVE", "LIST", "APPEND", "IDLE", "DONE")
SMTP_STATES = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "body", "QUIT")
ACTIONS = ("cut", "lose the answer", "truncate", "black hole", "delay", "drip")

_IMAP = re.compile(rb"^[A-Z]{4}\d+ (?:UID )?([A-Z]+)|^(DONE)\r", re.MULTILINE)
_SMTP = re.compile(rb"^(EHLO|MAIL|RCPT|DATA|QUIT)", re.MULTILINE)
PATIENCE = 1.5
"""Seconds that a black hole stays open: longer than the client waits."""


@dataclass(frozen=True, slots=True)
class Break:
    """What happens when a state is reached."""

    state: str
    action: str
    number: int = 1  # the how manieth time

    def __str__(self) -> str:
        return f"{self.action} at {self.state} {self.number}"


class Proxy:
    """`with Proxy(port, "imap") as proxy`: connect to `proxy.port`; `proxy.arm(Break(…))`."""

    def __init__(self, upstream: int, protocol: str) -> None:
        """Nothing listens yet."""
        self._upstream, self._protocol = upstream, protocol
        self._armed: dict[str, list[Break]] = {}
        self._reached: dict[str, int] = {}
        self.broke: list[Break] = []

    def arm(self, one: Break) -> None:
        """Break once, when its state is reached, counted from now."""
        self._reached.clear()
        self._armed.setdefault(one.state, []).append(one)

    def disarm(self) -> None:
        """Break nothing any more."""
        self._armed.clear()

    def __enter__(self) -> Self:
        proxy = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    proxy.carry(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._listener = Listener((HOST, 0), Connection)
        self.port: int = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def carry(self, client: socket.socket) -> None:
        """One connection to its end."""
        if self._due("connect"):
            return
        with socket.create_connection((HOST, self._upstream), 5) as server:
            in_body = False
            while True:
                readable, _, _ = select.select([client, server], [], [], 60)
                if server in readable:
                    data = server.recv(65536)
                    if not data:
                        return
                    client.sendall(data)
                if client in readable:
                    data = client.recv(65536)
                    if not data:
                        return
                    in_body, states = self._states(data, in_body=in_body)
                    broken = next((one for state in states if (one := self._due(state))), None)
                    if broken is None:
                        server.sendall(data)
                    elif not _break(broken, data, client, server):
                        return

    def _states(self, data: bytes, *, in_body: bool) -> tuple[bool, list[str]]:
        """Whether a mail is under way after `data`, and the states that it begins."""
        if self._protocol == "imap":
            return False, [(found[1] or found[2]).decode() for found in _IMAP.finditer(data)]
        if in_body:
            return not data.endswith(b"\r\n.\r\n"), ["body"]
        states = [found[1].decode() for found in _SMTP.finditer(data)]
        return "DATA" in states, states

    def _due(self, state: str) -> Break | None:
        """What is to break now that `state` is reached."""
        self._reached[state] = self._reached.get(state, 0) + 1
        for one in self._armed.get(state, []):
            if one.number == self._reached[state]:
                self._armed[state].remove(one)
                self.broke.append(one)
                return one
        return None


def _break(one: Break, data: bytes, client: socket.socket, server: socket.socket) -> bool:
    """Let it happen; whether the connection goes on."""
    if one.action == "cut":
        server.sendall(data[: len(data) // 2] if one.state == "body" else b"")
        return False
    if one.action == "black hole":
        time.sleep(PATIENCE)
        return False
    if one.action == "delay":
        time.sleep(0.2)
        server.sendall(data)
        return True
    server.sendall(data)
    answer = server.recv(65536)
    if one.action == "truncate":
        client.sendall(answer[: len(answer) // 2])
    if one.action == "drip":
        for start in range(0, len(answer), max(1, len(answer) // 20)):
            client.sendall(answer[start : start + max(1, len(answer) // 20)])
            time.sleep(0.005)
    return one.action == "drip"
