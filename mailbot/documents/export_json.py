"""The copy of a person's data for machines (GDPR art. 15 and 20): JSON, complete."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date

from mailbot.core.values import Export, File, HoldingData, Organisation, Scalar
from mailbot.documents.labels import Labels

BASES = {"access": "GDPR (EU) 2016/679, art. 15", "portability": "GDPR (EU) 2016/679, art. 20"}
"""The article that each sort of copy rests on."""


def export_json(export: Export, organisation: Organisation, words: Labels, sort: str = "access") -> File:
    """Return everything held as one JSON file (UTF-8), with the information of art. 15(1) in `words`.

    Dates are ISO 8601, bytes base64 under the key "base64"; the same export gives the same bytes.
    """
    content = b"".join(json_parts(export, organisation, words, sort))
    return File(f"{stem(export, words, sort)}.json", "application/json", content)


def stem(export: Export, words: Labels, sort: str = "access") -> str:
    """The name of a file without its ending."""
    return f"{words.file_name}-{export.as_of:%Y-%m-%d}{'' if sort == 'access' else '-art20'}"


def json_parts(export: Export, organisation: Organisation, words: Labels, sort: str = "access") -> Iterator[bytes]:
    """The file piece by piece, one piece a record: however many there are, they are never in memory at once."""
    head = {
        "title": words.title,
        "legal_basis_of_this_copy": BASES[sort],
        "language": export.language,
        "as_of": export.as_of.isoformat(),
        "controller": _controller(organisation),
        "person": _person(export),
    }
    tail = {
        "automated_decisions_and_transfers": words.automated,
        "rights": words.rights.format(organisation.contact),
        "complaint": words.complaint,
    }
    yield _members(head).encode(errors="replace")
    yield b',\n"holdings": ['
    for number, holding in enumerate(export.holdings):
        yield b",\n" if number else b"\n"
        yield from _holding(holding, words)
    yield b"\n],\n"
    yield f"{_members(tail)[2:]}\n}}\n".encode(errors="replace")


def _members(value: Mapping[str, object]) -> str:
    """An object that stays open at its end."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)[:-2]


def _controller(organisation: Organisation) -> Mapping[str, str]:
    return {
        "name": organisation.name,
        "controller": organisation.controller,
        "address": organisation.address,
        "contact": organisation.contact,
        "country": organisation.country,
    }


def _person(export: Export) -> Mapping[str, object]:
    person = export.person
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "emails": person.emails,
        "phones": person.phones,
        "company": person.company,
    }


def _holding(holding: HoldingData, words: Labels) -> Iterator[bytes]:
    names = [column.name for column in holding.columns]
    head = {
        "name": holding.name,
        "title": holding.title,
        "purpose": holding.purpose,
        "legal_basis": {"code": holding.basis, "text": words.bases[holding.basis]},
        "recipients": holding.recipients,
        "retention": holding.retention,
        "source": holding.source,
        "columns": [
            {
                "name": column.name,
                "title": column.title,
                "category": column.category,
                "provided_by_you": column.provided,
            }
            for column in holding.columns
        ],
    }
    yield f'{_members(head)},\n  "records": ['.encode(errors="replace")
    for number, row in enumerate(holding.rows):
        record = dict(zip(names, map(_value, row), strict=True))
        line = json.dumps(record, ensure_ascii=False, allow_nan=False)
        yield f"{',' if number else ''}\n    {line}".encode(errors="replace")
    yield b"\n  ]\n}"


def _value(value: Scalar) -> object:
    match value:
        case bytes():
            return {"base64": base64.b64encode(value).decode("ascii")}
        case date():  # and datetime
            return value.isoformat()
        case float() if not math.isfinite(value):  # JSON has no word for it
            return str(value)
    return value
