"""Our own words on paper: a letter to print and post, a certificate, a receipt; from the text of a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from mailbot.core.values import File

if TYPE_CHECKING:
    from mailbot.documents.paper import Head, Paper

_ADDRESS_TOP = 45.0  # mm from the upper edge: the window of an envelope (DIN 680, NF Z 11-001)
_ADDRESS_LEFT = 110.0  # mm from the left edge


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: `text` in the markup of our letters (headings underlined, "- " items, "> " quotations)."""

    name: str  # of the file
    title: str
    text: str
    company: str
    sender: str  # lines over the title
    address: str = ""  # lines for the window of an envelope; none: no letter but a document


def letter_pdf(sheet: Sheet, head: Head) -> File:
    """Return the sheet as a PDF file; the same sheet and head give the same bytes."""
    from mailbot.documents.paper import Paper  # noqa: PLC0415  # heavy: loaded on first use only

    paper = Paper(head, sheet)
    if sheet.address:
        paper.lines(sheet.sender)
        paper.envelope(sheet.address, _ADDRESS_LEFT, _ADDRESS_TOP)
        paper.banner("", sheet.title, 13)
    else:
        paper.banner(sheet.sender.replace("\n", ", "), sheet.title)
    for kind, lines in groupby(sheet.text.split("\n"), _kind):
        _block(paper, kind, list(lines))
    return File(sheet.name, "application/pdf", paper.finished())


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "list"
    return "quote" if line.startswith(">") else "text" if line.strip() else ""


def _block(paper: Paper, kind: str, lines: Sequence[str]) -> None:
    if kind == "list":
        paper.items([line[2:] for line in lines])
    elif kind == "quote":
        paper.quotation("\n".join(line[1:].removeprefix(" ") for line in lines))
    elif kind == "text":
        underlined = len(lines) > 1 and len(lines[1]) > 1 and not lines[1].strip("-")
        if underlined:
            paper.heading(lines[0], room=30)
        rest = lines[2:] if underlined else lines
        if rest:
            paper.lines("\n".join(rest))
