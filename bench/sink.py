"""An SMTP server that takes everything and writes one JSON line a mail: small, so that it is not what is measured.

python -m bench.sink PORT FILE
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import sys
from pathlib import Path
from typing import IO

_PATH = re.compile(rb"<([^>]*)>")
_ANSWERS = {
    b"EHLO": b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"HELO": b"250 sink.example\r\n",
    b"MAIL": b"250 OK\r\n",
    b"RSET": b"250 OK\r\n",
    b"NOOP": b"250 OK\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class Sink(asyncio.Protocol):
    """One SMTP connection; what it took goes to `kept` as (recipients, mail)."""

    def __init__(self, kept: list[tuple[list[str], bytes]]) -> None:
        self._kept = kept
        self._buffer = bytearray()
        self._recipients: list[str] = []
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- what create_server gives
        self._transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Take as many lines and mails as have come whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n.\r\n" if self._in_data else b"\r\n")) >= 0:
            taken = bytes(self._buffer[:end])
            del self._buffer[: end + (5 if self._in_data else 2)]
            if self._in_data:
                self._accept(taken)
            else:
                self._command(taken)

    def _accept(self, mail: bytes) -> None:
        self._in_data = False
        self._kept.append((self._recipients, mail))
        self._transport.write(b"250 Accepted\r\n")

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._recipients = []
        elif verb == b"RCPT" and (found := _PATH.search(line)):
            self._recipients.append(found[1].decode())
        self._in_data = verb == b"DATA"
        self._transport.write(_ANSWERS.get(verb, b"250 OK\r\n" if verb == b"RCPT" else b"502 Unknown\r\n"))
        if verb == b"QUIT":
            self._transport.close()


def in_reply_to(mail: bytes) -> str:
    """The Message-ID that a mail answers, "" if it says none."""
    head = re.sub(rb"\r\n[ \t]+", b" ", mail.partition(b"\r\n\r\n")[0])
    found = re.search(rb"^In-Reply-To:[ \t]*(\S+)", head, re.IGNORECASE | re.MULTILINE)
    return found[1].decode("ascii", "replace") if found else ""


async def serve(port: int, file: IO[str]) -> None:
    """Take mails until SIGTERM, and write what came fifty times a second."""
    kept: list[tuple[list[str], bytes]] = []
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    async with await loop.create_server(lambda: Sink(kept), "127.0.0.1", port):
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 0.02)
            lines = [json.dumps({"to": to, "answers": in_reply_to(mail), "size": len(mail)}) for to, mail in kept]
            kept.clear()
            file.writelines(f"{line}\n" for line in lines)
            file.flush()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("a", encoding="utf-8") as output:
        asyncio.run(serve(int(sys.argv[1]), output))
