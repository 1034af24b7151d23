"""Strike an attachment that must not be kept: an identity paper, bank details. Its bytes go, a note of it stays."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from mailbot.actions.changing import changing
from mailbot.actions.finding import Refused, message_named, request_named
from mailbot.core.parse import Unreadable, content_of, parse, parts_of
from mailbot.core.parse.parts import Part
from mailbot.core.values import Attachment
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.rows import MessageRow

_MARK = b"[struck: "


def strike(house: House, named: str, part: int, reason: str, by: str, now: datetime) -> Attachment:
    """Replace the bytes of one attached file in the stored mail by a note with size and hash; the file that it was.

    `named` is a message such as m12, or a request with one message. The mail keeps its SHA-256 as its name. The mail
    in the mailbox is not touched: staff delete it there. Raises Refused.
    """
    message = _message(house, named)
    if not reason.strip():
        raise Refused("say why the file must go: --reason")
    raw = _raw(house, message)
    attachment, slot = _attached(raw, part, named)
    told = b"%b%d bytes, SHA-256 %b]" % (_MARK, attachment.size, attachment.sha256.encode("ascii"))
    struck = raw[: slot.start] + _encoded(told, slot) + raw[slot.end :]
    reference = house.store.requests.get(message.request_id).reference if message.request_id else None
    with changing(house):
        house.store.blobs.replace(str(message.sha256), struck)
        if message.request_id:
            house.store.requests.note(
                message.request_id, by, f"struck part {part} of m{message.id}: {reason.strip()}", now
            )
        details = {"message": message.sha256, "part": part, "bytes": attachment.size, "sha256": attachment.sha256}
        now_stored = {"now": hashlib.sha256(struck).hexdigest()}
        house.store.journal.append(now, [Entry("part.struck", reference, by, {**details, **now_stored})])
    house.store.forget_log()
    return attachment


def _message(house: House, named: str) -> MessageRow:
    if named.startswith("m"):
        return message_named(house, named)
    request = request_named(house, named)
    messages = house.store.messages.of_request(request.id)
    if len(messages) == 1:
        return messages[0]
    listed = ", ".join(f"m{message.id}" for message in messages) or "none"
    raise Refused(f"{request.reference} has not one message but {listed}: name the message")


def _raw(house: House, message: MessageRow) -> bytes:
    try:
        return house.store.messages.raw([message])[message.id]
    except KeyError:
        raise Refused(f"the bytes of m{message.id} are not kept here: nothing to strike") from None


def _attached(raw: bytes, part: int, named: str) -> tuple[Attachment, Part]:
    """The attached file of this part, and where its bytes are."""
    try:
        attachments = {one.part: one for one in parse(raw).attachments}
        parts = parts_of(raw)
    except Unreadable as fault:
        raise Refused(f"{named} cannot be read ({fault}): nothing to strike") from None
    if part not in attachments:
        listed = ", ".join(f"{number} ({one.name}, {one.size} bytes)" for number, one in attachments.items())
        raise Refused(f"{named} has no attached file {part}; it has {listed or 'none'}")
    if content_of(raw, parts[part])[0].startswith(_MARK):
        raise Refused(f"part {part} of {named} was struck before")
    return attachments[part], parts[part]


def _encoded(note: bytes, part: Part) -> bytes:
    """The note in the part's own encoding, so that the mail stays readable."""
    return base64.b64encode(note) if part.encoding == "base64" else note
