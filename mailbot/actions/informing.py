"""Tell a person how a request stands, in the words that every company needs; nothing is granted or refused by it."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.changing import changing, leaving, living, take_back, waiting, writable
from mailbot.actions.finding import Refused, request_named
from mailbot.actions.releasing import approve
from mailbot.core.letters.draft import Section
from mailbot.core.plan import Planned
from mailbot.core.values import Action, Kind, Suppress
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import RequestRow

OBJECTION_GRANTED = "objection_granted"
OUTCOMES = ("cannot_identify", "nothing_held", "mandate", "forwarded", "reminder", "not_kept", OBJECTION_GRANTED)
"""What staff may tell: templates/<language>/general/<outcome>.txt, objection/granted.txt."""

NAMED = frozenset({"known", "attributed"})
"""How a writer must have been found to be greeted by the name on file."""


def inform(house: House, named: str, outcome: str, text: str, by: str, now: datetime) -> str:
    """Plan a letter that tells `outcome`; `REF/N` of it, to look at and release. Raises Refused.

    "nothing_held" answers every open ask of a writer who is not on file (GDPR art. 15(1)); "objection_granted" an
    objection whose processing staff have ended (art. 21(1)), and stops what is promotional with it (art. 21(3)). The
    others settle nothing. `text` says what is special about the case, where the letter has room for it.
    """
    request = request_named(house, named)
    if outcome not in OUTCOMES:
        raise Refused(f"{outcome}: allowed are {', '.join(OUTCOMES)}")
    kinds = _answered(house, request, outcome)
    facts = {"reasons": text.strip() or None}
    granted = outcome == OBJECTION_GRANTED
    section = Section(Kind.OBJECTION, "granted", facts) if granted else Section(None, outcome, facts)
    actions = _stops(house, request) if granted else ()
    with changing(house):
        n = house.store.releases.next_n(request.id)
        entries = take_back(house, request, waiting(house, request, kinds), by, now) if kinds else []
        planned = _planned(request, section, kinds, outcome, actions)
        row = write_release(house, request, planned, n, now)
        house.store.requests.move(request.id, kinds, "planned")
        details = {"release": n, "purpose": planned.purpose, "outcome": outcome, "asks": kinds, "hash": row["hash"]}
        house.store.journal.append(now, [*entries, Entry("release.planned", request.reference, by, details)])
    return f"{request.reference}/{n}"


def _answered(house: House, request: RequestRow, outcome: str) -> list[str]:
    """The asks that a letter answers. Raises Refused."""
    if outcome == "nothing_held":
        if request.person:
            raise Refused(f"{request.reference} is of a person on file: answer with what is held")
        return sorted(living(house, request))
    if outcome != OBJECTION_GRANTED:
        return []
    if Kind.OBJECTION not in living(house, request) or Kind.OBJECTION in leaving(house, request):
        raise Refused(f"{request.reference}: no objection is open there")
    return [Kind.OBJECTION]


def _stops(house: House, request: RequestRow) -> tuple[Action, ...]:
    """What stops promotional mail to the person, at every address on file."""
    persons = [person for ref in refs_from_json(request.person) if (person := house.clients.person(ref))]
    updates = [update for person in persons for update in house.clients.plan_set(person, "unsubscribe")]
    emails = dict.fromkeys(email.strip() for person in persons for email in person.emails)
    return (*updates, *(Suppress(email) for email in emails))


def _planned(request: RequestRow, section: Section, kinds: list[str], why: str, actions: tuple[Action, ...]) -> Planned:
    return Planned(
        purpose="answer" if kinds else "information",
        asks=tuple(map(Kind, kinds)),
        actions=actions,
        sections=(section,),
        recipient=writable(request),
        named=request.found in NAMED,
        reason=why,
    )


def tell_at_once(house: House, request: RequestRow, section: Section, purpose: str, by: str, now: datetime) -> int:
    """Write and release a letter that says what a named human has just decided; its number.

    Inside the caller's transaction. Raises Refused in shadow mode or where nobody can be written to.
    """
    told = Planned(
        purpose, (), sections=(section,), recipient=writable(request), named=request.found in NAMED, reason=purpose
    )
    n = house.store.releases.next_n(request.id)
    write_release(house, request, told, n, now)
    approve(house, f"{request.reference}/{n}", by, None, now)
    return n


def may_tell(house: House, request: RequestRow) -> bool:
    """Whether a letter may leave now, to somebody whom it reaches."""
    try:
        writable(request)
    except Refused:
        return False
    return not house.shadow and request.language in house.wording.languages
