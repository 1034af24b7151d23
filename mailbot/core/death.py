"""A notice of death: whom it names, as far as a machine may tell. Never a guess between two persons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.core.address import normalise
from mailbot.core.values import Identifiers, Match, Person, PersonRef

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}(?:[ \t]+(?:d[eu] |d['’]|von |van |de la )?[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}){1,3}")
_MOST = 20


def named_in(text: str, writer: str | None) -> Identifiers:
    """The addresses (but the writer's own) and the names of two words and more in the new text of a notice."""
    addresses = [found for found in _MAIL.findall(text) if writer is None or normalise(found) != normalise(writer)]
    names = [" ".join(found.split()) for found in _NAME.findall(text)]
    return Identifiers(emails=tuple(dict.fromkeys(addresses))[:_MOST], names=tuple(dict.fromkeys(names))[:_MOST])


def deceased(matches: Sequence[Match], writers: Sequence[Person]) -> tuple[Person, ...]:
    """All records of the one natural person whom the notice names beside its writer; none if it may be several.

    Two records are one person's if name and addresses are the same: one a company that he stood for.
    """
    own: set[PersonRef] = {person.ref for person in writers}
    found = [match.person for match in matches if match.person.ref not in own]
    ones = {(person.name.casefold(), tuple(sorted(map(normalise, person.emails)))) for person in found}
    return tuple(found) if len(ones) == 1 else ()
