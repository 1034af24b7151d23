"""One connection to an SMTP server: opened, logged in, kept for many mails, and always knowing how far a mail got.

aiosmtplib's data() sends DATA and the mail in one go; when the connection is lost in it, nobody can tell whether the
mail had begun to leave. So the commands are given one by one here.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPServerDisconnected

from mailbot.failpoint import around
from mailbot.interfaces import Misconfigured
from mailbot.mail.envelope import Envelope
from mailbot.mail.oauth import TokenSource
from mailbot.mail.tls import Tls

LEAVE_WITHIN = 2.0
"""Seconds that a server has to answer QUIT: nothing depends on it."""
START_INPUT = 354


def _own_name() -> str:
    """Our name for EHLO, an address literal if this machine has no full one (RFC 5321 section 4.1.4); asks no DNS."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the server that takes our mails."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""  # "" = no log-in
    password: str | Callable[[], str] = field(default="", repr=False)
    oauth2: TokenSource | None = None  # instead of a password
    connections: int = 8
    rate: float = 0.0  # mails a minute; 0 = as fast as the server takes them
    mails_a_connection: int = 100
    idle: float = 30.0  # seconds that an unused connection is kept
    connect_timeout: float = 30.0  # seconds, each for the connection and the greeting
    timeout: float = 60.0  # seconds for an answer
    final_timeout: float = 600.0  # seconds for the answer to a whole mail (RFC 5321 section 4.5.3.2.6)
    helo: str = field(default_factory=_own_name)
    ca_file: str | None = None  # PEM, trusted instead of the system's authorities


class Refused(Exception):
    """The server said no to one mail, by `code` and `text`; the connection is sound."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


@dataclass(slots=True)
class SmtpLink:
    """One connection."""

    client: SMTP
    settings: SmtpSettings
    offered: frozenset[str] = frozenset()  # extensions, lower case
    sent: int = 0  # mails tried on it
    used: float = field(default_factory=time.monotonic)
    body_begun: bool = False  # the last mail began to leave: only the server knows what became of it

    @classmethod
    async def open(cls, settings: SmtpSettings, context: ssl.SSLContext | None) -> Self:
        """Connect, protect, log in. Raises SMTPException, OSError, or what the token callable raises."""
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.tls == "implicit",
            start_tls=settings.tls == "starttls",
            tls_context=context,
            local_hostname=settings.helo,
            timeout=settings.connect_timeout,
        )
        link = cls(client, settings)
        try:
            with around("smtp.connect"):
                await client.connect()
            client.timeout = settings.timeout
            with around("smtp.ehlo"):
                await client.ehlo()
            link.offered = frozenset(client.esmtp_extensions)
            if settings.user:
                with around("smtp.log_in"):
                    await link._log_in()
        except BaseException:
            link.drop()
            raise
        return link

    async def _log_in(self) -> None:
        """Log in; an access token that is refused is renewed once."""
        own = self.settings
        if own.oauth2 is None:
            await self._give_password(own.password if isinstance(own.password, str) else own.password())
            return
        try:
            await self.client.auth_xoauth2(own.user, await asyncio.to_thread(own.oauth2, fresh=False))
        except SMTPAuthenticationError:
            await self.client.auth_xoauth2(own.user, await asyncio.to_thread(own.oauth2, fresh=True))

    async def _give_password(self, password: str) -> None:
        """Log in by one mechanism. aiosmtplib's login() tries all, and each refusal counts towards a locked account."""
        client = self.client
        mechanisms = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        for name, log_in in mechanisms.items():
            if name in client.server_auth_methods:
                await log_in(self.settings.user, password)
                return
        raise Misconfigured("the server offers no log-in by password: leave user empty, or check port and tls")

    async def hand_over(self, mail: Envelope) -> str:
        """Hand over `mail`: the text of the server's yes.

        Raises Unsendable before anything is said, Refused for an answer that is no yes, SMTPException or OSError when
        the connection is lost; `body_begun` tells whether the mail had begun to leave by then.
        """
        self.body_begun = False
        options = mail.options(self.offered)
        self.sent += 1
        with around("smtp.mail"):
            await self._command(b"MAIL", b"FROM:<" + mail.sender.encode() + b">", *options)
        with around("smtp.rcpt"):
            await self._command(b"RCPT", b"TO:<" + mail.recipient.encode() + b">")
        with around("smtp.data"):
            code, text = await self.client.execute_command(b"DATA")
        if code != START_INPUT:
            raise Refused(code, text)
        protocol = self.client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        with around("smtp.body"):
            protocol.write(mail.dotted())
        self.body_begun = True
        with around("smtp.answer"):
            code, text = await protocol.read_response(timeout=self.settings.final_timeout)
        self.used = time.monotonic()
        return _yes(code, text)

    async def reset(self) -> bool:
        """After a refusal: forget the mail under way. False if the connection is of no more use."""
        try:
            with around("smtp.rset"):
                await self._command(b"RSET")
        except (Refused, SMTPException, OSError):
            self.drop()
        return self.client.is_connected

    def fresh(self) -> bool:
        """Whether it may carry another mail."""
        own = self.settings
        young = self.sent < own.mails_a_connection and time.monotonic() - self.used < own.idle
        return young and self.client.is_connected

    async def leave(self) -> None:
        """Say QUIT; whether the server answers does not matter. Never raises."""
        with suppress(SMTPException, OSError), around("smtp.quit"):
            await asyncio.wait_for(self.client.quit(), LEAVE_WITHIN)
        self.drop()

    def drop(self) -> None:
        """End it at once; what was not yet sent never will be."""
        if isinstance(self.client.transport, asyncio.WriteTransport):
            self.client.transport.abort()
        self.client.close()

    async def _command(self, *words: bytes) -> None:
        _yes(*await self.client.execute_command(*words))


def _yes(code: int, text: str) -> str:
    """The text of a 2xx answer. Raises Refused for any other."""
    if code // 100 != 2:  # noqa: PLR2004 - the class of success
        raise Refused(code, text)
    return text
