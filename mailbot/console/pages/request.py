"""One request on one screen: who asks what and why we think so, what would change and leave, until when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from mailbot.actions.amending import FIELDS
from mailbot.actions.finding import request_named
from mailbot.actions.informing import OUTCOMES
from mailbot.actions.looking import whole
from mailbot.console.history import timeline
from mailbot.console.marking import Shown, shown
from mailbot.console.pages.queue import counted
from mailbot.console.planned import plans_of, what_was_shown
from mailbot.console.visit import Page, Visit
from mailbot.core.mapping.mapshape import in_language
from mailbot.core.moments import moment
from mailbot.core.roles import Right
from mailbot.core.status import ASK_OVER
from mailbot.core.values import Kind, Person
from mailbot.core.will import WISHES
from mailbot.interfaces import Away
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json
from mailbot.store.elsewhere import LookedRow
from mailbot.store.rows import MessageRow, RequestRow

OTHERS = 8  # further requests of the person that are listed


def request(visit: Visit) -> Response:
    """The page of one request."""
    house = visit.desk.house
    found = whole(house, request_named(house, visit.part("ref")))
    plans = plans_of(house, found)
    persons, away = _persons(house, found.request)
    alive = [ask for ask in found.asks if ask.status not in ASK_OVER]
    return visit.show(
        "request.html",
        found=found,
        request=found.request,
        alive=alive,
        evidence={ask.id: widest(json.loads(ask.evidence)) for ask in found.asks},
        waiting=[plan for plan in plans if plan.waits],
        stuck=[plan for plan in plans if plan.stuck and not plan.waits],
        past=[plan for plan in plans if not plan.waits and not plan.stuck],
        mails=mails(house, found.messages),
        persons=persons,
        away=away,
        matters=_fields(found.request),
        grounds={ask.kind: grounds(house, Kind(ask.kind), visit.words.language) for ask in alive},
        timeline=timeline(house, found.request.reference, visit),
        others=house.store.queue.of_person(found.request.person, found.request.sender, found.request.id, OTHERS),
        assigned=house.store.care.assigned([found.request.id]).get(found.request.id, ""),
        staff=[row["name"] for row in house.store.staff.all() if row["removed_at"] is None],
        outcomes=OUTCOMES,
        wishes=WISHES,
        holdings=_holdings(house, found.request),
        places=_places(house, found.request),
        encrypt=house.settings.encrypt and any(plan.letter and plan.letter["files"] for plan in plans),
        lifts=any(plan.restricts for plan in plans) and not any(plan.row.purpose == "lift" for plan in plans),
        fields=FIELDS,
        pauses=house.store.pauses.of_requests([found.request.id])[found.request.id],
        arrived_day=visit.day(house.local_day(moment(found.request.arrived)).isoformat()),
        was=what_was_shown(house, found, visit.asked("was")),
        **counted(visit),
    )


def widest(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The pieces of evidence that stand in no other one: whoever reads the longer words reads the shorter."""
    found = [one for one in evidence if not any(_within(one, other) for other in evidence)]
    return list({one["text"].casefold(): one for one in found}.values())


def _within(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    same = one["in"] == other["in"] and other["start"] <= one["start"] and one["end"] <= other["end"]
    return same and (one["start"], one["end"]) != (other["start"], other["end"])


def mails(house: House, rows: Sequence[MessageRow]) -> list[Shown]:
    """The messages of a request as the page shows them."""
    kept = house.store.blobs.known([row.sha256 for row in rows if row.sha256])
    raws = house.store.messages.raw([row for row in rows if row.sha256 in kept])
    return [shown(row, raws.get(row.id), house.rules) for row in rows]


def _persons(house: House, row: RequestRow) -> tuple[list[Person], str]:
    """Who it is, as the client database says now; and why it could not be asked."""
    try:
        found = [house.clients.person(ref) for ref in refs_from_json(row.person)]
    except Away as fault:
        return [], str(fault)
    return [person for person in found if person is not None], ""


def _places(house: House, row: RequestRow) -> list[tuple[str, bool, list[LookedRow]]]:
    """The places outside the database: title, whether a copy waits for a look there, and who looked."""
    looked = house.store.elsewhere.of_request(row.id)
    settings = house.settings
    return [
        (place, place in settings.required, [one for one in looked if one.place == place])
        for place in settings.elsewhere
    ]


def _holdings(house: House, row: RequestRow) -> list[str]:
    """What we hold on persons of this kind, by its titles in the person's language."""
    kinds = sorted({ref.kind for ref in refs_from_json(row.person)})
    return [in_language(titles, row.language) for kind in kinds for titles in house.settings.holdings.get(kind, ())]


def _fields(row: RequestRow) -> dict[str, Any]:
    """What was read beside the kinds, for people."""
    stored = json.loads(row.fields)
    return {key: stored.get(key) for key in ("changes", "address", "wishes", "executor", "reply_to")}


def grounds(house: House, kind: Kind, language: str) -> dict[str, str]:
    """The grounds on which this kind may be refused: each as the person is told, with its law."""
    return {name: ground.told(language) or ground.law for name, ground in house.policy.kind[kind].grounds.items()}


PAGES = (Page("/r/{ref}", request, Right.READ, look="request"),)
