"""Waiting in IMAP IDLE (RFC 2177) so that no mail is missed and a closed connection is noticed.

imapclient's idle_check() polls the socket alone. A line that arrived together with the server's "+ idling" already lies
in Python's read buffer: the socket stays silent and the mail is noticed at the next one. It also takes a closed
connection for silence. So the buffer is looked into as well, and the lines are then read by idle_done().
"""

from __future__ import annotations

import socket
import ssl
import time
from io import BufferedReader

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError

from mailbot.failpoint import around
from mailbot.mail.wake import Waker

SHORT_ROUND = 10.0
"""Seconds of a round where the read buffer cannot be looked into: idle_done() hands over what it hid."""


def idle(client: IMAPClient, waker: Waker, seconds: float) -> bool:
    """One round of IDLE on the selected folder: True if mails arrived.

    Ends after `seconds`, at any news of the server, or when woken, whichever is first. Raises OSError or
    IMAPClientAbortError when the connection is lost.
    """
    deadline = time.monotonic() + (seconds if _buffer(client) else min(seconds, SHORT_ROUND))
    with around("imap.idle"):
        client.idle()
    while not _has_news(client) and (left := deadline - time.monotonic()) > 0:
        readable = waker.rest(left, client.socket().fileno())
        if not readable or _buffer(client) is None:
            break
    with around("imap.done"):
        _, responses = client.idle_done()
    return any(len(response) > 1 and response[1] == b"EXISTS" for response in responses)


def _buffer(client: IMAPClient) -> BufferedReader | None:
    """The buffered reader of imaplib, None where this Python hides it."""
    reader = getattr(client._imap, "file", None)  # noqa: SLF001 - no public way
    return reader if isinstance(reader, BufferedReader) else None


def _has_news(client: IMAPClient) -> bool:
    """Whether the server said something not yet read. Raises IMAPClientAbortError if it closed the connection."""
    reader, sock = _buffer(client), client.socket()
    if reader is None:
        return False
    timeout = sock.gettimeout()
    sock.settimeout(0)  # peek() reads once from the wire if the buffer is empty
    try:
        if reader.peek(1):
            return True
        # nothing: a plain socket does not tell silence from the end, a TLS one would have raised on silence
        closed = isinstance(sock, ssl.SSLSocket) or not sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout)
    if closed:
        raise IMAPClientAbortError("connection closed by the server")
    return True
