"""A stranger named somebody on file: the real person is told, at the address on file; the stranger learns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailbot.core.death import deceased as one_named
from mailbot.core.death import named_in
from mailbot.core.identify import Known
from mailbot.core.letters.draft import Section
from mailbot.core.moments import iso
from mailbot.core.parse import Unreadable, parse
from mailbot.core.plan import Planned
from mailbot.core.reading.quoting import new_text, own_words
from mailbot.core.values import Kind, Person
from mailbot.steps.house import House
from mailbot.store.rows import AskRow, RequestRow

QUIET = timedelta(days=1)
"""Nobody is warned again so soon: a flood of mails that name him is no reason to flood him."""
_OTHERS = frozenset({Kind.HEIR, Kind.AUTHORITY})


def warnings(house: House, request: RequestRow, waiting: Sequence[AskRow], now: datetime) -> list[Planned]:
    """The letter to the one person on file whom a stranger's mail names, if there is one. Raises Away."""
    if request.found != Known.UNKNOWN or request.on_behalf or {Kind(ask.kind) for ask in waiting} & _OTHERS:
        return []
    person = _named(house, request)
    address = person.emails[0].strip() if person and person.emails else None
    if person is None or not address or house.store.outbox.sent_since([address], iso(now - QUIET)):
        return []
    mode = house.stricter(request.mode)
    return [Planned("warning", (), sections=(Section(None, "warning"),), recipient=address, by_policy=mode == "live")]


def _named(house: House, request: RequestRow) -> Person | None:
    """The one natural person whom the words of the first mail name by full name or address."""
    messages = house.store.messages.of_request(request.id)
    raws = house.store.messages.raw(messages[:1])
    try:
        mail = parse(next(iter(raws.values()), b""))
    except Unreadable:
        return None
    words = own_words(mail, new_text(mail, house.rules))
    wanted = named_in(f"{words}\n{mail.sender.name if mail.sender else ''}", request.sender)
    found = one_named(house.clients.find(wanted), ()) if wanted.emails or wanted.names else ()
    return found[0] if found else None
