"""Prove: one request as an evidence pack for the authority (GDPR art. 5(2) and 58(1)), with its part of the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mailbot.actions.finding import Refused, request_named
from mailbot.actions.looking import Whole, whole
from mailbot.core.canonical import canonical
from mailbot.core.letters.compose import stamp
from mailbot.core.moments import moment
from mailbot.documents.evidence import Part, contents, pack, said_of
from mailbot.documents.evidence_case import Case
from mailbot.documents.verify_evidence import MADE, Broken, check
from mailbot.steps.house import House
from mailbot.steps.perform import actions_of
from mailbot.store.chain import Head
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow, MessageRow, ReleaseRow
from mailbot.store.sealing import opened


def evidence(house: House, named: str, language: str, by: str, now: datetime) -> bytes:
    """The pack of one request as a ZIP archive that its own verifier has checked. Raises Refused.

    Making it is journalled: its last entry binds every file, so that no byte of the pack can be changed afterwards.
    """
    if language not in house.evidence:
        raise Refused(f"{language}: an index is written in {', '.join(sorted(house.evidence))}")
    found = whole(house, request_named(house, named))
    reference = found.request.reference
    own = list(_own_entries(house, reference, _messages(house, found, reference)))
    if not own:
        raise Refused(
            f"{reference}: its entries lie in a year that was dropped ([retention] journal): nothing proves it"
        )
    start = _start(house, own[0]["n"])
    files = contents(_case(house, found, own, start, language, now), house.evidence[language])
    with house.store.transaction():
        details = {"files": said_of(files), "language": language}
        house.store.journal.append(now, [Entry(MADE, reference, by, details)])
    made = pack(files, _part(house, start, {entry["n"] for entry in own}, reference), reference, now)
    try:
        check(made)
    except Broken as fault:
        raise Refused(f"no sound pack can be made ({fault}): look with `mailbot journal --verify`") from None
    return made


# --- what belongs to it -----------------------------------------------------------------------------------------------


def _messages(house: House, found: Whole, reference: str) -> list[MessageRow]:
    """Its mails, and the returned ones that its entries name."""
    told = [json.loads(row["entry"])["details"].get("message") for row in house.store.journal.entries(reference)]
    rows = [*found.messages, *house.store.messages.by_hashes(filter(None, told))]
    return sorted({row.id: row for row in rows}.values(), key=lambda row: (row.arrived, row.id))


def _own_entries(house: House, reference: str, messages: Iterable[MessageRow]) -> Iterator[dict[str, Any]]:
    """Its entries, and those of its mails from before they were its own."""
    hashes = {row.sha256 for row in messages if row.sha256}
    for row in house.store.journal.entries():
        if row["reference"] == reference:
            yield json.loads(row["entry"])
        elif '"message":' in row["entry"]:
            entry = json.loads(row["entry"])
            if entry["details"].get("message") in hashes:
                yield entry


def _start(house: House, first: int) -> Head:
    """The last head before entry `first` that a witness was told, else where the journal begins."""
    heads = [head for head, _ in _witnessed(house) if head.n < first]
    return max([house.store.journal.start(), *heads], key=lambda head: head.n)


def _witnessed(house: House) -> Iterator[tuple[Head, str]]:
    """Each head that was handed to a witness, and on which day; those of dropped years left out."""
    begin = house.store.journal.start().n
    for row in house.store.journal.entries(event="notice.sent"):
        kind, *rest = json.loads(row["entry"])["details"]["about"].split()
        if kind == "witness":
            day, told = rest
            n, _, h = told.partition(":")
            if int(n) >= begin:
                yield Head(int(n), h), day


def _part(house: House, start: Head, own: set[int], reference: str) -> Part:
    """The journal from `start` to its head now: own entries whole, of all others their hash."""
    lines: list[dict[str, Any]] = []
    head = start
    for row in house.store.journal.entries(after=start.n):
        mine = row["n"] in own or row["reference"] == reference
        lines.append({"n": row["n"], "entry": row["entry"]} if mine else {"n": row["n"], "e": row["e"]})
        head = Head(row["n"], row["h"])
        if row["event"] == MADE and row["reference"] == reference and row["n"] > max(own, default=0):
            break
    told = {(str(one), day) for one, day in _witnessed(house) if start.n <= one.n <= head.n}
    witnessed = [{"head": one, "day": day} for one, day in sorted(told, key=lambda pair: pair[1])]
    journal = house.store.journal
    return Part(asdict(start), lines, str(head), witnessed, journal.key or "", journal.ends())


# --- in words ---------------------------------------------------------------------------------------------------------


def _case(house: House, found: Whole, own: list[dict[str, Any]], start: Head, language: str, now: datetime) -> Case:
    files: dict[str, bytes] = {}
    reasons = {release.n: release.reason for release in found.releases}
    request, reference = found.request, found.request.reference
    record = {
        **{name: value for name, value in asdict(request).items() if name not in {"id", "fields", "preparing"}},
        "fields": json.loads(request.fields),
        "state": found.state,
        "asks": [{**asdict(ask), "evidence": json.loads(ask.evidence)} for ask in found.asks],
        "received": list(_received(house, _messages(house, found, reference), own, files)),
        "sent": list(_sent(house, found, files)),
        "approvals": list(_approvals(found, files)),
        "decisions": [_decision(entry, reasons) for entry in own if entry["by"] not in {"mailbot", "person"}],
        "challenges": [
            {"address": one.address, "ended_at": one.ended_at, "ended": one.ended, "tries": one.tries}
            for one in house.store.challenges.of_request(request.id)
        ],
        "pauses": [asdict(pause) for pause in house.store.pauses.of_requests([request.id])[request.id]],
        "directives": [_directive(house, row) for row in _versions(house, request.id)],
        "notes": list(found.notes),
        "timeline": own,
    }
    return Case(house.settings.organisation.name, language, now, start.n + 1, record, files)


def _received(
    house: House, messages: Iterable[MessageRow], own: list[dict[str, Any]], files: dict[str, bytes]
) -> Iterator[dict[str, Any]]:
    """Each mail that came, and each scan that staff kept; the bytes go into `files`, unless they were purged."""
    for number, row in enumerate(messages, 1):
        raw = _kept(house, row.sha256)
        name = f"mails/received-{number}.eml" if raw is not None else None
        facts = {"sha256": row.sha256, "message_id": row.message_id, "sender": row.sender, "nature": row.nature}
        dates = {"arrived": row.arrived, "internaldate": row.received, "stored_at": row.stored_at}
        verdict = {"aligned": row.aligned, "why": row.authenticity, "state": row.state, "because": row.because}
        yield {"file": name, **facts, **dates, **verdict, "reading": json.loads(row.reading or "{}")}
        if name and raw is not None:
            files[name] = raw
    for number, entry in enumerate((entry for entry in own if "file" in entry["details"]), 1):
        raw = _kept(house, entry["details"]["file"])
        if raw is not None:
            name = f"mails/scan-{number}.bin"
            files[name] = raw
            verdict = {"aligned": None, "why": "entered by staff", "state": "registered", "because": ""}
            yield {"file": name, "sha256": entry["details"]["file"], "arrived": entry["at"], **verdict}


def _sent(house: House, found: Whole, files: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    """Each mail that was handed to the server, to the byte, and what the server said."""
    for release in found.releases:
        reply = found.replies.get(release.id)
        if reply is None or reply.dated is None:
            continue
        raw = _kept(house, reply.raw_sha256)
        name = f"mails/sent-{release.n}.eml" if raw is not None else None
        if name and raw is not None:
            files[name] = stamp(raw, moment(reply.dated))
        facts = {"release": release.n, "recipient": reply.recipient, "message_id": reply.message_id}
        ended = {"status": reply.status, "because": reply.because, "attempts": reply.attempts}
        yield {"file": name, "sha256": reply.raw_sha256, "at": reply.sent_at or reply.dated, **facts, **ended}


def _approvals(found: Whole, files: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    """What each released answer bound: recipient and changes as they were hashed with the mail."""
    for release in found.releases:
        mail = f"mails/sent-{release.n}.eml"
        if release.approved_at is None or (release.raw_sha256 and mail not in files):
            continue
        name = f"approvals/{release.n}.json"
        files[name] = canonical({"recipient": release.recipient or "", "actions": tuple(actions_of(release))})
        yield {"file": name, "mail": mail if release.raw_sha256 else None, **_who(release)}


def _who(release: ReleaseRow) -> dict[str, Any]:
    names = ("n", "purpose", "status", "reason", "approved_by", "approved_at", "planned_at", "as_of", "hash")
    return {"asks": json.loads(release.asks), **{name: getattr(release, name) for name in names}}


_UNTOLD = frozenset({"hash", "message", "files", "file", "login", "raw", "before", "after"})
"""What only machines need of an entry; the timeline in record.json has it whole."""


def _decision(entry: Mapping[str, Any], reasons: Mapping[int, str]) -> dict[str, Any]:
    """One step of a human or of policy with its facts in one line: of its entry, and why its release was looked at."""
    told = {key: value for key, value in entry["details"].items() if key not in _UNTOLD}
    told["reason"] = told.get("reason") or reasons.get(entry["details"].get("release", 0), "")
    why = "; ".join(f"{key}: {_plain(value)}" for key, value in told.items() if value not in (None, "", []))
    return {"n": entry["n"], "at": entry["at"], "event": entry["event"], "by": entry["by"], "why": why}


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    return str(value)


def _versions(house: House, request_id: int) -> list[DirectiveRow]:
    """All states of the directive that this request registered, changed or revoked."""
    rows = house.store.directives.all()
    persons = {row.person for row in rows if row.request_id == request_id}
    return [row for row in rows if row.person in persons]


def _directive(house: House, row: DirectiveRow) -> dict[str, Any]:
    return {**asdict(row), "wishes": json.loads(row.wishes), "wording": opened(house.key, row.wording)}


def _kept(house: House, digest: str | None) -> bytes | None:
    """The bytes, or None if they were purged or never kept."""
    try:
        return house.store.blobs.get(digest) if digest else None
    except KeyError:
        return None
