"""The evidence pack: everything that shows how one request was handled, and the means to check it without mailbot."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot.documents import verify_evidence
from mailbot.documents.evidence_case import Case
from mailbot.documents.evidence_words import EvidenceWords
from mailbot.documents.verify_evidence import JOURNAL, MANIFEST, RECORD, archive, listing, sha256

VERIFIER = Path(verify_evidence.__file__)


def contents(case: Case, words: EvidenceWords) -> dict[str, bytes]:
    """All files but journal and manifest, by name: index to read, record, mails, approvals, verifier."""
    from mailbot.documents.evidence_index import index_pdf  # noqa: PLC0415  # typesetting: loaded on use

    record = json.dumps(case.record, ensure_ascii=False, indent=1).encode()
    return {
        words.file_name: index_pdf(case, words),
        "verify.py": VERIFIER.read_bytes(),
        RECORD: record + b"\n",
        **case.files,
    }


def said_of(files: Mapping[str, bytes]) -> str:
    """What the journal says of a pack: one hash over names and hashes of its contents()."""
    return listing(dict(files))


@dataclass(frozen=True, slots=True)
class Part:
    """The journal's part: what it begins after, and each entry, whole or by its hash, as lines of JSON."""

    after: Mapping[str, Any]  # n and h of the head that it begins after
    lines: Sequence[Mapping[str, Any]]
    head: str  # N:HEX
    witnessed: Sequence[Mapping[str, str]]  # heads told to witnesses that lie in it
    key: str  # our public one, in hex
    ends: Sequence[Mapping[str, Any]] = ()  # signed ends of years: year, n, h, key, signature


def pack(files: Mapping[str, bytes], part: Part, reference: str, made: datetime) -> bytes:
    """The whole pack as bytes, files in a fixed order; the same content gives the same bytes."""
    lines = [{"after": part.after}, *part.lines]
    journal = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    whole = {**files, JOURNAL: journal}
    manifest = {
        "format": 1,
        "reference": reference,
        "made": made.isoformat(),
        "head": part.head,
        "witnessed": list(part.witnessed),
        "key": part.key,
        "ends": list(part.ends),
        "files": {name: sha256(content) for name, content in whole.items()},
    }
    return archive({MANIFEST: json.dumps(manifest, indent=1).encode("ascii"), **whole})
