"""The SMTP side of the demo: what is handed over lies in its mailboxes at once. Imported by servers.py alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailbot.demo.inboxes import Inboxes

_LIMIT = 40_000_000


class Relay:
    """Takes mail from anybody for the users of `inboxes`, and vouches for senders who logged in as themselves."""

    def __init__(self, inboxes: Inboxes, users: Mapping[str, str], name: str) -> None:
        self._inboxes = inboxes
        self._users = users
        self._name = name

    def connection(self) -> SMTP:
        """The protocol of a new connection."""
        return SMTP(
            self,
            hostname=self._name,
            ident="demo",
            enable_SMTPUTF8=True,
            data_size_limit=_LIMIT,
            authenticator=self._authenticate,
            auth_require_tls=False,  # loopback only
            loop=asyncio.get_running_loop(),
        )

    async def handle_RCPT(  # noqa: N802 - the names of its hooks are aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient who has a mailbox here."""
        if not self._inboxes.knows(address):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Deliver a mail to all its recipients, with the lines that a receiver puts on top."""
        sender = envelope.mail_from or ""
        content = envelope.original_content or b""
        raw = self._trace(sender, logged_in=session.auth_data == sender) + content
        for recipient in envelope.rcpt_tos:
            await self._inboxes.deliver(recipient, raw)
        return "250 2.0.0 delivered"

    def _trace(self, sender: str, *, logged_in: bool) -> bytes:
        """Return-Path, Authentication-Results (RFC 8601), Received (RFC 5321, section 4.4)."""
        spf = f"{'pass' if logged_in else 'fail'} smtp.mailfrom={sender}" if sender else "none"
        at = format_datetime(datetime.now(UTC))
        lines = (
            f"Return-Path: <{sender}>",
            f"Authentication-Results: {self._name}; spf={spf}; dkim=none",
            f"Received: from localhost by {self._name} with ESMTP; {at}",
        )
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        name, password = login.login.decode(), login.password.decode()
        return AuthResult(success=self._users.get(name) == password, handled=False, auth_data=name)
