"""Others' names, addresses and phones in free text about a person, masked before he gets a copy (GDPR art. 15(4)).

Staff look at what is left: a machine finds what is written like a contact or a name with its title, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailbot.core.address import normalise
from mailbot.core.packed import packed
from mailbot.core.reading.words import fold_text
from mailbot.core.values import Export, HoldingData, Person, Scalar

MASK = "█████"
_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(0|0)(?:[ .\-/()\u00a0\u202f]{0,2}\d){8,13}(?!\w)")
_TITLES = (
    r"M\.|MM\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Mme|Mlle|Mmes|Monsieur|Madame|Mademoiselle|Me|Maître|Dr\.?|Docteur|Pr\.?|Prof\.?"
    r"|Herrn?|Frau|Sr\.?|Sra\.?|Señora?|Don|Doña|Sig\.(?:ra)?|Signora?|Dott\.(?:ssa)?|Dhr\.?|Mevr\.?|Mw\.?|Meneer|Mevrouw"
)
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_TITLED = re.compile(rf"(?<!\w)(?:{_TITLES})\s+(?P<name>{_WORD}(?:\s+{_WORD}){{0,2}})")
_UPPER = re.compile(r"(?<!\w)(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’-]+\s+[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]{2,})(?!\w)")
_SAME_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Own:
    """What may stay: the person's own names, addresses and phones."""

    emails: frozenset[str]
    phones: frozenset[str]  # their last digits
    names: frozenset[str]  # folded words

    @classmethod
    def of(cls, person: Person) -> Own:
        """From what is on file."""
        return cls(
            frozenset(map(normalise, person.emails)),
            frozenset(map(_digits, person.phones)),
            frozenset(fold_text(person.name).split()),
        )


def masked(text: str, own: Own) -> str:
    """`text` with the contacts and names of others masked."""
    text = _EMAIL.sub(lambda found: found[0] if normalise(found[0]) in own.emails else MASK, text)
    text = _PHONE.sub(lambda found: found[0] if _digits(found[0]) in own.phones else MASK, text)
    for pattern in (_TITLED, _UPPER):
        text = pattern.sub(lambda found: _name(found, own), text)
    return text


def _name(found: re.Match[str], own: Own) -> str:
    if own.names & set(fold_text(found["name"]).split()):
        return found[0]
    return found[0][: found.start("name") - found.start()] + MASK


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-_SAME_DIGITS:]


def without_others(export: Export) -> tuple[Export, int]:
    """The export with its columns about others masked, and in how many values something was."""
    own = Own.of(export.person)
    done = [_holding(holding, own) for holding in export.holdings]
    return replace(export, holdings=tuple(holding for holding, _ in done)), sum(count for _, count in done)


def _holding(holding: HoldingData, own: Own) -> tuple[HoldingData, int]:
    places = frozenset(place for place, column in enumerate(holding.columns) if column.others)
    if not places:
        return holding, 0
    count = 0

    def row_of(row: Sequence[Scalar]) -> tuple[Scalar, ...]:
        nonlocal count
        new = tuple(masked(v, own) if place in places and isinstance(v, str) else v for place, v in enumerate(row))
        count += sum(one != other for one, other in zip(new, row, strict=True))
        return new

    rows = packed(map(row_of, holding.rows))
    return replace(holding, rows=rows), count
