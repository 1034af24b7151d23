"""Columns one by one: what each would be, if its table is about persons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.core.drafting.seen import SeenColumn, SeenTable
from mailbot.core.drafting.values import by_values, contradicted
from mailbot.core.drafting.vocabulary import Category, Vocabulary, Where, singular

NAMES = frozenset({"first_name", "last_name", "full_name", "whole_name"})
OTHER = "other"
_SHORT = 3  # characters: flags and codes
_WORDS = 3  # blanks in a text that somebody wrote
_LONG_TYPES = frozenset({"text", "mediumtext", "longtext", "clob", "ntext", "character varying"})
_WIDTH_OF_CODES = re.compile(r"char\w*( varying)?\([1-5]\)|^enum")
_FEW = 2  # columns are too few to tell a prefix
_MOST = 4  # words of a phrase
_REACHED = frozenset({"phone", "email", "birth_date", "address", "gender"})
_PLACE = frozenset({"address", "postal_code", "city"})


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column may be."""

    category: str
    where: Where
    because: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase found in a name."""

    category: str
    rest: frozenset[str]


def guesses(vocabulary: Vocabulary, table: SeenTable, country: str) -> Mapping[str, Guess]:
    """The columns of one table that may hold personal data, by name."""
    own = frozenset(singular(word) for word in vocabulary.split(table.name.name)) | _prefix(vocabulary, table)
    found = {}
    for column in table.columns.values():
        guess = _guess(vocabulary, column, own, country)
        if guess is not None:
            found[column.name] = guess
        elif column.sort == "text" and column.name not in table.key and not _technical(vocabulary, column):
            long = _is_long(column, table)
            found[column.name] = Guess(OTHER, "about" if long else "person", "where it stands", sure=False)
    return _together({**found, **_halves(table)})


def _technical(vocabulary: Vocabulary, column: SeenColumn) -> bool:
    """Whether a name says that it is a code, a state, a reference, or a moment; or its values are flags."""
    words, listed = vocabulary.split(column.name), vocabulary.words
    moments = {word for phrase in (*vocabulary.changed.words, *vocabulary.created.words) for word in phrase.split()}
    flag = bool(column.samples) and max(map(len, column.samples)) < _SHORT
    return (
        flag
        or bool(set(words) & (listed.technical | listed.bookkeeping | moments))
        or bool(_WIDTH_OF_CODES.search(column.type))
    )


def _is_long(column: SeenColumn, table: SeenTable) -> bool:
    """Whether a column holds text that people write: by its values, else by a type that its neighbours do not share."""
    if column.samples:
        return sum(one.count(" ") for one in column.samples) >= _WORDS * len(column.samples)
    shorter = any("char" in one.type for one in table.columns.values())
    return column.type in _LONG_TYPES and shorter


def _prefix(vocabulary: Vocabulary, table: SeenTable) -> frozenset[str]:
    """The word that most columns of a table begin with (pat_nom, pat_tel)."""
    heads = Counter(words[0] for name in table.columns if len(words := vocabulary.split(name)) > 1)
    return frozenset(word for word, count in heads.items() if count > len(table.columns) / 2 and count > _FEW)


def _guess(vocabulary: Vocabulary, column: SeenColumn, own: frozenset[str], country: str) -> Guess | None:
    named = _by_name(vocabulary, column, own)
    shown = by_values(column.samples, country) if column.sort in {"text", "ip"} else None
    if column.sort == "ip":
        shown = "ip"
    if shown and (named is None or (named.category != shown and vocabulary.category[shown].where == "anywhere")):
        return Guess(shown, vocabulary.category[shown].where, "its values", sure=named is None or shown == "email")
    if named is None or contradicted(named.category, column.samples):
        return None
    category = vocabulary.category[named.category]
    beside = bool(named.rest & vocabulary.words.persons)
    where = category.where
    if category.alone and not beside:
        where = "about" if named.rest - own else category.alone
    return Guess(named.category, where, "its name and values" if shown else "its name", sure=category.rest == "any")


def _by_name(vocabulary: Vocabulary, column: SeenColumn, own: frozenset[str]) -> _Found | None:
    """The longest phrase of a name, whatever its words are written like, that the other words leave what it says."""
    words = vocabulary.split(column.name)
    spans = [
        (start, end) for start in range(len(words)) for end in range(start + 1, min(start + _MOST, len(words)) + 1)
    ]
    for start, end in sorted(spans, key=lambda span: -sum(map(len, words[span[0] : span[1]]))):
        rest = (*words[:start], *words[end:])
        for name in _named(vocabulary, words[start:end]):
            category = vocabulary.category[name]
            if column.sort in category.types and _harmless(vocabulary, category, rest, own):
                return _Found(name, frozenset(map(singular, rest)) | frozenset(rest))
    return None


def _named(vocabulary: Vocabulary, words: Sequence[str]) -> tuple[str, ...]:
    """The categories that these words together name; a plural is as good."""
    return vocabulary.phrases.get("".join(words)) or vocabulary.phrases.get("".join(map(singular, words)), ())


def _harmless(vocabulary: Vocabulary, category: Category, rest: Sequence[str], own: frozenset[str]) -> bool:
    """Whether the words beside leave the column what the phrase says."""
    listed = vocabulary.words
    beside = [word for word in rest if singular(word) not in own and len(word) > 1 and word not in listed.noise]
    bad = (listed.technical - category.may) | category.no
    if any(word in bad for word in (*beside, *(word for word in rest if word in category.no))):
        return False
    known = listed.persons | listed.roles | category.may
    return category.rest == "any" or all(word in known or singular(word) in known for word in beside)


def _together(found: Mapping[str, Guess]) -> Mapping[str, Guess]:
    """What columns say of each other: a name beside a first name is the last name; a state without a town is none."""
    categories = {guess.category for guess in found.values()}
    kept = dict(found)
    for name, guess in found.items():
        if guess.category == "country" and not categories & _PLACE:
            del kept[name]
        if guess.category == "full_name" and "first_name" in categories and "last_name" not in categories:
            kept[name] = replace(guess, category="last_name", where="anywhere", sure=True)
        elif guess.category == "full_name" and guess.where == "person" and categories & _REACHED:
            kept[name] = replace(guess, where="about")  # the name of whoever has that phone
    return kept


def _halves(table: SeenTable) -> Mapping[str, Guess]:
    """Two columns `first` and `last` are the halves of a name."""
    halves = {name.casefold(): name for name, column in table.columns.items() if column.sort == "text"}
    if not {"first", "last"} <= halves.keys():
        return {}
    return {halves[half]: Guess(f"{half}_name", "anywhere", "its name") for half in ("first", "last")}


def evidence(found: Mapping[str, Guess]) -> frozenset[str]:
    """The categories that a table shows whatever it is about."""
    return frozenset(guess.category for guess in found.values() if guess.where == "anywhere")


def names_somebody(found: Mapping[str, Guess]) -> bool:
    """Whether a table names persons."""
    return bool(evidence(found) & NAMES)
