"""What the journal says of a request or of the house, in the words of whoever looks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from mailbot.console.visit import Visit, facts
from mailbot.steps.house import House

_TOLD = (
    *("release", "purpose", "asks", "added", "ended", "ground", "proof", "person", "channel", "to", "into", "from"),
    *("how", "place", "until", "directive", "because"),
)
"""Details of an entry that the timeline of a request tells: no hashes, no codes."""
_NAMED = {"purpose": "purpose", "outcome": "outcome", "aligned": "checked", "because": "doubt"}
"""Details whose values have words, and where these stand."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d.*)?")
_BARE = frozenset({"release", "purpose", "asks", "ground", "proof", "channel", "because"})
"""Those that need no name before them."""


def timeline(house: House, reference: str, visit: Visit) -> list[dict[str, Any]]:
    """What happened to a request, the latest first."""
    rows = list(house.store.journal.entries(reference))
    return [
        {
            "at": row["at"],
            "event": row["event"],
            "by": json.loads(row["entry"])["by"],
            "details": _told(facts(row), visit),
        }
        for row in reversed(rows)
    ]


def _told(details: Mapping[str, Any], visit: Visit) -> str:
    words = visit.words
    found = {key: told(key, details[key], visit) for key in _TOLD if details.get(key) not in (None, [], "")}
    return ", ".join(text if key in _BARE else f"{words.named('detail', key)} {text}" for key, text in found.items())


def told(key: str, value: object, visit: Visit) -> str:
    """One detail of an entry for people: kinds, purposes, days and reasons in words, all else as it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{visit.words.worded(str(name))} {told('', one, visit)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(told(key, one, visit) for one in value)
    return _plain(key, str(value), visit)


def _plain(key: str, value: str, visit: Visit) -> str:
    words = visit.words
    if found := _TIME.fullmatch(value):
        return visit.at(value) if found[1] else visit.day(value)
    if f"{_NAMED.get(key)}.{value}" in words.texts:
        return words.named(_NAMED[key], value)
    if key == "release":
        return f"/{value}"
    return words.plainly(value) if key == "because" else words.worded(value)
