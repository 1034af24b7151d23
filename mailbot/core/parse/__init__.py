"""Raw bytes to a Mail: any byte string gives a Mail or raises Unreadable, in time linear in its size.

    parse(raw)                    one mail as a value
    attachment_bytes(raw, part)   the decoded bytes of one attached file

Every read is total and every size is capped; what had to be mended is listed in `Mail.oddities`. Nothing is judged
here: who wrote the mail, whether he is who he says and what he wants are other questions.
"""

from __future__ import annotations

import hashlib
import re
from itertools import islice

from mailbot.core.parse.bodies import BodyReader, content_of, file_name
from mailbot.core.parse.headers import MAX_ADDRESSES, date_of, mailboxes, message_ids, sender_of, words
from mailbot.core.parse.parts import Part, Unreadable, parts_of
from mailbot.core.values import Address, Attachment, Mail

__all__ = ["Part", "Unreadable", "attachment_bytes", "content_of", "parse", "parts_of"]

_NAME_LENGTH = 120
_LOOKED_AT = 4096  # bytes in which a file that is no text shows itself
_PATH = re.compile(r"[\\/:*?\"<>|\s]+")


def parse(raw: bytes) -> Mail:
    """The mail in `raw`. Raises Unreadable (empty, no mail, too large, too many or too deep parts) and nothing else."""
    parts = parts_of(raw)
    head = parts[0].head
    if not head.headers and b"\0" in raw[:_LOOKED_AT]:
        raise Unreadable("no mail: bytes without any header")
    reader = BodyReader(raw, parts)
    sender, problem = sender_of(head, raw[: head.body].lstrip(b"\r\n"))
    subject = head.first("subject")
    ids = message_ids(head.first("message-id") or "")
    return Mail(
        sender=sender,
        sender_problem=problem,
        to=_everybody(head.headers, "to"),
        cc=_everybody(head.headers, "cc"),
        reply_to=_everybody(head.headers, "reply-to"),
        subject=words(subject or ""),
        message_id=ids[0] if ids else None,
        in_reply_to=message_ids(head.first("in-reply-to") or ""),
        references=message_ids(head.first("references") or ""),
        date=date_of(head.first("date")),
        headers=head.headers,
        text=reader.body.text,
        hidden=reader.body.hidden,
        quoted=reader.body.quoted,
        attachments=tuple(_described(raw, part) for part in sorted(reader.attached, key=lambda part: part.number)),
        oddities=tuple(dict.fromkeys([*head.oddities, *reader.oddities])),
        content_types=tuple(part.media_type for part in parts),
    )


def attachment_bytes(raw: bytes, part: int) -> bytes:
    """The decoded bytes of the part numbered `part` in walking order (Attachment.part).

    Raises Unreadable as parse() does, IndexError if there is no such part.
    """
    return content_of(raw, parts_of(raw)[part])[0]


def _everybody(headers: tuple[tuple[str, str], ...], name: str) -> tuple[Address, ...]:
    """All addresses of all headers `name`; what is no address, and what is past the cap, is left out."""
    found = (address for key, value in headers if key == name for address in mailboxes(value)[0])
    return tuple(islice(found, MAX_ADDRESSES))


def _described(raw: bytes, part: Part) -> Attachment:
    content = content_of(raw, part)[0]
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(part.number, _safe_name(part), part.media_type, len(content), digest)


def _safe_name(part: Part) -> str:
    """The file's own name without folders, control characters and leading dots, else its number."""
    name = words(file_name(part)).replace("\\", "/").rpartition("/")[2]
    return _PATH.sub(" ", name).strip(" .")[-_NAME_LENGTH:] or f"part-{part.number}"
