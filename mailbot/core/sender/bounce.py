"""Mail that came back: what failed, for whom, and which mail of ours it was.

Nothing here is believed about a person: the caller acts only on a Message-ID that we gave to a mail of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from flufl.bounce import scan_message

from mailbot.core.address import is_address, normalise
from mailbot.core.parse import content_of, parts_of
from mailbot.core.parse.headers import message_ids
from mailbot.core.parse.parts import Head, head_of
from mailbot.core.values import Mail

_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_PARTS = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)
_BLANK_LINES = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w.])")
_ID_LINE = re.compile(r"^[> \t]*message-id:[ \t]*(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"<(?:mailto:)?([^<>\s]{3,320})>")
_COPY = re.compile(
    r"^(?:--.*(?:copy|original|copie)|[> \t]*(?:return-path|received|message-id):)", re.IGNORECASE | re.MULTILINE
)
_DELAY = re.compile(
    r"(?:still being|will be) (?:retried|re-?tried)|do not need to resend|has been delayed|is delayed"
    r"|not yet been delivered|n'a pas encore été|remise (?:a été )?(?:retardée|différée)"
    r"|noch nicht zugestellt|verzögert",
    re.IGNORECASE,
)
_TEXT = 20_000  # of a bounce without report part, so much is looked at
_GROUPS = 100  # recipients of one report


class Fate(StrEnum):
    """What a bounce says of the mail that it returns (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"  # not a failure: the server goes on trying
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One bounce as read: the mails it is about, whom they did not reach, and the enhanced status code (RFC 3463)."""

    fate: Fate
    message_ids: tuple[str, ...]  # of the returned mail, with angle brackets
    recipients: tuple[str, ...]  # normalised
    status: str | None  # e.g. "5.1.1"


def bounce(mail: Mail, raw: bytes) -> Bounce | None:
    """What a mail of nature `bounce` says; `raw` are the bytes that `mail` was parsed from.

    None where it names neither a mail nor a recipient nor a status. Raises Unreadable as parse() does.
    """
    reports: list[Head] = []
    ids: list[str] = []
    for part in parts_of(raw):
        if part.media_type in _STATUS_PARTS:
            reports += list(_groups(content_of(raw, part)[0]))
        elif part.media_type in _RETURNED_PARTS:
            content = content_of(raw, part)[0].lstrip(b"\r\n")
            ids += message_ids(head_of(content, 0, len(content)).first("message-id") or "")
    text = mail.text[:_TEXT]
    ids = ids or _ID_LINE.findall(text) or list(mail.in_reply_to)
    found = _reported(reports, tuple(dict.fromkeys(ids))) if reports else _told(mail, text, tuple(ids))
    return found if found.message_ids or found.recipients or found.status else None


def _groups(content: bytes) -> Iterator[Head]:
    """The field groups of a delivery status: one on the mail, one a recipient."""
    for group in _BLANK_LINES.split(content.strip(), _GROUPS)[:_GROUPS]:
        yield head_of(group, 0, len(group)) if group else Head((), 0)


def _reported(groups: list[Head], ids: tuple[str, ...]) -> Bounce:
    """What the recipients' groups of a delivery status say (RFC 3464, section 2.3)."""
    by_action: dict[str, list[Head]] = {}
    for group in groups:
        action = re.match(r"\w+", group.first("action") or "")
        if action:
            by_action.setdefault(action[0].lower(), []).append(group)
    if "failed" in by_action:
        fate, decisive = Fate.FAILED, by_action["failed"]
    elif "delayed" in by_action or not by_action:
        fate, decisive = Fate.DELAYED, by_action.get("delayed", [])
    else:
        fate, decisive = Fate.DELIVERED, [group for some in by_action.values() for group in some]
    names = [name for group in decisive for name in _recipients(group)]
    codes = [code for group in decisive for code in _STATUS.findall(group.first("status") or "")]
    return Bounce(fate, ids, _addresses(names), codes[0] if codes else None)


def _recipients(group: Head) -> Iterator[str]:
    """The address that we wrote to, and the one that it became on the way: `rfc822; a@b.example`."""
    for field in ("original-recipient", "final-recipient"):
        yield (group.first(field) or "").partition(";")[2]


def _told(mail: Mail, text: str, ids: tuple[str, ...]) -> Bounce:
    """What a bounce without report part tells in words."""
    copy = _COPY.search(text)
    above = text[: copy.start()] if copy else text
    ours = {normalise(address.address) for address in mail.to}
    named = _addresses([*mail.header("x-failed-recipients"), *_NAMED.findall(above)])
    recipients = tuple(name for name in named if name not in ours)
    if not recipients:
        recipients = _scanned(mail, text)
    codes = _STATUS.findall(above)
    delayed = (codes[0].startswith("4") if codes else False) or bool(_DELAY.search(above))
    return Bounce(Fate.DELAYED if delayed else Fate.FAILED, ids, recipients, codes[0] if codes else None)


def _scanned(mail: Mail, text: str) -> tuple[str, ...]:
    """The recipients that flufl.bounce finds in the many layouts of old mail servers.

    It gets a mail built anew from what was parsed: on broken headers its detectors raise, on nested ones they recurse.
    """
    plain = Message()
    plain["From"] = mail.sender.address if mail.sender else "mailer-daemon@unknown.invalid"
    plain["Subject"] = mail.subject
    plain.set_payload(text)
    return _addresses(sorted(address.decode("utf-8", "replace") for address in scan_message(plain)))


def _addresses(names: list[str]) -> tuple[str, ...]:
    found = (normalise(name.strip().strip("<>")) for name in names)
    return tuple(dict.fromkeys(name for name in found if is_address(name)))
