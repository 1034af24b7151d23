"""Which parts of a mail's text its writer has just written, and which are history, signature or legal footer.

Only new text can ask. Replies above, below and between quoted lines are new. The wording by which mail programs begin
a quotation is data (`rules/<language>/quoting.toml`); the words of all languages count at once, since the
program's language need not be the writer's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, chain, groupby
from typing import TYPE_CHECKING

from mailbot.core.reading.words import WORD, fold_plainly, fold_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailbot.core.reading.marks import Marks
    from mailbot.core.reading.rules import Rules
    from mailbot.core.values import Mail

NEW, QUOTED, FORWARDED, SIGNATURE, FOOTER = "new", "quoted", "forwarded", "signature", "footer"
READ_AT_MOST = 60_000  # characters of new text; what lies beyond is for people
_LINES_AT_MOST = 20_000
_HEADER_WITHIN = 5  # lines in which the other fields of a quoted header stand
_ATTRIBUTION = 400  # characters that “On … wrote:” may take with its line breaks
_FOOTER_HEADING = 60
_MENU_AT_MOST = 200  # characters
_MENU = re.compile(r"[^|·•\n]{1,80}(?: [|·•] [^|·•\n]{1,80}){1,9}")
_HEADING = 60  # characters of a line such as “Original message”
_SHORT_LINE = 90  # and of “Sent from my phone”
_RULE = re.compile(r"\s*(?:[-_=*]\s?){3,}\s*$")
_FIELD = re.compile(r"[\s>*|]*([^\W\d_][\w\u00a0 .'’-]{0,24}?)[*\s\u00a0]*[::]")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters [start:end) of the text, and what they are: new, quoted, forwarded, signature or footer."""

    start: int
    end: int
    kind: str


class _Lines:
    """The lines of a text, with their folded words found when first asked for."""

    def __init__(self, text: str) -> None:
        self.raw = text.split("\n", _LINES_AT_MOST)[:_LINES_AT_MOST]
        self.starts = [0, *accumulate(len(line) + 1 for line in self.raw)]
        self.starts[-1] = min(self.starts[-1], len(text))
        whole = "\n".join(self.raw)
        self._folded = fold_plainly(whole).split("\n") if plain(whole) else [fold_plainly(line) for line in self.raw]
        self._words: dict[int, list[str]] = {}

    def words(self, number: int) -> list[str]:
        """The folded words of a line."""
        found = self._words.get(number)
        if found is None:
            found = self._words[number] = WORD.findall(self._folded[number])
        return found

    def words_within(self, text: str, start: int, end: int) -> tuple[list[str], list[str]]:
        """The folded words of text[start:end], and those of its first line that has any."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        if last >= len(self.starts) or self.starts[first] != start or self.starts[last] != end:
            piece = text[start:end]
            return fold_text(piece).split(), fold_text(piece.strip().partition("\n")[0]).split()
        lines = [self.words(number) for number in range(first, last)]
        head = next((self.words(number) for number in range(first, last) if self.raw[number].strip()), [])
        return list(chain.from_iterable(lines)), head


def new_text(mail: Mail, rules: Rules) -> tuple[Span, ...]:
    """The spans of `mail.text` in order, without gaps or overlaps, each with its kind."""
    lines = _Lines(mail.text)
    spans = list(_merged(lines, _line_kinds(lines, rules.marks)))
    if mail.quoted:
        spans = [piece for span in spans for piece in _cut(span, mail.quoted)]
    return tuple(_footers_off(mail.text, lines, spans, rules.marks))


def own_words(mail: Mail, spans: Iterable[Span]) -> str:
    """The new text among the spans of `mail.text`, a line between its pieces."""
    return "\n".join(mail.text[span.start : span.end].strip() for span in spans if span.kind == NEW).strip()


def _line_kinds(lines: _Lines, marks: Marks) -> Iterator[str]:
    """What each line is."""
    rest = ""  # what all further lines are, once a history without quote signs began
    skip = 0
    for number, raw in enumerate(lines.raw):
        if skip:
            skip -= 1
            yield QUOTED
            continue
        if not rest:
            begun = _begun(lines, number, raw.strip(), marks)
            if begun:
                kind, skip, whole = begun
                rest = kind if whole else ""
                yield kind
                continue
        yield rest or NEW


def _begun(lines: _Lines, number: int, stripped: str, marks: Marks) -> tuple[str, int, bool] | None:
    """What else than new text begins here: its kind, how many more lines, whether all the rest belongs to it."""
    if not stripped:
        return None
    if stripped.startswith((">", "|>")):
        return QUOTED, 0, False
    if stripped in {"--", "—"}:
        after = any(line.strip() for line in lines.raw[number + 1 : number + 3])
        return (SIGNATURE, 0, True) if after and lines.raw[number].startswith(("--", "—")) else None
    if history := _history(lines, number, marks):
        return history
    mobile = len(stripped) < _SHORT_LINE and " ".join(lines.words(number)).startswith(marks.mobile)
    return (SIGNATURE, 0, False) if mobile else None


def _history(lines: _Lines, number: int, marks: Marks) -> tuple[str, int, bool] | None:
    """Whether a history begins at this line."""
    raw = lines.raw[number]
    if len(raw) > _ATTRIBUTION:
        return None
    words = lines.words(number)
    if sum(map(len, words)) + len(words) <= _HEADING:
        if marks.original.inside(words):
            return QUOTED, 0, True
        if marks.forwarded.inside(words):
            return FORWARDED, 0, True
    if _field(raw) in marks.sender and any(_field(line) in marks.others for line in _following(lines, number)):
        return QUOTED, 0, True
    return _attribution(lines, number, words, marks)


def _following(lines: _Lines, number: int) -> list[str]:
    return lines.raw[number + 1 : number + 1 + _HEADER_WITHIN]


def _field(raw: str) -> str:
    """The name of the header field that a line of a quoted header begins with, folded; empty if it is none."""
    if ":" not in raw and "\uff1a" not in raw:
        return ""
    field = _FIELD.match(raw)
    return fold_text(field.group(1)) if field else ""


def _attribution(lines: _Lines, number: int, words: list[str], marks: Marks) -> tuple[str, int, bool] | None:
    """“On Mon, 3 May 2024 at 10:00, Ann <ann@x> wrote:”, also broken over up to four lines."""
    if not words or (words[0] not in marks.opening and not marks.wrote.inside(words)):
        return None
    joined = ""
    for taken, raw in enumerate(lines.raw[number : number + 4], 1):
        joined = f"{joined} {raw.strip()}".strip()
        if len(joined) > _ATTRIBUTION or (taken > 1 and not raw.strip()):
            return None
        if joined.rstrip("\u00a0 ").endswith((":", "\uff1a")) and any(
            char.isdigit() or char in "@<" for char in joined
        ):
            folded = f" {fold_text(joined)} "
            if not any(f" {phrase} " in folded for phrase in marks.wrote_exactly):
                return None
            after = next((line for line in lines.raw[number + taken :] if line.strip()), "")
            return QUOTED, taken - 1, not after.lstrip().startswith(">")
    return None


def _merged(lines: _Lines, kinds: Iterable[str]) -> Iterator[Span]:
    """The lines as spans: neighbours of one kind are one span."""
    number = 0
    for kind, group in groupby(kinds):
        after = number + sum(1 for _ in group)
        yield Span(lines.starts[number], lines.starts[after], kind)
        number = after


def _cut(span: Span, quoted: tuple[tuple[int, int], ...]) -> Iterator[Span]:
    """The span with the parts marked by the HTML as quotation taken out."""
    position = span.start
    for start, end in sorted(quoted):
        if end <= position or start >= span.end:
            continue
        if start > position:
            yield Span(position, start, span.kind)
        position = min(end, span.end)
        yield Span(max(start, span.start), position, QUOTED)
    if position < span.end:
        yield Span(position, span.end, span.kind)


def _footers_off(text: str, lines: _Lines, spans: list[Span], marks: Marks) -> Iterator[Span]:
    """Paragraphs that are disclaimers or legal notices become footers; a headed one takes the rest with it."""
    budget = READ_AT_MOST
    for span in spans:
        if span.kind != NEW:
            yield span
            continue
        rest = False
        for start, end in _paragraphs(text, span.start, span.end):
            if budget <= 0:
                yield Span(start, end, FOOTER)
                continue
            budget -= end - start
            words, head = lines.words_within(text, start, end)
            heading = " ".join(head)
            rest = rest or (start > span.start and len(heading) < _FOOTER_HEADING and heading.startswith(marks.heading))
            footer = rest or marks.footer.inside(words)
            footer = footer or (start > span.start and _menu(text[start:end]) and marks.menu.inside(words))
            yield Span(start, end, FOOTER if footer else NEW)


def _menu(paragraph: str) -> bool:
    """Whether a paragraph is one line of short links side by side, as circulars end with."""
    return len(paragraph) <= _MENU_AT_MOST and bool(_MENU.fullmatch(paragraph.strip()))


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    while position < end:
        stop = text.find("\n\n", position, end)
        stop = end if stop < 0 else min(stop + 2, end)
        if stop - position > READ_AT_MOST:
            yield position, position + READ_AT_MOST
            yield position + READ_AT_MOST, end
            return
        yield position, stop
        position = stop
