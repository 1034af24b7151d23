"""Which parts of a mail's text its writer has just written, and which are history, signature or legal footer.

Only new text can ask. Replies above, below and between quoted lines are new. The wording by which mail programs begin
a quotation is data (`rules/<language>/quoting.toml`); the words of all languages count at once, since the
program's language need not be the writer's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mailbot.core.reading.words import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.rules import Rules
    from mailbot.core.values import Mail

NEW, QUOTED, FORWARDED, SIGNATURE, FOOTER = "new", "quoted", "forwarded", "signature", "footer"
READ_AT_MOST = 60_000  # characters of new text; what lies beyond is for people
_LINES_AT_MOST = 20_000
_HEADER_WITHIN = 5  # lines in which the other fields of a quoted header stand
_ATTRIBUTION = 400  # characters that “On … wrote:” may take with its line breaks
_FOOTER_HEADING = 60
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


@dataclass(frozen=True, slots=True)
class _Marks:
    """The wordings of all languages, folded."""

    wrote: tuple[str, ...]
    opening: frozenset[str]
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    sender: frozenset[str]
    others: frozenset[str]
    mobile: tuple[str, ...]
    footer: tuple[str, ...]
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def new_text(mail: Mail, rules: Rules) -> tuple[Span, ...]:
    """The spans of `mail.text` in order, without gaps or overlaps, each with its kind."""
    marks = _marks(
        tuple(sorted((code, tuple(sorted(language.quoting.items()))) for code, language in rules.languages.items()))
    )
    kinds: list[tuple[_Line, str]] = list(_line_kinds(mail.text, marks))
    spans = list(_merged(kinds))
    if mail.quoted:
        spans = [piece for span in spans for piece in _cut(span, mail.quoted)]
    return tuple(_footers_off(mail.text, spans, marks))


@lru_cache(maxsize=8)
def _marks(data: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]) -> _Marks:
    def all_of(key: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                fold_text(entry) for _, entries in data for name, values in entries if name == key for entry in values
            )
        )

    return _Marks(
        wrote=all_of("wrote"),
        opening=frozenset(all_of("opening")),
        original=all_of("original"),
        forwarded=all_of("forwarded"),
        sender=frozenset(all_of("from")),
        others=frozenset(all_of("sent") + all_of("to") + all_of("subject")),
        mobile=all_of("mobile"),
        footer=all_of("footer"),
        heading=all_of("heading"),
    )


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    while start <= len(text) and len(lines) < _LINES_AT_MOST:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        lines.append(_Line(start, min(end + 1, len(text)), text[start:end]))
        start = end + 1
    return lines


def _line_kinds(text: str, marks: _Marks) -> Iterator[tuple[_Line, str]]:
    lines = _lines(text)
    rest = ""  # what all further lines are, once a history without quote signs began
    skip = 0
    for number, line in enumerate(lines):
        if rest:
            yield line, rest
            continue
        if skip:
            skip -= 1
            yield line, QUOTED
            continue
        stripped = line.text.strip()
        if stripped.startswith((">", "|>")):
            yield line, QUOTED
        elif (
            stripped in {"--", "—"}
            and line.text.startswith(("--", "—"))
            and any(after.text.strip() for after in lines[number + 1 : number + 3])
        ):
            rest = SIGNATURE
            yield line, rest
        elif (begun := _history(lines, number, marks)) is not None:
            kind, taken, whole = begun
            rest = kind if whole else ""
            skip = taken - 1
            yield line, kind
        elif stripped and len(stripped) < _SHORT_LINE and fold_text(stripped).startswith(marks.mobile):
            yield line, SIGNATURE
        else:
            yield line, NEW


def _history(lines: list[_Line], number: int, marks: _Marks) -> tuple[str, int, bool] | None:
    """Whether a history begins at this line: its kind, the lines of its header, whether all the rest belongs to it."""
    raw = lines[number].text
    if len(raw) > _ATTRIBUTION or not raw.strip():
        return None
    folded = fold_text(raw)
    if any(phrase in folded for phrase in marks.original) and len(folded) < _HEADING:
        return QUOTED, 1, True
    if any(phrase in folded for phrase in marks.forwarded) and len(folded) < _HEADING:
        return FORWARDED, 1, True
    field = _FIELD.match(raw)
    if field and fold_text(field.group(1)) in marks.sender and _fields(lines, number + 1, marks) >= 1:
        return QUOTED, 1, True
    return _attribution(lines, number, folded, marks)


def _fields(lines: list[_Line], number: int, marks: _Marks) -> int:
    return sum(
        1
        for line in lines[number : number + _HEADER_WITHIN]
        if (field := _FIELD.match(line.text)) and fold_text(field.group(1)) in marks.others
    )


def _attribution(lines: list[_Line], number: int, folded: str, marks: _Marks) -> tuple[str, int, bool] | None:
    """“On Mon, 3 May 2024 at 10:00, Ann <ann@x> wrote:”, also broken over up to four lines."""
    if not folded or (
        folded.split(maxsplit=1)[0] not in marks.opening and not any(phrase in folded for phrase in marks.wrote)
    ):
        return None
    joined = ""
    for taken in range(1, 5):
        if number + taken > len(lines):
            return None
        joined = f"{joined} {lines[number + taken - 1].text.strip()}".strip()
        if len(joined) > _ATTRIBUTION or (taken > 1 and not lines[number + taken - 1].text.strip()):
            return None
        if joined.rstrip("\u00a0 ").endswith((":", ":")) and any(char.isdigit() or char in "@<" for char in joined):
            words = fold_text(joined)
            if not any(f" {phrase} " in f" {words} " for phrase in marks.wrote):
                return None
            after = next((line.text for line in lines[number + taken :] if line.text.strip()), "")
            return QUOTED, taken, not after.lstrip().startswith(">")
    return None


def _merged(kinds: list[tuple[_Line, str]]) -> Iterator[Span]:
    begin: Span | None = None
    for line, kind in kinds:
        if begin and begin.kind == kind:
            begin = Span(begin.start, line.end, kind)
        else:
            if begin:
                yield begin
            begin = Span(line.start, line.end, kind)
    if begin:
        yield begin


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


def _footers_off(text: str, spans: list[Span], marks: _Marks) -> Iterator[Span]:
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
            folded = fold_text(text[start:end])
            heading = fold_text(text[start:end].strip().partition("\n")[0])
            rest = rest or (start > span.start and len(heading) < _FOOTER_HEADING and heading.startswith(marks.heading))
            footer = rest or any(phrase in folded for phrase in marks.footer)
            yield Span(start, end, FOOTER if footer else NEW)


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
