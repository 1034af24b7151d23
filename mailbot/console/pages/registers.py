"""The registers: directives after death, the suppression list, the journal, who looked at personal data."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from mailbot.actions import suppressing, unsealing
from mailbot.actions.finding import Refused
from mailbot.console.history import told
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit, facts
from mailbot.core.roles import Right

ENTRIES = 100  # of the journal and the access log on a page
LISTED = 500  # of the suppression list


def directives(visit: Visit, opened: tuple[str, str] | None = None) -> Response:
    """The register of directives on data after death (loi 78-17 art. 85), past states too; texts stay sealed."""
    rows = visit.desk.house.store.directives.all()
    requests = visit.desk.house.store.requests.many(row.request_id for row in rows)
    listed = [(row, json.loads(row.wishes), requests.get(row.request_id)) for row in reversed(rows)]
    return visit.show("directives.html", rows=listed, opened=opened, **counted(visit))


def open_directive(visit: Visit) -> Response:
    """The text of one directive: who opened it is journalled."""
    row, text = unsealing.unseal(visit.desk.house, visit.typed("number"), visit.by, visit.now)
    return directives(visit, (row.number, text))


def suppressions(visit: Visit) -> Response:
    """The list: digests only; whose they are cannot be read from them, but an address can be looked up."""
    rows = visit.desk.house.store.suppressions.all()
    return visit.show("suppressions.html", rows=list(reversed(rows))[:LISTED], total=len(rows), **counted(visit))


def change_suppressions(visit: Visit) -> Response:
    """Put addresses on the list, take them off, or say whether they are on it."""
    addresses = visit.typed("text").replace(",", " ").split()[:LISTED]
    house, how = visit.desk.house, visit.typed("how")
    if not addresses:
        visit.tell(visit.words("error.addresses"), good=False)
        return visit.go("/suppressions")
    try:
        if how == "remove":
            gone = suppressing.unsuppress(house, addresses, visit.by, visit.now)
            visit.tell(visit.words.counted("did.unsuppress", gone), good=bool(gone))
        elif how == "add":
            count, known = suppressing.suppress(house, addresses, visit.by, visit.now)
            visit.tell(visit.words("did.suppress", n=count, known=known))
        else:
            known = len(house.store.suppressions.known(suppressing.digests_of(house, addresses)))
            visit.tell(visit.words("did.look_up", n=known, of=len(addresses)))
    except Refused as fault:
        visit.tell(visit.words.plainly(str(fault)), good=False)
    return visit.go("/suppressions")


def journal(visit: Visit) -> Response:
    """The latest entries of the journal, and whether its chain holds."""
    store = visit.desk.house.store
    head = store.journal.head()
    before = visit.asked("before")
    last = min(int(before) - 1, head.n) if before.isdecimal() and 0 < len(before) < 12 else head.n  # noqa: PLR2004
    rows = [_entry(row, visit) for row in store.journal.between(max(last - ENTRIES, 0), last)]
    broken = store.journal.verify() if visit.asked("verify") else None
    return visit.show(
        "journal.html",
        rows=rows[::-1],
        head=head,
        verified=bool(visit.asked("verify")),
        broken=broken,
        first=rows[0]["n"] if rows else 0,
        **counted(visit),
    )


def _entry(row: dict[str, Any], visit: Visit) -> dict[str, Any]:
    details = {key: value for key, value in facts(row).items() if value not in (None, [], "")}
    found = {visit.words.named("detail", key): told(key, value, visit) for key, value in details.items()}
    by = json.loads(row["entry"])["by"]
    return {"n": row["n"], "at": row["at"], "event": row["event"], "ref": row["reference"], "by": by, "told": found}


def looks(visit: Visit) -> Response:
    """Who looked at what: for the data protection officer and auditors."""
    before = visit.asked("before")
    start = int(before) if before.isdecimal() and len(before) < 12 else None  # noqa: PLR2004
    rows = visit.desk.house.store.looks.latest(ENTRIES, visit.asked("of")[:20] or None, start)
    return visit.show("looks.html", rows=rows, of=visit.asked("of")[:20], **counted(visit))


PAGES = (
    Page("/directives", directives, Right.READ, look="directives"),
    Page("/directives", open_directive, Right.READ, post=True, look="directive"),
    Page("/suppressions", suppressions, Right.READ),
    Page("/suppressions", change_suppressions, Right.RELEASE, post=True),
    Page("/journal", journal, Right.MEASURE),
    Page("/looks", looks, Right.AUDIT),
)
