"""Handing finished mails to an SMTP server (RFC 5321), and telling exactly how each try ended."""

from __future__ import annotations

import asyncio
import time

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

from mailbot.core.values import Problem
from mailbot.interfaces import Away, Delivery, Misconfigured, Sent
from mailbot.mail import tls
from mailbot.mail.envelope import Envelope, Unsendable, envelope, without_addresses
from mailbot.mail.smtp_link import Refused, SmtpLink, SmtpSettings

__all__ = ["SmtpSender", "SmtpSettings"]

LOGIN_WANTED = 530
CLOSING = 421
HOLD_OFF = 60.0
"""Seconds without a new try after the server refused our password: more of them lock an account."""


class SmtpSender:
    """interfaces.MailSender over SMTP, for one event loop."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Connects on the first mail. Raises Misconfigured as tls.context() does."""
        self._settings = settings
        self._context = tls.context(settings.host, settings.tls, settings.ca_file)
        self._slots = asyncio.Semaphore(settings.connections)
        self._kept: list[SmtpLink] = []
        self._next_start = 0.0
        self._hold_until = 0.0
        self._problem: Problem | None = None

    @property
    def connections(self) -> int:
        """How many mails may be under way at once."""
        return self._settings.connections

    @property
    def problem(self) -> Problem | None:
        """What the operator must mend before mails can leave, as the last try showed; None if that went well."""
        return self._problem

    async def send(self, sender: str, recipient: str, raw: bytes) -> Delivery:
        """Try once to hand over one mail; never raises for what a server does. `sender` "" = the null return path.

        SENT: a 2xx after the mail. FAILED: a 5xx about this mail, or an address that is none. DEFERRED: a 4xx, or no
        connection, or a refused log-in, for which no mail must be lost. UNCERTAIN: the connection was lost after the
        mail had begun to leave and before its answer came.
        """
        try:
            mail = envelope(sender, recipient, raw)
        except Unsendable as error:
            return Delivery(Sent.FAILED, str(error))
        async with self._slots:
            await self._pace()
            while (link := await self._kept_link()) is not None:
                delivery = await self._hand_over(link, mail)
                if delivery is not None:
                    return delivery
            return await self._hand_over_afresh(mail)

    async def check(self) -> list[Problem]:
        """Connect, log in and leave: what is wrong, empty if nothing is."""
        try:
            link = await SmtpLink.open(self._settings, self._context)
        except (SMTPException, OSError, Away, Misconfigured) as error:
            return [self._as_problem(self._why(error))]
        await link.leave()
        return []

    async def close(self) -> None:
        """End all connections; never raises."""
        kept, self._kept = self._kept, []
        await asyncio.gather(*(link.leave() for link in kept))

    async def _pace(self) -> None:
        """Wait for this mail's turn under the rate."""
        if self._settings.rate > 0:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + 60 / self._settings.rate
            await asyncio.sleep(start - now)

    async def _kept_link(self) -> SmtpLink | None:
        """A connection from before that should still be good, the last used first; None if there is none."""
        while self._kept:
            link = self._kept.pop()
            if link.fresh():
                return link
            await link.leave()
        return None

    async def _hand_over_afresh(self, mail: Envelope) -> Delivery:
        """Hand over `mail` on a new connection."""
        if self._problem is not None and time.monotonic() < self._hold_until:
            return Delivery(Sent.DEFERRED, self._problem.what, away=True)
        try:
            link = await SmtpLink.open(self._settings, self._context)
        except (SMTPException, OSError, Away, Misconfigured) as error:
            return self._unreachable(error)
        return await self._hand_over(link, mail) or Delivery(
            Sent.DEFERRED, "the connection was lost before the mail left", away=True
        )

    async def _hand_over(self, link: SmtpLink, mail: Envelope) -> Delivery | None:
        """Hand over `mail`; None if the connection turned out to be lost before any of the mail left."""
        try:
            text = await link.hand_over(mail)
        except Unsendable as error:
            self._kept.append(link)  # nothing was said on it
            return Delivery(Sent.FAILED, str(error))
        except Refused as refused:
            if refused.code == CLOSING and link.sent and not link.body_begun:
                link.drop()
                return None
            if await link.reset():
                self._kept.append(link)
            return self._refusal(refused, link, mail)
        except (SMTPException, OSError) as error:
            link.drop()
            return Delivery(Sent.UNCERTAIN, f"{self._why(error)} after the mail left") if link.body_begun else None
        except BaseException:
            link.drop()
            raise
        self._kept.append(link)
        self._problem = None
        return Delivery(Sent.SENT, without_addresses(text, mail))

    def _refusal(self, refused: Refused, link: SmtpLink, mail: Envelope) -> Delivery:
        """What a refused command means for the mail (RFC 5321 section 4.2.1)."""
        because = f"{refused.code} {without_addresses(refused.text, mail)}"
        if refused.code == LOGIN_WANTED:
            self._problem = self._as_problem("the server wants TLS or a log-in: mend tls, user and password")
            return Delivery(Sent.DEFERRED, because, away=True)
        match refused.code // 100:
            case 4:
                return Delivery(Sent.DEFERRED, because, away=refused.code == CLOSING)
            case 5:
                return Delivery(Sent.FAILED, because)
            case _:  # an answer outside the protocol
                return Delivery(Sent.UNCERTAIN if link.body_begun else Sent.DEFERRED, because)

    def _unreachable(self, error: Exception) -> Delivery:
        """No connection: the mail waits, whatever the server thinks of us."""
        why = self._why(error)
        network = isinstance(error, OSError) and tls.certificate_trouble(error) is None
        temporary = isinstance(error, SMTPResponseException) and not isinstance(error, SMTPAuthenticationError)
        self._problem = None if network or temporary or isinstance(error, Away) else self._as_problem(why)
        if isinstance(error, SMTPAuthenticationError):
            self._hold_until = time.monotonic() + HOLD_OFF
        return Delivery(Sent.DEFERRED, why, away=True)

    def _why(self, error: Exception) -> str:
        """`error` in words for people, without an address."""
        trouble = tls.certificate_trouble(error)
        if trouble or isinstance(error, Away | Misconfigured):
            return trouble or str(error)
        if isinstance(error, SMTPAuthenticationError):
            return f"authentication refused ({error.code}): mend user or password"
        if isinstance(error, SMTPResponseException):
            return f"{error.code} {without_addresses(error.message, None)}"
        if isinstance(error, TimeoutError):
            return "no answer in time"
        if isinstance(error, OSError):  # SMTPConnectError and SMTPServerDisconnected are among them
            return "no connection" if error.strerror is None else error.strerror
        return str(error)  # aiosmtplib's own words on a missing STARTTLS or AUTH

    def _as_problem(self, why: str) -> Problem:
        return Problem("[outgoing]", f"{self._settings.host}:{self._settings.port}: {why}")
