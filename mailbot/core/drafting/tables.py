"""Tables: which have a row for each person, which hold data about one, which are neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailbot.core.drafting.columns import NAMES, OTHER, Guess, evidence, guesses
from mailbot.core.drafting.links import beneath, name_words
from mailbot.core.drafting.seen import Link, Seen, SeenTable
from mailbot.core.drafting.vocabulary import Vocabulary
from mailbot.core.mapping.condition import TableName

_AUTHORS = frozenset({"author", "auteur"})  # alone they name whom a text is by; user_author who typed it in
_OWN = frozenset({"email", "login", "birth_date", "national_id", *NAMES})


@dataclass(frozen=True, slots=True)
class Outline:
    """A database with what was found in it so far."""

    vocabulary: Vocabulary
    seen: Seen
    links: tuple[Link, ...]  # declared and guessed, none from a table to itself
    guesses: Mapping[TableName, Mapping[str, Guess]]
    persons: tuple[TableName, ...]  # in the order of their weight

    def table(self, name: TableName) -> SeenTable:
        """The table of a name."""
        return self.seen.tables[name]

    def to(self, target: TableName) -> list[Link]:
        """The links that name rows of `target`."""
        return [link for link in self.links if link.target == target]

    def of(self, table: TableName) -> list[Link]:
        """The links of `table`."""
        return [link for link in self.links if link.table == table]

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns that tell the rows of a table apart: its primary key, else what looks most like one."""
        table = self.seen.tables[name]
        likely = {"id", "rowid", "uuid", f"{name.name}_id".casefold()}
        named = [column for column in table.columns if column.casefold() in likely]
        mails = [column for column, guess in self.guesses[name].items() if guess.category == "email"]
        return table.key or tuple((named or mails or list(table.columns))[:1])

    def clerk(self, link: Link) -> bool:
        """Whether a link says who wrote or handles a row, not whom it is about."""
        words = {word for column in link.columns for word in self.vocabulary.split(column)}
        target = set(name_words(self.vocabulary, link.target))
        clerks = self.vocabulary.words.clerks if words & target else self.vocabulary.words.clerks - _AUTHORS
        if found := (words - target) & clerks:
            handed_in = set(name_words(self.vocabulary, link.table)) & self.vocabulary.words.staffwork
            return not (handed_in and found <= _AUTHORS)
        return self._works(link.target) and any(
            other.target in self.persons and not self._works(other.target) for other in self.of(link.table)
        )

    def _works(self, name: TableName) -> bool:
        """Whether a table is of those who work for the company."""
        return bool(set(name_words(self.vocabulary, name)) & self.vocabulary.words.workers)

    def place(self, name: TableName) -> bool:
        """Whether a table is one of the company's own places, settings and lists."""
        words, places = name_words(self.vocabulary, name), self.vocabulary.words.places
        head = words[-1] in places or (words[0] in places and set(words) <= places | self.vocabulary.words.technical)
        return head and not set(words) & (self.vocabulary.words.persons | self.vocabulary.words.happenings)

    def till(self, name: TableName) -> bool:
        """Whether bank details in a table are the company's own: it is named for a bank or a branch, and for nobody."""
        words, shown = set(name_words(self.vocabulary, name)), evidence(self.guesses[name])
        return bool(words & self.vocabulary.words.places) and not shown & {"email", *NAMES}


def outline(vocabulary: Vocabulary, seen: Seen, links: Iterable[Link], country: str) -> Outline:
    """Who is in the database, and which columns may speak of somebody."""
    joined = tuple(link for link in (*seen.links, *links) if link.table != link.target)
    found = {name: guesses(vocabulary, table, country) for name, table in seen.tables.items()}
    made = Outline(vocabulary, seen, joined, found, ())
    persons = _found(made)
    joined = (*joined, *beneath(joined, {name: seen.tables[name].key for name in seen.tables}, persons))
    naming = {(link.table, link.columns[0]) for link in joined if link.target in persons and len(link.columns) == 1}
    found = {
        name: {column: guess for column, guess in own.items() if (name, column) not in naming}
        for name, own in found.items()
    }
    weight = {name: (len(made.to(name)), len(found[name])) for name in persons}
    ordered = sorted(persons, key=lambda name: (*(-number for number in weight[name]), str(name)))
    return Outline(vocabulary, seen, joined, found, tuple(ordered))


def _found(made: Outline) -> Sequence[TableName]:
    """The tables with a row for each person: by their names first, then by their columns."""
    seen, found = made.seen, made.guesses
    persons = [name for name, table in seen.tables.items() if not table.view and _by_word(made, name)]
    others = [name for name, table in seen.tables.items() if not table.view and name not in persons]
    for name in sorted(others, key=lambda name: -len(evidence(found[name]))):
        if _by_columns(made, name, persons):
            persons.append(name)
    if not persons:  # an account that sees views alone
        persons = [name for name in seen.tables if _by_word(made, name) or _by_columns(made, name, ())]
    return persons


def _by_word(made: Outline, name: TableName) -> bool:
    """A table named for persons and nothing else that has something of one's own."""
    words, listed = name_words(made.vocabulary, name), made.vocabulary.words
    if words[-1] not in listed.persons | listed.companies or not set(words) <= _whole(made):
        return False
    if set(words) & listed.records and made.of(name):
        return False
    return bool(evidence(made.guesses[name]) & _OWN) or _named(made, name) or _called(made, name)


def _whole(made: Outline) -> frozenset[str]:
    listed = made.vocabulary.words
    return listed.persons | listed.roles | listed.companies


def _named(made: Outline, name: TableName) -> bool:
    """A plain name in a table of persons, if it is not the company that other persons belong to."""
    categories = {guess.category for guess in made.guesses[name].values()}
    words, listed = set(name_words(made.vocabulary, name)), made.vocabulary.words
    if "full_name" not in categories or words & listed.companies:
        return False
    members = [link.table for link in made.to(name) if set(name_words(made.vocabulary, link.table)) <= listed.persons]
    return not any(evidence(made.guesses[table]) & {"email", *NAMES} for table in members)


def _called(made: Outline, name: TableName) -> bool:
    """A table of persons, by its whole name, that tells how to call them."""
    own = set(name_words(made.vocabulary, name)) <= made.vocabulary.words.persons - made.vocabulary.words.companies
    return own and any(guess.category == "phone" for guess in made.guesses[name].values())


def _by_columns(made: Outline, name: TableName, persons: Sequence[TableName]) -> bool:
    """A table that names somebody, or has his address, and hangs on no other person."""
    found = made.guesses[name]
    shown, categories = evidence(found), {guess.category for guess in found.values()}
    if any(link.target in persons and not made.clerk(link) for link in made.of(name)):
        last = name_words(made.vocabulary, name)[-1]
        return "email" in shown and last in made.vocabulary.words.persons - made.vocabulary.words.records
    if made.place(name):
        return {"first_name", "last_name"} <= shown or ("email" in shown and bool(shown & NAMES))
    if "email" in shown and not shown & NAMES:
        return bool(categories & {"login", "secret", "birth_date", "gender"}) or not persons
    return bool(shown & {"first_name", "last_name"}) or (bool(shown & NAMES) and len(categories - {OTHER}) > 1)
