"""Which columns hold personal data, now that it is known which tables are about somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailbot.core.drafting.columns import NAMES, Guess, evidence
from mailbot.core.drafting.kinds import refs
from mailbot.core.drafting.paths import paths
from mailbot.core.drafting.seen import Link
from mailbot.core.drafting.tables import Outline
from mailbot.core.mapping.condition import TableName

ALLOWED: Mapping[str, frozenset[str]] = {
    "own": frozenset({"anywhere", "about", "person"}),
    "about": frozenset({"anywhere", "about"}),
    "beside": frozenset({"anywhere", "about"}),
}
"""By the sort of path to a table: which guesses hold there; elsewhere those alone that hold anywhere."""


def personal(made: Outline) -> Iterator[tuple[TableName, str, Guess, str | None]]:
    """Every column that holds personal data: table, column, guess, and by which sort of path it was reached."""
    sorts = reached(made)
    for name, table in made.seen.tables.items():
        if table.view and made.persons and not any(made.table(person).view for person in made.persons):
            continue
        allowed = {where for sort in sorts.get(name, ()) for where in ALLOWED.get(sort, {"anywhere"})} | {"anywhere"}
        for column, guess in made.guesses[name].items():
            if guess.where in allowed and (name in sorts or _alone(made, name, guess)):
                yield name, column, guess, next(iter(sorts.get(name, ())), None)


def _alone(made: Outline, name: TableName, guess: Guess) -> bool:
    """Whether a column of a table that no path leads to is personal: in a list of places or settings, seldom."""
    shown = evidence(made.guesses[name])
    if guess.category == "bank" and made.till(name):
        return False
    return not made.place(name) or guess.category in {"ip", "device"} or bool("email" in shown and shown & NAMES)


def reached(made: Outline) -> Mapping[TableName, tuple[str, ...]]:
    """The tables that a path leads to, with the sorts of path."""
    found: dict[TableName, list[str]] = {}
    for person in made.persons:
        for path in paths(made, person):
            found.setdefault(path.table, []).append(path.sort)
    return {name: tuple(dict.fromkeys(sorts)) for name, sorts in found.items()}


def links_by_value(made: Outline) -> Iterator[Link]:
    """Tables that know a person by his mail address alone."""
    target = next((one for one in made.persons if refs(made.guesses[one], ["email"])), None)
    if target is None:
        return
    key = refs(made.guesses[target], ["email"])[0].name
    for name, found in made.guesses.items():
        mails = [ref.name for ref in refs(found, ["email"])]
        own = {guess.category for guess in found.values()} & {"full_name", "company", "address", "phone"}
        free = not own and not any(link.target in made.persons and not made.clerk(link) for link in made.of(name))
        if mails and free and name not in made.persons and not made.place(name) and not made.table(name).view:
            yield Link(name, (mails[0],), target, (key,), "mail addresses")


def with_links(made: Outline, more: Iterable[Link]) -> Outline:
    """The outline with further links."""
    return Outline(made.vocabulary, made.seen, (*made.links, *more), made.guesses, made.persons)
