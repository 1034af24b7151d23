"""The changes that the tables of a mail tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailbot.core.reading.tables import Row, rows
from mailbot.core.reading.words import WORD, fold, fold_plainly
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.mentions import Mentions

_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
_PHONE = re.compile(r"\+?\d[\d .()/-]{6,}\d")
_FORM = re.compile(r"\b(?:S\.?r\.?l|S\.?p\.?A|GmbH|SARL|SAS|SA|Ltd|AG|KG|BV|B\.V|NV|S\.?L)\b")
_NAMED = re.compile(r"[^\W\d_]")


def told_in_tables(m: Mentions) -> list[Change]:
    """The changes of all rows; their sentences count as told."""
    if "|" not in m.mail.text and "  " not in m.mail.text and "\t" not in m.mail.text:
        return []
    found = list(rows(m.mail.text, m.spans, m.language))
    m.tell({number for number, one in enumerate(m.seen) if any(_overlap(one, row) for row in found)})
    return [change for row in found for change in _of_row(row, m)]


def _overlap(one: Seen, row: Row) -> bool:
    sentence = one.sentence
    own = sentence.place == "text" and sentence.lead < len(sentence.starts)
    return own and sentence.starts[sentence.lead] < row.end and row.start < sentence.ends[-1]


def _of_row(row: Row, m: Mentions) -> Iterator[Change]:
    if not _NAMED.search(row.new) and not any(map(str.isdigit, row.new)):
        return
    old = fold(row.old)  # “Petra Sikkens, but a new number” is the same person still
    same = bool(old) and fold(row.new).startswith(f"{old},")
    if old != fold(row.new) and not same and not _says(row.new, "unchanged", m) and not row.new.startswith("("):
        yield from _of_cell(row, m)
    others = (*row.others, row.new) if same else row.others
    for cell in others if not _says(" ".join(row.others), "unchanged", m) else ():
        for value in _PHONE.findall(cell):
            yield Change("phone", None, value)
        for value in _MAIL.findall(cell):
            yield Change("email", None, value)


def _of_cell(row: Row, m: Mentions) -> Iterator[Change]:
    """What a new value and its old one are: by their form, else by the words of the first cell."""
    mail, phone = _MAIL.search(row.new), _PHONE.search(row.new)
    name = row.new[: min((found.start() for found in (mail, phone) if found), default=len(row.new))].strip(" ,;(–-")
    old = _untitled(row.old, m) or None
    if _NAMED.search(name):
        field = _field(row.label, f"{row.old} {name}", m)
        yield Change(field, old, _untitled(name, m) if field != "address" else row.new)
    for field, value in (("email", mail), ("phone", phone)):
        if value and not (name and field == "phone" and _field(row.label, name, m) == "address"):
            yield Change(field, None if _NAMED.search(name) else old, value.group())


def _field(label: str, value: str, m: Mentions) -> str:
    if _FORM.search(value) or _says(label, "renamed", m) or _says(label, "company_mark", m):
        return "company"
    if any(map(str.isdigit, value)) or (not any(map(str.isdigit, label)) and _says(label, "moved", m)):
        return "address"
    if _says(label, "first_name", m):
        return "first_name"
    if _says(label, "last_name", m) and not _says(label, "contactperson", m):
        return "last_name"
    return "site_contact"


def _says(cell: str, name: str, m: Mentions) -> bool:
    return m.numbers.get(name, -1) in m.language.vocabulary.occurrences(WORD.findall(fold_plainly(cell)))


def _untitled(text: str, m: Mentions) -> str:
    """A name without the titles before it."""
    words = text.split()
    while len(words) > 1 and m.numbers.get("title", -1) in m.language.vocabulary.classes(fold(words[0].strip("."))):
        words = words[1:]
    return "" if text.startswith("(") or not text.strip("-– ") else " ".join(words)
