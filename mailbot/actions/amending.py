"""Correct the values that were read: what is to be changed in the client database, what a directive wishes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from mailbot.actions.changing import changing, end_questions, leaving, living, take_back, waiting
from mailbot.actions.finding import Refused, request_named
from mailbot.core.mapping.mapshape import in_language
from mailbot.core.printed import fields_to_json
from mailbot.core.values import Change, Fields, Kind
from mailbot.core.will import WISHES, entries
from mailbot.steps.asking import put
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow

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


def amend_directive(
    house: House, named: str, wished: Mapping[str, Sequence[str]], executor: str | None, by: str, now: datetime
) -> tuple[str, ...]:
    """Say what a directive really wishes: holdings by wish, none of them for all; the scope as registered.

    The person is shown it and asked again: the law wants his specific consent to what is registered (loi 78-17
    art. 85-I). Raises Refused.
    """
    request = request_named(house, named)
    if Kind.DIRECTIVE not in living(house, request) or Kind.DIRECTIVE in leaving(house, request):
        raise Refused(f"{request.reference}: no directive is open there")
    if not wished or (strange := sorted(set(wished) - set(WISHES))):
        about = f"{request.reference}: {', '.join(strange)}" if wished else request.reference
        raise Refused(f"{about}: allowed are {', '.join(WISHES)}")
    if request.address is None:
        raise Refused(f"{request.reference}: no address on file to ask; `mailbot attribute {request.reference} …`")
    scope = entries({wish: _titles(house, request, titles) for wish, titles in wished.items()})
    read = {"wishes": [wish for wish in WISHES if wish in wished], "scope": list(scope)}
    stored = {**json.loads(request.fields), **read, **({"executor": executor} if executor else {})}
    with changing(house):
        entries_ = take_back(house, request, waiting(house, request, [Kind.DIRECTIVE]), by, now)
        end_questions(house, request, "amended", now)
        house.store.requests.update(request.id, fields=json.dumps(stored, ensure_ascii=False))
        house.store.requests.move(request.id, [Kind.DIRECTIVE], "replan")
        house.store.requests.move(request.id, [Kind.DIRECTIVE], "challenged")
        asked = put(house, house.store.requests.get(request.id), None, now)
        details = {"fields": sorted(read), "wishes": read["wishes"], "holdings": len(scope)}
        amended = Entry("request.amended", request.reference, by, details)
        house.store.journal.append(now, [*entries_, amended, *asked])
    return scope


def _titles(house: House, request: RequestRow, wanted: Sequence[str]) -> list[str]:
    """Titles of holdings in the person's language, from titles in any; raises Refused for one that there is not."""
    kinds = {ref.kind for ref in refs_from_json(request.person)}
    known = [titles for kind in sorted(kinds) for titles in house.settings.holdings.get(kind, ())]
    found = []
    for name in wanted:
        one = next((titles for titles in known if name.strip() in titles.values()), None)
        if one is None:
            shown = "; ".join(in_language(titles, request.language) for titles in known)
            raise Refused(f"{name}: the data map has no such holding; allowed are {shown}")
        found.append(in_language(one, request.language))
    return found
