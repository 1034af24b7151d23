"""The words that column names are made of: rules/columns.toml, and names taken apart by them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mailbot.core.mapping.mapshape import IS
from mailbot.core.reading.words import fold
from mailbot.core.toml import validated

_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])")
_LETTERS = re.compile(r"[^\W\d_]+")
_FEW = 2  # tables are too few to tell a prefix
_LONG = 5  # letters of a word that may stand for a longer one
_SHORTEST = 3  # letters of a half of a word written together
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

Where = Literal["anywhere", "about", "person"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(_Frozen):
    """One category of personal data; rules/columns.toml explains the keys."""

    title: Mapping[str, str]
    where: Where
    alone: Where | None = None
    rest: Literal["any", "known"] = "any"
    types: frozenset[str]
    words: tuple[str, ...]
    may: frozenset[str] = frozenset()  # technical words that do no harm here
    no: frozenset[str] = Field(default=frozenset(), alias="not")
    is_: IS | None = Field(default=None, alias="is")


class Words(_Frozen):
    """Words that stand beside."""

    persons: frozenset[str]
    roles: frozenset[str]
    technical: frozenset[str]
    places: frozenset[str]
    happenings: frozenset[str]
    staffwork: frozenset[str]
    companies: frozenset[str]
    noise: frozenset[str]
    clerks: frozenset[str]
    workers: frozenset[str]
    bookkeeping: frozenset[str]
    records: frozenset[str]
    alike: tuple[frozenset[str], ...]


class Phrases(_Frozen):
    """Names of columns that are no personal data of their own."""

    words: tuple[str, ...]


class Vocabulary(_Frozen):
    """All of it."""

    words: Words
    changed: Phrases
    created: Phrases
    category: Mapping[str, Category]

    @cached_property
    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """The categories of each phrase, written together, in the order of the file."""
        found: dict[str, list[str]] = {}
        for name, category in self.category.items():
            for phrase in category.words:
                found.setdefault(phrase.replace(" ", ""), []).append(name)
        return {phrase: tuple(names) for phrase, names in found.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word that names may be taken apart by."""
        listed = self.words.persons | self.words.roles | self.words.technical | self.words.places | self.words.companies
        phrases = [*self.changed.words, *self.created.words, *(one for c in self.category.values() for one in c.words)]
        return listed | {word for phrase in phrases for word in phrase.split()}

    def for_tables(self, names: Sequence[str]) -> Vocabulary:
        """The same words, with the prefix that most of these tables share (llx_, wp_, ps_) as one that says nothing."""
        heads = Counter(self.split(head)[-1:] for name in names if (head := name.partition("_")[0]) != name)
        common = {word for words, count in heads.items() for word in words if count > len(names) / 2 and count > _FEW}
        words = self.words.model_copy(update={"noise": self.words.noise | common})
        return self.model_copy(update={"words": words})

    def split(self, name: str) -> tuple[str, ...]:
        """The folded words of a column's or table's name, without digits; words written together taken apart."""
        pieces = [fold(piece) for piece in _LETTERS.findall(_CAMEL.sub(" ", name.translate(_UMLAUTS)))]
        if all(len(piece) == 1 for piece in pieces):
            pieces = ["".join(pieces)]
        return tuple(word for piece in pieces for word in self._apart(piece))

    def _apart(self, piece: str) -> tuple[str, ...]:
        return (piece,) if self.knows(piece) else _halves(piece, self.known) or (piece,)

    def person(self, word: str) -> str | None:
        """The word for persons that a word is, abbreviates (mitarb), or only ends unlike (clienti); or None."""
        if word in self.words.persons or word in self.known or len(word) < _LONG:
            return word if word in self.words.persons else None
        alike = (one for one in sorted(self.words.persons) if one.startswith(word) or one[:-1] == word[:-1])
        return next(alike, None)

    def knows(self, word: str) -> bool:
        """Whether the word, or its singular, is one of ours."""
        return word in self.known or singular(word) in self.known


@lru_cache(maxsize=8192)
def _halves(piece: str, known: frozenset[str]) -> tuple[str, ...]:
    """The fewest known words that make up `piece`, the longest first; none if it cannot be taken apart."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(piece) + 1):
        starts = [start for start in best if _fits(piece[start:end], known)]
        if starts:
            best[end] = min(((*best[start], piece[start:end]) for start in starts), key=len)
    return best.get(len(piece), ())


def _fits(word: str, known: frozenset[str]) -> bool:
    return word in known and (len(word) >= _SHORTEST or word in {"id", "ip", "cp", "no", "nb"})


def singular(word: str) -> str:
    """The word without the ending of an English, French or Spanish plural."""
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 -- "ties" and shorter are no plurals of -y
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches")):
        return word[:-2]
    if word.endswith(("s", "x")) and not word.endswith(("ss", "us", "is")) and len(word) > _SHORTEST:
        return word[:-1]
    return word


def load_vocabulary(text: str, where: str) -> Vocabulary:
    """The words in the TOML `text`; raises TomlError with all problems."""
    return validated(Vocabulary, text, where)
