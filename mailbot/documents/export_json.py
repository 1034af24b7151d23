"""The copy of a person's data for machines (GDPR art. 15 and 20): JSON, complete."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import date

from mailbot.core.values import Export, File, HoldingData, Organisation, Scalar
from mailbot.documents.labels import Labels


def export_json(export: Export, organisation: Organisation, words: Labels) -> File:
    """Return everything held as one JSON file (UTF-8), with the information of art. 15(1) in `words`.

    Dates are ISO 8601, bytes base64 under the key "base64"; the same export gives the same bytes.
    """
    content = {
        "title": words.title,
        "legal_basis_of_this_copy": "GDPR (EU) 2016/679, art. 15",
        "language": export.language,
        "as_of": export.as_of.isoformat(),
        "controller": _controller(organisation),
        "person": _person(export),
        "holdings": [_holding(holding, words) for holding in export.holdings],
        "automated_decisions_and_transfers": words.automated,
        "rights": words.rights.format(organisation.contact),
        "complaint": words.complaint,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    name = f"{words.file_name}-{export.as_of:%Y-%m-%d}.json"
    return File(name, "application/json", f"{text}\n".encode(errors="replace"))


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


def _holding(holding: HoldingData, words: Labels) -> Mapping[str, object]:
    names = [column.name for column in holding.columns]
    return {
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
        "records": [dict(zip(names, map(_value, row), strict=True)) for row in holding.rows],
    }


def _value(value: Scalar) -> object:
    match value:
        case bytes():
            return {"base64": base64.b64encode(value).decode("ascii")}
        case date():  # and datetime
            return value.isoformat()
        case float() if not math.isfinite(value):  # JSON has no word for it
            return str(value)
    return value
