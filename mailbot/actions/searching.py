"""Look outside the database before a copy leaves: nothing there, or a file that goes with the copy (GDPR art. 15)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from mailbot.actions.finding import Refused, must_act, request_named
from mailbot.core.moments import iso
from mailbot.core.status import ReleaseState
from mailbot.core.values import File, Kind
from mailbot.steps.house import House
from mailbot.steps.perform import outdated
from mailbot.store.elsewhere import LookedRow
from mailbot.store.journal import Entry
from mailbot.store.rows import ReleaseRow, RequestRow

_AGAIN = "a file was found elsewhere"


def look(house: House, named: str, number: int, file: File | None, by: str, now: datetime) -> str:
    """Keep that `by` looked at place `number` (from 1) of [[elsewhere]]: nothing there, or `file`; the place's title.

    A file goes with the copy: what was planned without it is planned again. Raises Refused.
    """
    must_act(house)
    request = request_named(house, named)
    places = house.settings.elsewhere
    if not 1 <= number <= len(places):
        listed = "; ".join(f"{place} {title}" for place, title in enumerate(places, 1))
        raise Refused(f"{number}: the data map names {listed or 'no place under [[elsewhere]]'}")
    place = places[number - 1]
    with house.store.transaction():
        digest = house.store.blobs.put([file.content])[0] if file else None
        row = LookedRow(request.id, place, file.name if file else None, digest, by, iso(now))
        house.store.elsewhere.add(row)
        details = {"place": number, "found": file is not None}
        house.store.journal.append(now, [Entry("elsewhere.looked", request.reference, by, details)])
        for release in _copies(house, request) if file else ():
            house.store.releases.move([release.id], "outdated", reason=_AGAIN)
            outdated(house, release, now, _AGAIN)
    return place


def _copies(house: House, request: RequestRow) -> Sequence[ReleaseRow]:
    """The planned releases that carry a copy."""
    rows = house.store.releases.of_requests([request.id])[request.id]
    return [row for row in rows if row.status == ReleaseState.PLANNED and carries_a_copy(row)]


def carries_a_copy(release: ReleaseRow) -> bool:
    """Whether a release answers the right of access."""
    return release.purpose == "answer" and Kind.ACCESS in json.loads(release.asks)


def must_be_searched(house: House, request: RequestRow, release: ReleaseRow) -> None:
    """Raise Refused while a copy would leave and nobody looked at a place where the map requires it."""
    if not carries_a_copy(release):
        return
    looked = {row.place for row in house.store.elsewhere.of_request(request.id)}
    places = house.settings.elsewhere
    missing = [place for place in places if place in house.settings.required and place not in looked]
    if missing:
        number = places.index(missing[0]) + 1
        how = f"`mailbot look {request.reference} {number} [--file FOUND]`"
        raise Refused(f"{request.reference}/{release.n}: look there first: {', '.join(missing)}; {how}")
