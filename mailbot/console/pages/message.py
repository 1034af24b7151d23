"""One message that became no request: a mail that staff must look at, or one that a machine wrote."""

from __future__ import annotations

from starlette.responses import Response

from mailbot.actions.finding import message_named
from mailbot.console.pages.queue import counted
from mailbot.console.pages.request import mails
from mailbot.console.visit import Page, Visit
from mailbot.core.moments import moment
from mailbot.core.roles import Right
from mailbot.core.values import Kind


def message(visit: Visit) -> Response:
    """The page of one message."""
    house = visit.desk.house
    row = message_named(house, visit.part("ref"))
    request = house.store.requests.get(row.request_id) if row.request_id else None
    due, legal_end = house.clock(moment(row.arrived))
    return visit.show(
        "message.html",
        row=row,
        mails=mails(house, [row]),
        request=request,
        due=row.due or due.isoformat(),
        legal_end=row.legal_end or legal_end.isoformat(),
        kinds=list(Kind),
        **counted(visit),
    )


PAGES = (Page("/m/{ref}", message, Right.READ, look="message"),)
