"""Bytes as they are: received mails and attachments as inert downloads, the files of our own letters to look at."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from starlette.responses import Response

from mailbot.actions import copying, posting
from mailbot.actions.evidence import evidence as make_evidence
from mailbot.actions.finding import message_named, request_named
from mailbot.console.pages.queue import counted
from mailbot.console.visit import NotHere, Page, Visit
from mailbot.core.parse import Unreadable, attachment_bytes, parse
from mailbot.core.roles import Right

_OURS = {"application/pdf": "application/pdf", "application/json": "text/plain; charset=utf-8"}
"""What our own files are shown as; whatever strangers sent is only ever saved."""
_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def raw(visit: Visit) -> Response:
    """A received mail, byte for byte."""
    row = message_named(visit.desk.house, visit.part("ref"))
    return _saved(_bytes(visit, row.sha256), f"{visit.part('ref')}.eml")


def attachment(visit: Visit) -> Response:
    """One attached file of a received mail, as a download that no browser opens by itself."""
    row = message_named(visit.desk.house, visit.part("ref"))
    content = _bytes(visit, row.sha256)
    number = visit.part("part")
    try:
        found = next(one for one in parse(content).attachments if str(one.part) == number)
    except (Unreadable, StopIteration):
        raise NotHere from None
    return _saved(attachment_bytes(content, found.part), found.name or f"part-{number}")


def ours(visit: Visit) -> Response:
    """A file of a letter that we planned: the PDF opens in the browser, exactly as it will leave."""
    house = visit.desk.house
    request = request_named(house, visit.part("ref"))
    wanted = visit.part("sha256")
    for release in house.store.releases.of_requests([request.id])[request.id]:
        for file in json.loads(release.letter or "{}").get("files", ()):
            if file["sha256"] == wanted:
                return _viewed(_bytes(visit, wanted), file["name"], file["media_type"])
    raise NotHere


def printed(visit: Visit) -> Response:
    """The letter of an answer by post, exactly as released, to print."""
    named = f"{visit.part('ref')}/{visit.part('n')}"
    file = posting.pages(visit.desk.house, named)[0]
    return _viewed(file.content, file.name, file.media_type)


def receipt(visit: Visit) -> Response:
    """The dated receipt of a request made on the spot, to sign and hand over (decree 2019-536 art. 77)."""
    file = posting.receipt_of(visit.desk.house, visit.part("ref"), visit.by, visit.now)
    return _viewed(file.content, file.name, file.media_type)


def evidence(visit: Visit) -> Response:
    """The evidence pack of a request, for the authority; making it is journalled."""
    ref, house = visit.part("ref"), visit.desk.house
    language = visit.words.language if visit.words.language in house.evidence else next(iter(house.evidence))
    return _saved(make_evidence(house, ref, language, visit.by, visit.now), f"{ref}.zip")


def password(visit: Visit) -> Response:
    """The password of an encrypted copy, to be told by phone to a number on file: shown once, and journalled."""
    told = copying.tell_password(visit.desk.house, visit.part("ref"), visit.by, visit.now)
    return visit.show("password.html", told_by_phone=told, **counted(visit))


def kept(visit: Visit) -> Response:
    """A scan that staff kept with a request: named in a note of it."""
    house = visit.desk.house
    request = request_named(house, visit.part("ref"))
    wanted = visit.part("sha256")
    for note in house.store.requests.notes(request.id):
        match = re.fullmatch(r"file (.*): `mailbot raw ([0-9a-f]{64})`", note["body"], re.DOTALL)
        if match and match[2] == wanted:
            return _saved(_bytes(visit, wanted), match[1])
    raise NotHere


def _bytes(visit: Visit, digest: str | None) -> bytes:
    try:
        return visit.desk.house.store.blobs.get(digest or "")
    except KeyError:
        raise NotHere from None


def _saved(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": _disposition("attachment", name), "Content-Security-Policy": _POLICY}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _viewed(content: bytes, name: str, media_type: str) -> Response:
    shown = _OURS.get(media_type)
    if shown is None:
        return _saved(content, name)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"  # the PDF viewer
    )
    headers = {"Content-Disposition": _disposition("inline", name), "Content-Security-Policy": policy}
    return Response(content, media_type=shown, headers=headers)


def _disposition(how: str, name: str) -> str:
    """RFC 6266: a plain name for old browsers, the true one percent-encoded; no byte of it can end the header."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80] or "file"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name[:120], safe='')}"


PAGES = (
    Page("/m/{ref}/raw", raw, Right.READ, look="raw mail"),
    Page("/m/{ref}/part/{part}", attachment, Right.READ, look="attachment"),
    Page("/r/{ref}/file/{sha256}", ours, Right.READ, look="file"),
    Page("/r/{ref}/print/{n}", printed, Right.READ, look="file"),
    Page("/r/{ref}/evidence", evidence, Right.READ, post=True, look="evidence"),
    Page("/r/{ref}/password", password, Right.RELEASE, post=True, look="password"),
    Page("/r/{ref}/receipt", receipt, Right.PREPARE, post=True, look="file"),
    Page("/r/{ref}/scan/{sha256}", kept, Right.READ, look="scan"),
)
