"""Text as folded words with their places: what patterns are matched against.

Folding (NFKD, no accents, lower case, one apostrophe) makes `Données`, `DONNEES` and `donne\u0301es` one word. Offsets
always count code points of the text as given, so that every piece of evidence is an exact slice of the mail.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOKEN = re.compile(
    r"""
      (?P<unticked>(?m:^[ \t\-*•]*(?:\[\s?\]|☐|❑|□).*$))
    | (?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6} | @[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})
    | (?P<phone>(?<![\w.,/-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d))
        (?:(?:\+\s?\d|\(\+?\d|\(?0\d|0)(?:[ .\-/()\u00a0\u202f\u2011]{0,3}\d){6,14}
        |\d{3,4}(?:[ .\u00a0\u202f]\d{2,4}){2,4})(?![\w€%]))
    | (?P<word>(?:[^\W_]|[\u0300-\u036f]|[\u00c3\u00c2][\u0080-\u00ff])+)
    | (?P<stop>[.!?;:…]+ | \n[ \t\r\u00a0]*\n | \n)
    | (?P<mark>[,()«»"“”„|•●▪–—>*])
    """,
    re.VERBOSE,
)
_BULLET = re.compile(
    r"[ \t\u00a0]*(?:[-–—*•●▪→]|\(?[0-9a-z]{1,3}[).°/]|\(?[ivx]{1,4}\)|[0-9]{1,2}\s*[-–:])[ \t\u00a0]*", re.IGNORECASE
)
MAIL, PHONE = "@mail", "@phone"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january januar enero gennaio januari",
            "fevrier february februar febrero febbraio februari",
            "mars march marz marzo maart",
            "avril april abril aprile",
            "mai may mayo maggio mei",
            "juin june juni junio giugno",
            "juillet july juli julio luglio",
            "aout august agosto augustus",
            "septembre september septiembre settembre",
            "octobre october oktober octubre ottobre",
            "novembre november noviembre",
            "decembre december dezember diciembre dicembre",
        ),
        1,
    )
    for name in names.split()
}
"""The folded names of the months in all known languages, with their numbers."""
_FULL_LINE = 60  # a line this long was broken by a mail program, not by its writer
_ROW = 240  # characters of a line that may be a row of a table
_CITED_WORDS = 3
_LEAD_WORDS = 24  # of an introducing line, so many last words are carried to its items
_LONGEST_SENTENCE = 120  # words; a longer one is cut, so that matching stays linear


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words that belong together; a list item carries the words of the line that introduces the list."""

    words: tuple[str, ...]  # folded; "," for any mark that divides; MAIL and PHONE for addresses and numbers
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    place: str  # "subject" or "text"
    question: bool = False  # ends in a question mark
    lead: int = 0  # so many first words were borrowed from the introducing line
    cited: frozenset[int] = frozenset()  # places of words that stand between quotation marks: others' words


_ACCENTS = re.compile("[\u0300-\u036f]+")  # as nearly all Latin letters take them


def plain(text: str) -> bool:
    """Whether no UTF-8 read as Latin-1 (`dÃ©cÃ¨s`) needs mending in the text."""
    return "Ã" not in text and "Â" not in text


def fold_plainly(text: str) -> str:
    """A text of any length without accents and in lower case; UTF-8 read as Latin-1 is mended first."""
    lowered = (text if plain(text) else _mended(text)).lower()
    if lowered.isascii():
        return lowered
    lowered = lowered.replace("ı", "i").replace("œ", "oe").replace("æ", "ae").replace("ß", "ss").replace("’", "'")
    parted = unicodedata.normalize("NFKD", lowered)
    folded = _ACCENTS.sub("", parted)
    return folded if folded.isascii() else "".join(c for c in parted if not unicodedata.combining(c))


fold = lru_cache(maxsize=4096)(fold_plainly)
"""One word folded. Those met last are remembered."""


def _mended(word: str) -> str:
    try:
        return word.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return word


WORD = re.compile(r"[^\W_]+")


def fold_text(text: str) -> str:
    """A whole text folded, for phrases given by people; offsets are lost."""
    return " ".join(WORD.findall(fold_plainly(text)))


def distinct(folded: str, most: int) -> str:
    """The different words of a folded text in the order in which they come, in `most` characters at most."""
    words = " ".join(dict.fromkeys(folded.split()))
    return words if len(words) <= most else words[: most + 1].rpartition(" ")[0]


def sentences(text: str, spans: Iterable[tuple[int, int]], place: str) -> Iterator[Sentence]:
    """The sentences of the parts `spans` of `text`, in order. Time is linear in the length of the spans."""
    for start, end in spans:
        builder = _Builder(text, place)
        for match in _TOKEN.finditer(text, start, end):
            if closed := builder.take(match, end):
                yield closed
        if closed := builder.close(""):
            yield closed


class _Builder:
    """Gathers tokens into sentences."""

    def __init__(self, text: str, place: str) -> None:
        self.text, self.place = text, place
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.lead: Sentence | None = None  # the line that introduces the list that we are in
        self.opened: int | None = None  # where a quotation began
        self.cited: set[int] = set()
        self.item = False  # the coming sentence belongs to that list

    def take(self, match: re.Match[str], end: int) -> Sentence | None:
        """Add one token; a sentence that it closes comes out."""
        kind, value = match.lastgroup, match.group()
        if kind == "stop":
            return self._stop(value, match, end)
        if kind == "mark":
            self._mark(value, match)
        elif kind != "unticked":  # a box of a form that its writer left empty
            self._add(MAIL if kind == "mail" else PHONE if kind == "phone" else fold(value), match)
        return self.close("") if len(self.words) >= _LONGEST_SENTENCE else None

    def _stop(self, value: str, match: re.Match[str], end: int) -> Sentence | None:
        """A point or the end of a line, which may end the sentence or part it."""
        if not self._ends(value, match, end):
            if "\n" not in value:
                self._add(",", match)
            return None
        fresh = self.item and not self.words
        closed = self.close(value)
        self.item = value.startswith(":") or fresh or self._bullet(value, match.end(), end)
        return closed

    def _add(self, word: str, match: re.Match[str]) -> None:
        if word == "," and (not self.words or self.words[-1] == ","):
            return
        self.words.append(word)
        self.starts.append(match.start())
        self.ends.append(match.end())

    def _mark(self, mark: str, match: re.Match[str]) -> None:
        """Words between quotation marks are others' words; one or two are a name or a term."""
        if self.opened is not None and mark in '»”"':
            inside = range(self.opened, len(self.words))
            if len(inside) >= _CITED_WORDS:
                self.cited.update(inside)
            self.opened = None
            self._add(",", match)
            return
        self._add(",", match)
        if mark in "«“„" or mark == '"':
            self.opened = len(self.words)

    def _ends(self, value: str, match: re.Match[str], end: int) -> bool:
        after = match.end()
        following = self.text[after : min(after + 1, end)]
        if "\n" not in value:
            if value == "." and self.words and len(self.words[-1]) == 1 and following != "\n":
                return False  # an initial or a number: M. Roux, n. 12, 1. Plus de lettres
            return not following or following.isspace() or following in "»\"”)'’" or value[0] in "!?;:…"
        if value.count("\n") > 1 or not following:
            return True
        if self.text[match.start() - 1 : match.start()] in {",", "-"}:
            return False
        if _BULLET.match(self.text, after, end):
            return True
        begin = self.text.rfind("\n", 0, match.start()) + 1
        row = "|" in self.text[max(begin, match.start() - _ROW) : match.start()]  # of a table
        return row or (following.isupper() and match.start() - begin < _FULL_LINE and not self._capitals())

    def _capitals(self) -> bool:
        """The last word is in capitals: in such text a capital begins no sentence."""
        word = self.text[self.starts[-1] : self.ends[-1]] if self.words else ""
        return len(word) > 1 and word.isupper()

    def _bullet(self, value: str, position: int, end: int) -> bool:
        if "\n" not in value and self.text[position : position + 1] == "\n":
            position += 1
        elif "\n" not in value:
            return self.item
        return _BULLET.match(self.text, position, end) is not None

    def close(self, mark: str) -> Sentence | None:
        """End the current sentence, if it has words."""
        if not self.words or self.words == [","]:
            self.words, self.starts, self.ends = [], [], []
            return None
        lead = self.lead if self.item else None
        borrowed = slice(-_LEAD_WORDS, None)
        borrowed_words = min(len(lead.words), _LEAD_WORDS) if lead else 0
        passed_over = len(lead.words) - borrowed_words if lead else 0
        cited = {place - passed_over for place in lead.cited if place >= passed_over} if lead else set()
        sentence = Sentence(
            (lead.words[borrowed] if lead else ()) + tuple(self.words),
            (lead.starts[borrowed] if lead else ()) + tuple(self.starts),
            (lead.ends[borrowed] if lead else ()) + tuple(self.ends),
            self.place,
            "?" in mark,
            borrowed_words,
            frozenset(cited | {place + borrowed_words for place in self.cited}),
        )
        if mark.startswith(":"):
            self.lead = sentence
        elif not self.item:
            self.lead = None
        self.words, self.starts, self.ends = [], [], []
        self.opened, self.cited = None, set()
        return sentence
