"""What the journal says of a request or of the house, in the words of whoever looks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mailbot.console.visit import facts
from mailbot.console.wording import Words
from mailbot.steps.house import House

_TOLD = (
    *("release", "purpose", "asks", "added", "ended", "ground", "proof", "person", "channel", "to", "into", "from"),
    *("how", "place", "until", "directive", "because"),
)
"""Details of an entry that the timeline of a request tells: no hashes, no codes."""
_BARE = frozenset({"release", "purpose", "asks", "ground", "proof", "channel", "because"})
"""Those that need no name before them."""


def timeline(house: House, reference: str, words: Words) -> list[dict[str, Any]]:
    """What happened to a request, the latest first."""
    rows = list(house.store.journal.entries(reference))
    return [
        {
            "at": row["at"],
            "event": row["event"],
            "by": json.loads(row["entry"])["by"],
            "details": _told(facts(row), words),
        }
        for row in reversed(rows)
    ]


def _told(details: Mapping[str, Any], words: Words) -> str:
    found = {key: told(key, details[key], words) for key in _TOLD if details.get(key) not in (None, [], "")}
    return ", ".join(text if key in _BARE else f"{words.named('detail', key)} {text}" for key, text in found.items())


def told(key: str, value: object, words: Words) -> str:
    """One detail of an entry for people: kinds, purposes and reasons in words, values of other kinds as they are."""
    if isinstance(value, Mapping):
        return ", ".join(f"{words.worded(str(name))} {told('', one, words)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(told(key, one, words) for one in value)
    if key == "release":
        return f"/{value}"
    if key in {"purpose", "outcome"}:
        return words.named(key, value)
    return words.plainly(str(value)) if key == "because" else words.worded(str(value))
