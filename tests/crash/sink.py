"""An outgoing server that takes every mail and counts it, in a thread of its own: what it took stays taken."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from email.parser import BytesHeaderParser
from typing import Self

from servers.process import HOST

_WORDS = {
    b"EHLO": b"250-sink.example\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n",
    b"AUTH": b"235 OK\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}
LATER = b"451 4.7.1 try later\r\n"
"""Its answer to a recipient later@…"""


class Sink:
    """Give `with Sink() as sink`; `sink.port` is where it listens."""

    def __init__(self) -> None:
        """Nothing listens yet."""
        self.mails: list[bytes] = []
        self.port = 0
        self._listener: socketserver.ThreadingTCPServer | None = None

    @property
    def taken(self) -> Counter[str]:
        """How often each mail was taken, by its Message-ID."""
        parser = BytesHeaderParser()
        return Counter(str(parser.parsebytes(mail)["Message-ID"]) for mail in self.mails)

    def start(self) -> Self:
        """Listen, on the port it had before."""
        sink = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.converse(self)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            allow_reuse_address = True

        self._listener = Listener((HOST, self.port), Connection)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Listen no more; connections that are open go on."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def converse(self, connection: socketserver.StreamRequestHandler) -> None:
        """One connection to its end; a client that is gone in the middle of a mail has sent none."""
        say = connection.wfile.write
        try:
            say(b"220 sink.example ESMTP\r\n")
            while line := connection.rfile.readline():
                verb = line[:4].upper().strip()
                say(LATER if b"<later@" in line else _WORDS.get(verb, b"250 OK\r\n"))
                if verb == b"QUIT":
                    return
                if verb == b"DATA" and not self._take(connection):
                    return
        except OSError:
            return

    def _take(self, connection: socketserver.StreamRequestHandler) -> bool:
        """One mail; False if it did not come whole."""
        lines: list[bytes] = []
        while (line := connection.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                return False
            lines.append(line)
        self.mails.append(b"".join(lines))
        connection.wfile.write(b"250 Accepted\r\n")
        return True
