"""Keys of persons at rest: JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mailbot.core.values import PersonRef
from mailbot.store.rows import RequestRow

POST = "post:"
"""What stands before a postal address where else a mail address does."""


def refs_to_json(refs: Sequence[PersonRef]) -> str:
    """The keys as JSON text."""
    return json.dumps([{"kind": ref.kind, "key": [list(pair) for pair in ref.key]} for ref in refs], default=str)


def refs_from_json(text: str | None) -> tuple[PersonRef, ...]:
    """The keys that refs_to_json() wrote."""
    values = json.loads(text or "[]")
    return tuple(PersonRef(value["kind"], tuple((name, part) for name, part in value["key"])) for value in values)


def posted(request: RequestRow) -> str | None:
    """Where a named human said that the answer is posted to, if it came by letter; the address's lines."""
    lines = json.loads(request.fields).get("post")
    return f"{POST}{lines}" if lines else None


def is_posted(recipient: str | None) -> bool:
    """Whether what goes there is printed and posted, not mailed."""
    return bool(recipient) and str(recipient).startswith(POST)
