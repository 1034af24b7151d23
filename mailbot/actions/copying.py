"""What staff do about a copy that leaves encrypted: tell its password by phone, to a number that is on file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.actions.finding import Refused, must_act, request_named
from mailbot.core.answer import weaknesses
from mailbot.core.keyed import password
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json
from mailbot.store.journal import Entry


@dataclass(frozen=True, slots=True)
class Told:
    """What to say, and to which numbers alone."""

    reference: str
    password: str
    phones: tuple[str, ...]


def tell_password(house: House, named: str, by: str, now: datetime) -> Told:
    """The password of the encrypted copy of a request, with the phones on file. Raises Refused.

    A number that was changed lately never gets it: whoever took over a record would get the copy too.
    """
    must_act(house)
    request = request_named(house, named)
    if not house.settings.encrypt:
        raise Refused("[outgoing] encrypt is off: no copy is encrypted")
    found = [house.clients.person(ref) for ref in refs_from_json(request.person)]
    persons = [person for person in found if person is not None]
    phones = tuple(dict.fromkeys(phone for person in persons for phone in person.phones))
    if not phones:
        raise Refused(
            f"{request.reference}: no phone is on file; hand the password over where the person shows who he is"
        )
    if any("changed" in why for why in weaknesses(None, persons, house.policy, house.local_day(now))):
        raise Refused(f"{request.reference}: the record was changed lately; hand the password over in person")
    with house.store.transaction():
        house.store.journal.append(now, [Entry("copy.password_told", request.reference, by)])
    return Told(request.reference, password(house.key, request.reference), phones)
