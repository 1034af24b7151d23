"""Open a directive of the register: its text is sealed, and who opened it is journalled."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.finding import Refused
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow
from mailbot.store.sealing import BrokenSeal, opened


def unseal(house: House, number: str, by: str, now: datetime) -> tuple[DirectiveRow, str]:
    """The directive of a number such as D-2026-0007, and its text. Raises Refused."""
    row = house.store.directives.get(number)
    if row is None:
        raise Refused(f"{number}: no such directive; `mailbot directives` lists them")
    try:
        text = opened(house.key, row.wording)
    except BrokenSeal as fault:
        raise Refused(f"{number}: {fault}") from None
    with house.store.transaction():
        house.store.journal.append(now, [Entry("directive.opened", by=by, details={"number": number})])
    return row, text
