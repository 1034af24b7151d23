"""A doubt about who asks: an identification that failed or contradicts itself, which the first letter states.

GDPR art. 12(6): extra information only where there are reasonable doubts. Decree 2019-536 art. 77: the time is
suspended while it is asked for. A question that only does what the risk of a right asks for (a routine challenge) is no
doubt and suspends nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.identify import Found, Known
from mailbot.core.values import Aligned, Kind, Reading

OTHERS = frozenset({Kind.HEIR, Kind.AUTHORITY})
"""The kinds that concern another than the writer: their acknowledgements are the same for everybody."""


class Because(StrEnum):
    """Why it is doubtful who asks; `[identity] doubts` of rules/policy.toml names which of them suspend the time."""

    UNALIGNED = "unaligned"  # the sender's address failed its check: the person on file may not have written at all
    SEVERAL = "several"  # the writing address is that of several persons on file
    UNKNOWN = "unknown"  # it is nobody's on file, and the mail gives no number of ours instead


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the person is told, and the asks whose clock stands from the day on which he is."""

    because: Because
    kinds: tuple[Kind, ...]


def stated(
    found: Found, aligned: Aligned, reading: Reading, waiting: Collection[Kind], challenged: Collection[Kind]
) -> Doubt | None:
    """The doubt about the person who asks, if there is one.

    `waiting`: the asks not settled by the first letter; `challenged`: those of them that he is asked to confirm. Who
    writes for another, or for several, is asked for a mandate: no doubt about himself. Unsubscribing never waits.
    """
    if reading.on_behalf or reading.persons > 1:
        return None
    doubtful = {
        Because.SEVERAL: found.known is Known.SEVERAL,
        Because.UNKNOWN: found.known is Known.UNKNOWN and not reading.fields.references,
        Because.UNALIGNED: found.known is Known.KNOWN and aligned is Aligned.NO,
    }
    because = next((one for one, holds in doubtful.items() if holds), None)
    asked = challenged if because is Because.UNALIGNED else waiting
    kinds = tuple(kind for kind in asked if kind not in OTHERS and kind is not Kind.UNSUBSCRIBE)
    return Doubt(because, kinds) if because and kinds else None
