"""Ask for proof: put the question to the address on file, where no machine did or its answer did not settle it."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailbot.actions.changing import changing, end_questions, living, take_back, waiting
from mailbot.actions.finding import Refused, request_named
from mailbot.core.address import normalise
from mailbot.core.keyed import code, token
from mailbot.core.letters.draft import Section
from mailbot.core.moments import iso
from mailbot.core.plan import Planned, ordered
from mailbot.core.values import Kind
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow

_ELSEWHERE = frozenset({Kind.DIRECTIVE, Kind.HEIR, Kind.AUTHORITY, Kind.UNSUBSCRIBE})
"""A directive's question restates it, the others are not proved by the person's own mailbox or need no proof."""


def ask_proof(house: House, named: str, by: str, now: datetime) -> str:
    """Plan the question to the address on file, to look at and release; `REF/N`. Raises Refused.

    What was planned on the asks is taken back; a yes of the person lets them go on (rule 5 of the rules that never
    bend). A routine question does not stop the clock: a stated doubt does, `mailbot doubt`.
    """
    request = request_named(house, named)
    kinds = ordered(frozenset(Kind(kind) for kind in living(house, request)) - _ELSEWHERE)
    if not request.address:
        raise Refused(f"{request.reference}: no address on file to ask; `mailbot attribute {request.reference} …`")
    if not kinds:
        raise Refused(f"{request.reference}: nothing is open there that a question to the address on file would prove")
    with changing(house):
        n = house.store.releases.next_n(request.id)
        entries = take_back(house, request, waiting(house, request, kinds), by, now)
        end_questions(house, request, "asked again", now)
        house.store.requests.move(request.id, map(str, kinds), "replan")
        house.store.requests.move(request.id, map(str, kinds), "challenged")
        row = write_release(house, request, _question(house, request, kinds, n, now), n, now)
        _keep(house, request, n, now)
        details = {"release": n, "purpose": "question", "asks": [str(kind) for kind in kinds], "hash": row["hash"]}
        house.store.journal.append(now, [*entries, Entry("release.planned", request.reference, by, details)])
    return f"{request.reference}/{n}"


def _question(house: House, request: RequestRow, kinds: tuple[Kind, ...], n: int, now: datetime) -> Planned:
    expires = house.local_day(now + timedelta(days=house.settings.challenge_days))
    facts = {"code": code(house.key, f"{request.reference}/{n}"), "expires": expires, "asks": kinds}
    section = Section(None, "challenge", facts)
    return Planned("question", (), sections=(section,), recipient=request.address, reason="a human asks for proof")


def _keep(house: House, request: RequestRow, n: int, now: datetime) -> None:
    """What the answer is known by."""
    release = next(row for row in house.store.releases.of_requests([request.id])[request.id] if row.n == n)
    name = f"{request.reference}/{n}"
    row = {
        "request_id": request.id,
        "release_id": release.id,
        "address": normalise(request.address or ""),
        "message_id": message_id(house, token(house.key, name)),
        "code": code(house.key, name),
        "expires": iso(now + timedelta(days=house.settings.challenge_days + 1)),
    }
    house.store.challenges.add([row])
