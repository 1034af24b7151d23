"""Answer in words of one's own, where the machine has nothing to propose or proposes something else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting, writable
from mailbot.actions.editing import edit
from mailbot.actions.finding import Refused, request_named
from mailbot.core.plan import Planned, ordered
from mailbot.core.values import Kind
from mailbot.steps.house import House
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry


def answer(house: House, named: str, kinds: Iterable[Kind], text: str, by: str, now: datetime) -> str:
    """Plan an answer to these asks in the words of `text`, to look at and release; `REF/N`. Raises Refused.

    What was planned on them is taken back; it changes nothing in the client database. The asks are done once it left.
    """
    request = request_named(house, named)
    open_now = living(house, request)
    wanted = ordered(frozenset(kinds))
    if strange := sorted(set(wanted) - set(open_now) | set(wanted) & leaving(house, request)):
        raise Refused(f"{request.reference}: {', '.join(strange)} is not open there; open are {', '.join(open_now)}")
    if not wanted or not text.strip():
        raise Refused(f"{request.reference}: say what is answered, and in which words")
    planned = Planned("by_hand", wanted, recipient=writable(request), reason="written by staff")
    with changing(house):
        n = house.store.releases.next_n(request.id)
        entries = take_back(house, request, waiting(house, request, wanted), by, now)
        house.store.requests.move(request.id, map(str, wanted), "replan")
        house.store.requests.move(request.id, map(str, wanted), "planned")
        row = write_release(house, request, planned, n, now)
        rest = set(open_now) - set(wanted)
        house.store.requests.update(request.id, preparing=int(bool(rest)))
        details = {"release": n, "purpose": "by_hand", "asks": [str(kind) for kind in wanted], "hash": row["hash"]}
        house.store.journal.append(now, [*entries, Entry("release.planned", request.reference, by, details)])
        edit(house, f"{request.reference}/{n}", text, by, now)
    return f"{request.reference}/{n}"
