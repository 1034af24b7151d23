"""Who writes: from the matches of the client database to one finding. Never a guess between two persons."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.address import normalise
from mailbot.core.values import Address, Aligned, Match, Person, Proof


class Known(StrEnum):
    """What the client database says of a writing address."""

    KNOWN = "known"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """Who writes, as far as the address tells.

    `persons` are the records of one natural person (one a company that he stands for) when known; all candidates when
    several. `address` is the stored address that answers go to.
    """

    known: Known
    persons: tuple[Person, ...] = ()
    address: str | None = None

    @property
    def person(self) -> Person | None:
        """The person's first record, if exactly one person is found."""
        return self.persons[0] if self.known is Known.KNOWN else None


def identify(sender: Address | None, matches: Sequence[Match]) -> Found:
    """The person of a writing address; several names on one address are several persons, for staff."""
    if sender is None or not matches:
        return Found(Known.UNKNOWN)
    persons = tuple(match.person for match in matches)
    address = _stored(persons[0], sender.address)
    one = len({_folded_name(person) for person in persons}) == 1
    return Found(Known.KNOWN if one else Known.SEVERAL, persons, address)


def proof_of(found: Found, aligned: Aligned) -> Proof:
    """How sure the mail alone makes us who asks."""
    if found.known is not Known.KNOWN:
        return Proof.NONE
    return Proof.AUTHENTICATED if aligned is Aligned.YES else Proof.CLAIMED


def _stored(person: Person, written: str) -> str:
    """The address on file that equals the written one: replies go to what is stored, never to what was written."""
    wanted = normalise(written)
    return next((email.strip() for email in person.emails if normalise(email) == wanted), written)


def _folded_name(person: Person) -> tuple[str, ...]:
    """The name as a set of folded words: `DUPRÉ Zoé` and `Zoe Dupre` are one person on one address."""
    signs = [sign for sign in unicodedata.normalize("NFKD", person.name.casefold()) if not unicodedata.combining(sign)]
    return tuple(sorted("".join(sign if sign.isalnum() else " " for sign in signs).split()))
