"""Kinds of person: what each is found by, its key, language and date of change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailbot.core.drafting.columns import Guess
from mailbot.core.drafting.draft import DraftPerson
from mailbot.core.drafting.links import name_words
from mailbot.core.drafting.seen import Link, SeenTable
from mailbot.core.drafting.tables import Outline
from mailbot.core.drafting.vocabulary import Phrases, Vocabulary
from mailbot.core.mapping.condition import ColumnRef, Condition, Equality, TableName

_SORTS = frozenset({"text", "integer"})
_CUSTOMER = frozenset({"number", "numero", "num", "no", "nr", "code", "ref", "nummer"})


def kind_names(made: Outline) -> Mapping[TableName, str]:
    """A short name for each kind: what its table is called, without prefixes."""
    kinds: dict[TableName, str] = {}
    for name in made.persons:
        words = [word for word in name_words(made.vocabulary, name) if word.isascii()]
        short = "_".join(words[-2:]) or "person"
        kinds[name] = short if short not in kinds.values() else name.name
    return kinds


def person_of(made: Outline, name: TableName, kind: str) -> DraftPerson:
    """One kind of person: the table of the name `name`, called `kind`."""
    table, found = made.table(name), made.guesses[name]
    find = {
        "email": refs(found, ["email"]),
        "phone": refs(found, ["phone"]),
        "names": refs(found, ["last_name", "whole_name", "full_name"])[:1] + refs(found, ["first_name"])[:1],
        "customer": tuple(ColumnRef(None, column) for column in _numbers(made.vocabulary, table)),
    }
    join: dict[TableName, Condition] = {}
    company = next(iter(refs(found, ["company"])), None)
    if company is None and (link := _company(made, name)):
        company = _names_of(made, link.target)
        find["customer"] += tuple(
            ColumnRef(link.target, one) for one in _numbers(made.vocabulary, made.table(link.target))
        )
        join[link.target] = _equal(link)
    if not find["email"]:
        find["email"] = _mails_beside(made, name, join)
    if not any(find.values()):
        find["names"] = refs(found, ["login"])
    unsure = [
        f"{column}: {guess.because} alone says that it is {guess.category}"
        for column, guess in found.items()
        if not guess.sure and guess.category in {"email", "phone"}
    ]
    if not table.key:
        unsure.append("the table has no primary key: name columns that tell one person from another")
    if set(name_words(made.vocabulary, name)) & made.vocabulary.words.companies:
        unsure.append("these may be companies: then take this kind out, or keep it for sole traders")
    return DraftPerson(
        kind=kind,
        table=name,
        key=made.key(name),
        find={how: found_by for how, found_by in find.items() if found_by},
        language=next(
            iter(refs({c: g for c, g in found.items() if table.columns[c].sort == "text"}, ["language"])), None
        ),
        company=company,
        changed=stamp(made.vocabulary, table, made.vocabulary.changed),
        join=join,
        unsure=tuple(unsure),
    )


def _company(made: Outline, name: TableName) -> Link | None:
    """The link to the company, or client, that a person stands for."""
    listed = made.vocabulary.words.companies | made.vocabulary.words.persons
    for link in made.of(name):
        named = set(name_words(made.vocabulary, link.target)) & listed
        if named and not made.clerk(link) and _names_of(made, link.target):
            return link
    return None


def _names_of(made: Outline, name: TableName) -> ColumnRef | None:
    """The column with the name of a company."""
    if name in made.persons and not set(name_words(made.vocabulary, name)) & made.vocabulary.words.companies:
        return None
    found = refs(made.guesses[name], ["company", "full_name"])
    return ColumnRef(name, found[0].name) if found else None


def _equal(link: Link) -> Condition:
    pairs = zip(link.columns, link.keys, strict=True)
    return Condition(tuple(Equality(ColumnRef(link.table, one), ColumnRef(link.target, other)) for one, other in pairs))


def refs(found: Mapping[str, Guess], categories: Sequence[str]) -> tuple[ColumnRef, ...]:
    """The columns of these categories, in their order."""
    return tuple(ColumnRef(None, name) for one in categories for name, guess in found.items() if guess.category == one)


def _numbers(vocabulary: Vocabulary, table: SeenTable) -> Iterator[str]:
    """Columns with a customer number: `code_client`, `customer_no`, `number` of clients, and not the key."""
    own = set(name_words(vocabulary, table.name)) & vocabulary.words.persons
    for column in table.columns.values():
        words = set(vocabulary.split(column.name))
        fits = words & _CUSTOMER and (words | own) & vocabulary.words.persons
        if (
            fits
            and words <= _CUSTOMER | vocabulary.words.persons
            and column.name not in table.key
            and column.sort in _SORTS
        ):
            yield column.name


def _mails_beside(made: Outline, name: TableName, join: dict[TableName, Condition]) -> tuple[ColumnRef, ...]:
    """Mail addresses kept in a table of their own, one or more a person."""
    for link in made.to(name):
        mails = [column for column, guess in made.guesses[link.table].items() if guess.category == "email"]
        if mails and not made.clerk(link) and link.table not in made.persons:
            join[link.table] = _equal(link)
            return tuple(ColumnRef(link.table, column) for column in mails)
    return ()


def stamp(vocabulary: Vocabulary, table: SeenTable, phrases: Phrases) -> ColumnRef | None:
    """The column with the moment of a change, by its whole name."""
    for column in table.columns.values():
        words = " ".join(vocabulary.split(column.name))
        if column.sort in {"date", "moment"} and any(
            words == one or words.endswith(f" {one}") for one in phrases.words
        ):
            return ColumnRef(None, column.name)
    return None
