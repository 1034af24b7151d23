"""Correct the values that were read: what is to be changed in the client database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting
from mailbot.actions.finding import Refused, request_named
from mailbot.core.printed import fields_to_json
from mailbot.core.values import Change, Fields, Kind
from mailbot.steps.house import House
from mailbot.store.journal import Entry

FIELDS = ("last_name", "first_name", "email", "phone", "company", "site_contact", "address", "other")
"""What a rectification may be about (core/values.py, Change)."""


def amend(house: House, named: str, changes: Sequence[Change], by: str, now: datetime) -> None:
    """Say what a rectification really asks to change; its answer is proposed anew. Raises Refused.

    The journal names the fields, never their values.
    """
    request = request_named(house, named)
    if Kind.RECTIFICATION not in living(house, request) or Kind.RECTIFICATION in leaving(house, request):
        raise Refused(f"{request.reference}: no rectification is open there")
    if not changes or any(change.field not in FIELDS or not change.new for change in changes):
        raise Refused(f"{request.reference}: name a field ({', '.join(FIELDS)}) and its new value")
    stored = json.loads(request.fields)
    read = fields_to_json(Fields(changes=tuple(changes)))
    with changing(house):
        entries = take_back(house, request, waiting(house, request, [Kind.RECTIFICATION]), by, now)
        fields = json.dumps({**stored, **read}, ensure_ascii=False)
        house.store.requests.move(request.id, [Kind.RECTIFICATION], "replan")
        house.store.requests.update(request.id, fields=fields, preparing=1)
        details = {"fields": sorted({change.field for change in changes})}
        house.store.journal.append(now, [*entries, Entry("request.amended", request.reference, by, details)])
