"""One logged-in IMAP connection that mends itself: log-in, the selected folder, errors in the words of the edges."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import imapclient
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from mailbot.failpoint import around
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail import tls
from mailbot.mail.oauth import TokenSource

logging.getLogger("imapclient").setLevel(logging.WARNING)  # at DEBUG it writes whole mails

_CODE = re.compile(r"\[([A-Z-]+)")
PASSING = {" [UNAVAILABLE]", " [INUSE]", " [LIMIT]", " [SERVERBUG]"}
"""Response codes of a refusal that may pass (RFC 5530)."""


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How to reach the mailbox and which folders to use."""

    host: str
    port: int
    user: str
    password: str | Callable[[], str] = field(default="", repr=False)
    tls: tls.Tls = "implicit"
    oauth2: TokenSource | None = None  # instead of a password
    folders: tuple[str, ...] = ("INBOX",)  # read; the first is the one that is watched
    processed: str = "Processed"  # where mails go that became ours; "" = they stay and get the keyword $Mailbot
    sent_folder: str = ""  # "" = the folder that the server calls \\Sent
    max_size: int = 50 * 2**20  # bytes; larger mails stay on the server unread
    batch: int = 50  # mails asked for at once
    connect_timeout: float = 10.0  # seconds
    timeout: float = 60.0  # seconds for an answer
    ca_file: str | None = None  # PEM, trusted instead of the system's authorities


class ImapSession:
    """The one connection of a mailbox; for one thread at a time, which talk() sees to."""

    def __init__(self, settings: ImapSettings) -> None:
        """Nothing is connected yet. Raises Misconfigured for plain text to another machine or an unreadable ca_file."""
        self.settings = settings
        self.lock = threading.RLock()
        self._context = tls.context(settings.host, settings.tls, settings.ca_file)
        self._client: imapclient.IMAPClient | None = None
        self._selected: tuple[str, bool] | None = None
        self._answer: Mapping[bytes, Any] = {}

    @contextmanager
    def talk(self) -> Iterator[imapclient.IMAPClient]:
        """The connection for the length of the block, opened if need be.

        Whatever goes wrong inside leaves it closed, so that the next block starts afresh. Raises Away for what may
        pass, Misconfigured for what the operator must mend; of the server's words only its response code is repeated.
        """
        with self.lock:
            try:
                if self._client is None:
                    self._client = self._open()
                yield self._client
            except BaseException as error:
                self._drop()
                if isinstance(error, Exception) and not isinstance(error, Away | Misconfigured):
                    raise self._translated(error) from error
                raise

    def select(self, folder: str, *, write: bool = False, again: bool = False) -> Mapping[bytes, Any]:
        r"""Make `folder` the selected one and hand back the server's answer; inside talk() only.

        EXAMINE, for reading, cannot change a flag, not even \Recent (RFC 3501 section 6.3.2). `write` uses SELECT.
        A selection that will do is kept unless `again`. Raises Misconfigured if the folder is missing, or read-only
        for `write`.
        """
        wanted = (folder, write)
        if again or self._selected not in (wanted, (folder, True)):
            self._selected = None
            try:
                with around("imap.select"):
                    self._answer = self._connected().select_folder(folder, readonly=not write)
            except imapclient.exceptions.IMAPClientReadOnlyError as error:
                raise Misconfigured(
                    f"mailbox {self}: this account may not change folder {folder}: give it the right"
                ) from error
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise self._unselectable(folder, error) from error
            if b"UIDVALIDITY" not in self._answer:
                raise Misconfigured(f"mailbox {self}: folder {folder} has no UIDVALIDITY: it cannot be read safely")
            self._selected = wanted
        return self._answer

    def close(self) -> None:
        """Log out; never raises."""
        with self.lock:
            if self._client is not None:
                with suppress(Exception), around("imap.logout"):
                    self._client.logout()
            self._drop()

    def __str__(self) -> str:
        return f"{self.settings.host}:{self.settings.port}"

    def _connected(self) -> imapclient.IMAPClient:
        if self._client is None:
            raise IMAPClientAbortError("not connected")
        return self._client

    def _drop(self) -> None:
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with suppress(Exception):
                client.shutdown()

    def _open(self) -> imapclient.IMAPClient:
        """A new connection, protected and logged in."""
        own = self.settings
        with around("imap.connect"):
            client = imapclient.IMAPClient(
                own.host,
                own.port,
                ssl=own.tls == "implicit",
                ssl_context=self._context,
                timeout=imapclient.SocketTimeout(own.connect_timeout, own.timeout),
            )
        try:
            client.normalise_times = False  # aware times, not the machine's local ones
            client._imap.debug = 0  # noqa: SLF001 -- else each answer, whole mails too, is put into words for a log
            if own.tls == "starttls":
                with around("imap.starttls"):
                    client.starttls(self._context)
            with around("imap.log_in"):
                self._log_in(client)
        except BaseException:
            with suppress(Exception):
                client.shutdown()
            raise
        return client

    def _log_in(self, client: imapclient.IMAPClient) -> None:
        """Log in; an access token that is refused is renewed once."""
        own = self.settings
        if own.oauth2 is None:
            password = own.password if isinstance(own.password, str) else own.password()
            ascii_only = own.user.isascii() and password.isascii()  # LOGIN cannot say more, PLAIN is UTF-8 (RFC 4616)
            (client.login if ascii_only else client.plain_login)(own.user, password)
            return
        try:
            client.oauth2_login(own.user, own.oauth2(fresh=False))
        except LoginError:
            client.oauth2_login(own.user, own.oauth2(fresh=True))

    def _unselectable(self, folder: str, error: IMAPClientError) -> Exception:
        """Why `folder` could not be selected: missing, or for a passing reason."""
        with around("imap.find_folder"):
            there = self._connected().folder_exists(folder)
        if there:
            return Away(f"mailbox {self}: folder {folder} cannot be opened now{response_code(error)}")
        return Misconfigured(f"mailbox {self}: there is no folder {folder}: create it, or mend [mailbox] folders")

    def _translated(self, error: Exception) -> Exception:
        """`error` in the words of the edges."""
        trouble = tls.certificate_trouble(error)
        if trouble:
            return Misconfigured(f"mailbox {self}: {trouble}")
        if isinstance(error, CapabilityError):
            return Misconfigured(f'mailbox {self}: the server offers no STARTTLS: use tls = "implicit"')
        # imapclient calls it a LoginError, too, when the connection is lost while logging in
        if isinstance(error, LoginError) and not isinstance(error.__context__, IMAPClientAbortError | OSError):
            if response_code(error) in PASSING:
                return Away(f"mailbox {self}: log-in is not possible now{response_code(error)}")
            return Misconfigured(
                f"mailbox {self}: the server refused user or password{response_code(error)}: mend [mailbox] user"
            )
        if isinstance(error, OSError):
            return Away(f"mailbox {self} cannot be reached: {error.strerror or type(error).__name__}")
        return Away(f"mailbox {self}: the connection was given up ({type(error).__name__}{response_code(error)})")


def response_code(error: BaseException) -> str:
    """The response code of a NO or BAD as " [CODE]", "" if it bears none: the text behind it may quote anything."""
    found = _CODE.search(str(error))
    return f" [{found[1]}]" if found else ""
