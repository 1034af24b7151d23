"""Whether a DKIM signature, which holds for ever and for any recipient, speaks for this mail to us and now.

Whoever once got a signed mail can send it on to anybody, with another subject or recipient where these are not signed
(RFC 6376, section 8.6; M3AAWG on replay). So a signature alone counts for a mail that is addressed to us and came soon.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from mailbot.core.address import domain_of
from mailbot.core.sender.forwarded import tags
from mailbot.core.values import Mail

OLDEST = timedelta(days=7)
"""Between a mail's own date and its arrival: servers give up after five (RFC 5321, section 4.5.4.1)."""
SIGNED = ("from", "to", "subject", "date")
"""What must be signed and stand there once: who asks, whom, what, when."""


def replay_doubt(
    mail: Mail, domains: frozenset[str], arrived: datetime, ours: Callable[[str], bool], *, signed: bool
) -> str:
    """Why a signature does not speak for this mail, or nothing. `domains`: our own; none: nobody is asked.

    `ours` says of a signer's domain whether it is the sender's own. `signed`: whether a signature must be there to see.
    """
    if not domains:
        return ""
    doubled = next((name for name in SIGNED if len(mail.header(name)) > 1), None)
    if doubled:
        return f"several {doubled.capitalize()} headers: a signature covers one"
    if not domains.intersection(domain_of(one.address) for one in (*mail.to, *mail.cc)):
        return "signed for other recipients: perhaps sent on by one of them"
    if mail.date is None or abs(arrived - mail.date) > OLDEST:
        return "signed at another time: perhaps an old mail sent again"
    signatures = [found for value in mail.header("dkim-signature") if ours((found := tags(value)).get("d", ""))]
    covered = [set(found.get("h", "").lower().split(":")) for found in signatures]
    if any("l" in found for found in signatures) or not all({*SIGNED} <= names for names in covered):
        return "its signature covers only a part of the mail"
    return "" if signatures or not signed else "no signature to be seen"
