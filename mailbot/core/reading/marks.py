"""How mail programs and companies word what is not the writer's own: the marks of `rules/<language>/quoting.toml`.

The words of all languages count at once, since the program's language need not be the writer's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailbot.core.reading.words import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Phrases:
    """Phrases to find in folded text: each is looked for only where its longest word stands."""

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        """Take the folded `phrases`; the last word of each may be the beginning of one."""
        self._by_word: dict[str, list[str]] = {}
        single: list[str] = []
        for phrase in phrases:
            *whole, _ = phrase.split() or [""]
            if whole:
                self._by_word.setdefault(max(whole, key=len), []).append(phrase)
            elif phrase:
                single.append(phrase)
        self._single = tuple(single)

    def inside(self, words: Sequence[str]) -> bool:
        """Whether any of the phrases occurs in a text given by its folded words."""
        text = ""
        for word in self._by_word.keys() & set(words):  # each once: a text of one word alone takes no longer
            text = text or " ".join(words)
            if any(phrase in text for phrase in self._by_word[word]):
                return True
        if not self._single:
            return False
        text = text or " ".join(words)
        return any(phrase in text for phrase in self._single)


@dataclass(frozen=True, slots=True)
class Marks:
    """The wordings of all languages, folded."""

    wrote: Phrases = field(default_factory=Phrases)  # “wrote:” after date and name
    wrote_exactly: tuple[str, ...] = ()
    opening: frozenset[str] = frozenset()  # the first word of such a line
    original: Phrases = field(default_factory=Phrases)
    forwarded: Phrases = field(default_factory=Phrases)
    sender: frozenset[str] = frozenset()  # fields of a quoted header
    others: frozenset[str] = frozenset()
    mobile: tuple[str, ...] = ()
    footer: Phrases = field(default_factory=Phrases)
    heading: tuple[str, ...] = ()
    menu: Phrases = field(default_factory=Phrases)  # what leads out of a list, in a line of links


def marks_of(languages: Iterable[Mapping[str, Sequence[str]]]) -> Marks:
    """The marks of all languages, each given as its quoting.toml."""
    files = list(languages)

    def folded(*keys: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fold_text(entry) for key in keys for file in files for entry in file.get(key, ())))

    return Marks(
        wrote=Phrases(folded("wrote")),
        wrote_exactly=folded("wrote"),
        opening=frozenset(folded("opening")),
        original=Phrases(folded("original")),
        forwarded=Phrases(folded("forwarded")),
        sender=frozenset(folded("from")),
        others=frozenset(folded("sent", "to", "subject")),
        mobile=folded("mobile"),
        footer=Phrases(folded("footer")),
        heading=folded("heading"),
        menu=Phrases(folded("menu")),
    )
