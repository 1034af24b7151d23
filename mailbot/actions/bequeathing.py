"""Carry out what a directive gives to somebody: a copy of the holdings that it names, to whom it names (law 78-17)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from mailbot.actions.changing import changing, leaving, living
from mailbot.actions.correcting import person_named
from mailbot.actions.finding import Refused, request_named
from mailbot.core.letters.draft import Section
from mailbot.core.plan import Planned
from mailbot.core.values import Kind
from mailbot.core.will import Will, will
from mailbot.steps.copies import communicated_copy
from mailbot.steps.house import House
from mailbot.steps.references import POST
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow

COMMUNICATION = "communication"
"""The purpose of a release that gives a deceased person's data to whom his directive names."""


@dataclass(frozen=True, slots=True)
class Bequest:
    """What a named human decides: whose data goes where, and how he knows."""

    person: str  # such as contact:12
    to: str  # a mail address, or the lines of a postal one
    reason: str  # the papers seen: death, and that the recipient is the one whom the directive names


def bequeath(house: House, named: str, bequest: Bequest, by: str, now: datetime) -> str:
    """Plan a copy for whom a directive names; `REF/N` of it, to look at and approve. Raises Refused, Away.

    Without a directive that says so nothing is communicated: heirs obtain what the estate needs, and no more (loi 78-17
    art. 85-II). Others' names and contacts in it are masked: their data goes only as the law allows (art. 85-I).
    """
    request = request_named(house, named)
    if Kind.HEIR not in living(house, request) or Kind.HEIR in leaving(house, request):
        raise Refused(f"{request.reference}: nothing that follows a death is open there")
    if not bequest.reason.strip():
        raise Refused("say which papers were seen (death, directive, who the recipient is): --reason")
    person = person_named(house, bequest.person)
    directive = house.store.directives.in_force(str(person.ref))
    if directive is None or "communicate" not in json.loads(directive.wishes):
        none = f"no directive of {bequest.person} says to communicate"
        raise Refused(f"{none}: art. 85-II gives heirs no copy, but what the estate needs: `mailbot heirs … --text`")
    titles = will_of(directive).of("communicate", house.settings.holdings.get(person.ref.kind, ()))
    copy = communicated_copy(house, request, person, {name for one in titles for name in one.values()}, now)
    if copy.problem or not copy.exports:
        raise Refused(copy.problem or "nothing of what the directive names is held")
    held = tuple(holding for export in copy.exports for holding in export.holdings)
    facts = {"directive": directive.number, "holdings": held, "locked": copy.locked}
    planned = Planned(
        purpose=COMMUNICATION,
        asks=(),
        sections=(Section(Kind.HEIR, "communicated", facts),),
        recipient=_recipient(bequest.to),
        reason="; ".join((f"directive {directive.number}: read it, and see that this is the recipient", *copy.reasons)),
    )
    with changing(house):
        n = house.store.releases.next_n(request.id)
        house.store.requests.note(request.id, by, f"papers seen: {bequest.reason.strip()}", now)
        row = write_release(house, request, planned, n, now, copy.files)
        details = {"release": n, "person": str(person.ref), "directive": directive.number, "hash": row["hash"]}
        told = {**details, "holdings": [one.title for one in held]}
        house.store.journal.append(now, [Entry("estate.communicated", request.reference, by, told)])
    return f"{request.reference}/{n}"


def will_of(directive: DirectiveRow) -> Will:
    """What an entry of the register wishes, holding by holding."""
    return will(json.loads(directive.wishes), json.loads(directive.scope))


def _recipient(text: str) -> str:
    """A mail address as it is, lines of a postal one marked; raises Refused for neither."""
    lines = [line.strip() for line in text.replace(" / ", "\n").splitlines() if line.strip()]
    if not lines:
        raise Refused("say where the copy goes: --to, a mail address or the lines of a postal one")
    if len(lines) == 1 and "@" in lines[0] and " " not in lines[0]:
        return lines[0]
    return POST + "\n".join(lines)
