"""Say who deals with a request: a mark for colleagues, it takes no right from anybody."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.changing import changing
from mailbot.actions.finding import Refused, request_named
from mailbot.core.moments import iso
from mailbot.steps.house import House
from mailbot.store.journal import Entry


def assign(house: House, named: str, to: str, by: str, now: datetime) -> None:
    """Give a request to a colleague (`to` is an account; empty: to nobody in particular). Raises Refused."""
    request = request_named(house, named)
    if to and house.store.staff.get(to) is None:
        raise Refused(f"{to} is no staff account")
    with changing(house):
        house.store.care.assign(request.id, to or None, iso(now))
        house.store.journal.append(now, [Entry("request.assigned", request.reference, by, {"to": to or None})])
