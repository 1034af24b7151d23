"""Keys of persons at rest: JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mailbot.core.values import PersonRef


def refs_to_json(refs: Sequence[PersonRef]) -> str:
    """The keys as JSON text."""
    return json.dumps([{"kind": ref.kind, "key": [list(pair) for pair in ref.key]} for ref in refs], default=str)


def refs_from_json(text: str | None) -> tuple[PersonRef, ...]:
    """The keys that refs_to_json() wrote."""
    values = json.loads(text or "[]")
    return tuple(PersonRef(value["kind"], tuple((name, part) for name, part in value["key"])) for value in values)
