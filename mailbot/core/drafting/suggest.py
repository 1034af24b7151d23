"""From an outline to the draft of a map: kinds of person, holdings, and what is unsure about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailbot.core.drafting.draft import Draft, DraftColumn, DraftHolding
from mailbot.core.drafting.kinds import kind_names, person_of, stamp
from mailbot.core.drafting.paths import Path, condition_of, paths
from mailbot.core.drafting.personal import ALLOWED, personal
from mailbot.core.drafting.seen import SeenColumn, SeenTable
from mailbot.core.drafting.tables import Outline
from mailbot.core.drafting.vocabulary import Vocabulary
from mailbot.core.mapping.condition import TableName

_TELLING = ("number", "numero", "ref", "name", "nom", "title", "titre", "label", "libelle", "subject", "objet", "code")
_FEW = 2  # columns that tell which row a clerk handled


def suggest(made: Outline) -> Draft:
    """The draft of a map for everything that was found."""
    kinds = kind_names(made)
    persons = tuple(person_of(made, name, kinds[name]) for name in made.persons)
    holdings = tuple(one for name in made.persons for one in _holdings(made, name, kinds[name]))
    return Draft(persons, holdings, tuple(_remarks(made, {one.table for one in holdings})))


# --- holdings ---------------------------------------------------------------------------------------------------------


def _holdings(made: Outline, person: TableName, kind: str) -> Iterator[DraftHolding]:
    for path in paths(made, person):
        where, join = condition_of(made, path, person)
        table = made.table(path.table)
        columns = _columns(made, path, table)
        unsure = [*path.unsure, *_doubts(made, path)]
        yield DraftHolding(
            person=kind,
            table=path.table,
            where=where,
            columns=columns,
            join=join,
            left=tuple(name for name in table.columns if name not in {column.name for column in columns}),
            own=path.sort == "own",
            key=() if table.key else tuple(column.name for column in columns[:1]),
            unsure=tuple(dict.fromkeys(unsure)),
        )


def _columns(made: Outline, path: Path, table: SeenTable) -> tuple[DraftColumn, ...]:
    if path.sort == "person":
        return tuple(DraftColumn(name) for name in (table.key or tuple(table.columns))[:_FEW])
    if path.sort == "clerk":
        return tuple(DraftColumn(name) for name in _telling(made, table))
    shown = {name: guess for name, guess in made.guesses[table.name].items() if guess.where in ALLOWED[path.sort]}
    linked = {column for link in made.of(table.name) for column in link.columns}
    skipped = {*shown, *table.key, *linked}
    others = (one.name for one in table.columns.values() if one.name not in skipped and _tells(made.vocabulary, one))
    columns = (*(DraftColumn(*one) for one in shown.items()), *map(DraftColumn, others))
    return columns or _one(path, table, linked)


def _one(path: Path, table: SeenTable, linked: Iterable[str]) -> tuple[DraftColumn, ...]:
    """What a row that only links two others shows: the other one."""
    own = {column for link in path.links for column in link.columns}
    return tuple(map(DraftColumn, (*(name for name in table.columns if name in {*linked} - own), *table.columns)))[:1]


def _tells(vocabulary: Vocabulary, column: SeenColumn) -> bool:
    """Whether a column may mean something to the person: no bookkeeping, no bytes."""
    words = vocabulary.split(column.name)
    if " ".join(words) in vocabulary.changed.words or set(words) & vocabulary.words.bookkeeping:
        return False
    return column.sort not in {"binary", "uuid", "geo", "other"}


def _telling(made: Outline, table: SeenTable) -> Sequence[str]:
    """The columns that tell which row somebody wrote or handled, and when."""
    words = {column: made.vocabulary.split(column) for column in table.columns}
    named = [column for column, split in words.items() if set(split) & set(_TELLING) and column not in table.key]
    moment = stamp(made.vocabulary, table, made.vocabulary.created)
    when = [moment.name] if moment else []
    return (*named[:1], *when) or tuple(table.key[:1]) or tuple(table.columns)[:1]


def _doubts(made: Outline, path: Path) -> Iterator[str]:
    if path.sort == "clerk":
        yield f"{path.links[-1].columns[0]} seems to say who wrote or handles a row: only which, and when, is shown"
    if path.sort == "person":
        yield "these are persons of their own: nothing of theirs is shown; if they are the same ones, add columns"
    if path.sort == "beside":
        yield "other persons may have the same row"
    if len(path.links) > 1 and any(made.clerk(link) for link in path.links):
        yield "a link on the way may be a clerk's"


def _remarks(made: Outline, mapped: set[TableName]) -> Iterator[str]:
    """What looks personal and is in no holding."""
    found = list(personal(made))
    for name, table in made.seen.tables.items():
        if name in mapped:
            continue
        columns = [column for table_name, column, _, _ in found if table_name == name]
        if columns:
            yield f"{name} seems to hold personal data ({', '.join(columns)}) and no link leads to a person"
        elif table.view and any(guess.where == "anywhere" for guess in made.guesses[name].values()):
            yield f"{name} is a view with personal data: the tables behind it are taken"
