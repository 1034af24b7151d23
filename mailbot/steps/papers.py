"""What is printed beside mails: the certificate of a directive, the receipt of a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.letters.draft import Frame, MissingWording, printed
from mailbot.core.proposals import directive_facts
from mailbot.core.values import File, Kind, RegisterDirective
from mailbot.documents import letter_file
from mailbot.documents.letter_pdf import Sheet
from mailbot.steps.house import House
from mailbot.steps.letters import Thread


def certificate(house: House, thread: Thread, entry: RegisterDirective, now: datetime) -> tuple[File, ...]:
    """The certificate of an entry of the register as PDF; none where its words are missing in this language."""
    facts = {**directive_facts(entry, house.local_day(now)), "action": entry.action, "person": thread.person_name or ""}
    try:
        title, text = printed(house.wording, thread.language, "certificate", facts, _frame(house, thread))
    except MissingWording:
        return ()
    return _file(house, thread.language, f"{entry.number}.pdf", title, text, now)


def receipt(
    house: House, thread: Thread, channel: str, asks: Iterable[Kind], by: str, now: datetime
) -> tuple[File, ...]:
    """The dated receipt of a request made on the spot (decree 2019-536 art. 77); none where words are missing."""
    facts = {"channel": channel, "asks": tuple(map(str, asks)), "received_by": by}
    try:
        title, text = printed(house.wording, thread.language, "receipt", facts, _frame(house, thread))
    except MissingWording:
        return ()
    return _file(house, thread.language, f"{thread.reference}-receipt.pdf", title, text, now)


def _frame(house: House, thread: Thread) -> Frame:
    return Frame(thread.reference, thread.arrived, thread.due, house.settings.organisation, thread.person_name)


def _file(house: House, language: str, name: str, title: str, text: str, now: datetime) -> tuple[File, ...]:
    words = house.labels.get(language)
    if words is None:
        return ()
    own = house.settings.organisation
    sheet = Sheet(name, title, text, own.name, f"{own.name}\n{own.address}")
    return (letter_file(sheet, language, now, words),)
