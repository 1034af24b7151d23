"""What a directive says of each holding: erase, keep, communicate; of some by name, or of all (loi 78-17 art. 85-I).

`wishes` are the words of the register, `scope` the holdings: `Notes` for every wish, `erase=Notes` for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Titles: TypeAlias = Mapping[str, str]
"""What one holding is called: language -> title."""

WISHES = ("erase", "keep", "communicate")


@dataclass(frozen=True, slots=True)
class Will:
    """The holdings of each wish, by title; None where it is about all of them, nothing where it is not wished."""

    erase: frozenset[str] | None
    keep: frozenset[str] | None
    communicate: frozenset[str] | None

    def of(self, wish: str, holdings: Iterable[Titles]) -> tuple[Titles, ...]:
        """Those of `holdings` that a wish is about, in their order; what is to be kept is not erased."""
        named: frozenset[str] | None = getattr(self, wish)
        spared = (self.keep or frozenset()) if wish == "erase" else frozenset()
        return tuple(one for one in holdings if _is_of(one, named) and spared.isdisjoint(one.values()))


def _is_of(titles: Titles, named: frozenset[str] | None) -> bool:
    return named is None or not named.isdisjoint(titles.values())


def will(wishes: Sequence[str], scope: Sequence[str]) -> Will:
    """The will that stands in the register. What is wished twice of the same holding is kept."""
    return Will(**{wish: _named(wish, wishes, scope) for wish in WISHES})


def _named(wish: str, wishes: Sequence[str], scope: Sequence[str]) -> frozenset[str] | None:
    if wish not in wishes:
        return frozenset()
    pairs = [one.partition("=") for one in scope]
    return frozenset(title if mark else own for own, mark, title in pairs if not mark or own == wish) or None


def entries(wished: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The scope that says of each wish which holdings it is about; a wish about all of them says nothing."""
    return tuple(f"{wish}={title}" for wish in WISHES for title in wished.get(wish, ()))
