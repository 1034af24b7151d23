"""queue, show, raw: what waits, and what it is."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from mailbot.actions.finding import message_named, release_named, request_named
from mailbot.actions.looking import Whole, queue, whole
from mailbot.cli.frame import (
    Json,
    Ref,
    cell,
    command,
    fail,
    looking,
    opened,
    print_json,
    print_rows,
    say,
)
from mailbot.core.canonical import action_from_json
from mailbot.core.values import Notify, RegisterDirective, RowsErase, RowUpdate, Suppress
from mailbot.store.rows import ReleaseRow

SHA256 = re.compile(r"[0-9a-f]{64}")  # a SHA-256
_COLUMNS = ("ref", "release", "asks", "state", "person", "proof", "due", "legal_end", "hash", "reason")


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("queue")(queue_command)
    app.command()(show)
    app.command()(raw)


@command
def queue_command(as_json: Json = False) -> None:  # noqa: FBT002
    """List what waits: releases for a yes, requests for staff or for the person, messages nobody could read."""
    with opened() as house:
        looking(house)
        rows = [asdict(row) for row in queue(house)]
    shown = [{**row, "hash": row["hash"][:12] if row["hash"] else None} for row in rows]
    print_rows(rows if as_json else shown, _COLUMNS, as_json=as_json, empty="nothing waits")


@command
def show(ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002
    """Show one request whole: what was asked, who asks, what would change and leave, until when."""
    with opened() as house:
        looking(house)
        if ref.startswith("m"):
            print_json(asdict(message_named(house, ref)))
            return
        request = (release_named(house, ref) if "/" in ref else (request_named(house, ref),))[0]
        found = whole(house, request)
    if as_json:
        print_json(_printable(found))
    else:
        say(*lines_of(found))


def _printable(found: Whole) -> dict[str, Any]:
    """A request as one JSON object."""
    request = asdict(found.request)
    request["fields"] = json.loads(found.request.fields)
    return {
        **request,
        "ref": found.request.reference,
        "state": found.state,
        "asks": [{**asdict(ask), "evidence": json.loads(ask.evidence)} for ask in found.asks],
        "releases": [_release_json(found, release) for release in found.releases],
        "messages": [
            {
                "id": f"m{m.id}",
                "state": m.state,
                "subject": m.subject,
                "arrived": m.arrived,
                "aligned": m.aligned,
                "authenticity": m.authenticity,
            }
            for m in found.messages
        ],
        "notes": list(found.notes),
    }


def _release_json(found: Whole, release: ReleaseRow) -> dict[str, Any]:
    reply = found.replies.get(release.id)
    return {
        **asdict(release),
        "asks": json.loads(release.asks),
        "actions": json.loads(release.actions),
        "letter": json.loads(release.letter) if release.letter else None,
        "reply": asdict(reply) if reply else None,
    }


def lines_of(found: Whole) -> list[str]:
    """A request for people."""
    request = found.request
    lines = [
        f"{request.reference}  {found.state}  due {request.due} (legal end {request.legal_end})",
        f"  from {cell(request.sender or 'unknown')}: {cell(request.person_name or request.found)}",
        f"  proof {request.proof}, aligned {request.aligned}",
    ]
    lines += [f"  why: {request.reason}"] if request.reason else []
    for ask in found.asks:
        told = ", ".join(f"“{e['text']}” ({e['rule']})" for e in json.loads(ask.evidence)) or "-"
        part = "".join(f", {word}" for word in (ask.scope, ask.wanted if ask.wanted != "now" else None) if word)
        lines.append(f"  ask {ask.kind}: {ask.status} {ask.outcome} (confidence {ask.confidence:.2f}{part}) {told}")
    for message in found.messages:
        lines.append(f"  message m{message.id} of {message.arrived[:16]}: {cell(message.subject or '(no subject)')}")
        lines.append(
            f"    sender: aligned {message.aligned or 'unknown'}: {message.authenticity or 'not looked at yet'}"
        )
    for release in found.releases:
        lines += _release_lines(found, release)
    return [*lines, *(f"  note {note['at'][:16]} {note['author']}: {note['body']}" for note in found.notes)]


def _release_lines(found: Whole, release: ReleaseRow) -> list[str]:
    reply = found.replies.get(release.id)
    sent = f", mail {reply.status} {reply.because}".rstrip() if reply else ""
    lines = [f"  release {found.request.reference}/{release.n} {release.purpose}: {release.status}{sent}"]
    lines += [f"    needs a look: {release.reason}"] if release.reason else []
    lines += [f"    {line}" for line in action_lines(release)]
    if release.status in {"planned", "blocked"} and release.letter:
        letter = json.loads(release.letter)
        lines += [f"    to {release.recipient}", f"    subject: {letter['subject']}"]
        lines += [f"    | {line}" for line in letter["text"].splitlines()]
        lines += [f"    file {file['name']} ({file['size']} bytes)" for file in letter["files"]]
        lines += [f"    hash {release.hash}"]
    return lines


def action_lines(release: ReleaseRow) -> list[str]:
    """What a release would change, old to new."""
    lines = []
    for value in json.loads(release.actions):
        action = action_from_json(json.dumps(value))
        if isinstance(action, RowUpdate):
            lines += [f"change {action.table}.{c.column}: {c.old!r} → {c.new!r}" for c in action.cells]
        elif isinstance(action, RowsErase):
            lines.append(_erased(action))
        elif isinstance(action, Notify):
            lines += [f"tell {action.recipient} <{action.address}> (GDPR art. 19): {action.subject}"]
            lines += [f"| {line}" for line in action.text.splitlines()]
        elif isinstance(action, Suppress):
            lines.append(f"no promotional mail to {action.address} any more")
        elif isinstance(action, RegisterDirective):
            lines.append(f"directive {action.number}: {action.action}")
    return lines


def _erased(action: RowsErase) -> str:
    """What an erasure does to rows of one table."""
    named = [f"{key}={value!r}" for *keys, _ in action.rows[:5] for key, value in zip(action.key, keys, strict=True)]
    which = f"{len(action.rows)} of {action.table} ({', '.join(named)}{', …' if len(action.rows) > len(named) else ''})"
    if not action.writes:
        return f"delete {which}"
    written = ", ".join(f"{column} → {value!r}" for column, value in action.writes)
    return f"overwrite {which}: {', '.join([written, *(f'{column} (never read)' for column, _ in action.blind)])}"


@command
def raw(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="A message such as m12, a request, or the SHA-256 of a kept file.")
    ],
) -> None:
    """Print the raw bytes of a received mail, as they came; on a terminal without what could steer it."""
    with opened() as house:
        looking(house)
        if SHA256.fullmatch(identity) and house.store.blobs.known([identity]):
            _print_raw(house.store.blobs.get(identity))
            return
        message = message_named(house, identity) if identity.startswith("m") else None
        if message is None:
            row = request_named(house, identity)
            message = house.store.messages.of_request(row.id)[0]
        if message.sha256 is None:
            fail(f"m{message.id} was too large to fetch: it lies in the mailbox")
        _print_raw(house.store.messages.raw([message])[message.id])


def _print_raw(content: bytes) -> None:
    if sys.stdout.isatty():
        say(content.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))
    else:
        sys.stdout.buffer.write(content)
