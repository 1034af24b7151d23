"""The copy of a person's data to read (GDPR art. 15): a PDF, one section for each holding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mailbot.core.values import Export, File, HoldingData, Organisation
from mailbot.documents.labels import Labels, in_words

if TYPE_CHECKING:
    from mailbot.documents.paper import Paper

_MOST_COLUMNS = 6  # of a table that can still be read on a portrait page
_LONGEST_CELL = 60  # characters


def export_pdf(export: Export, organisation: Organisation, words: Labels) -> File:
    """Return everything held as one PDF file, in `words`; the same export gives the same bytes.

    Content of the client database stays text, whatever it holds.
    """
    from mailbot.documents.paper import Head, Paper  # noqa: PLC0415  # 25 MB of typesetting: loaded on first use only

    head = Head(words.title, organisation.name, export.language, export.as_of, words.page)
    paper = Paper(head, (export, organisation, words))
    _cover(paper, export, organisation, words)
    for holding in export.holdings:
        _holding(paper, holding, words)
    _rights(paper, organisation, words)
    return File(f"{words.file_name}-{export.as_of:%Y-%m-%d}.pdf", "application/pdf", paper.finished())


def _cover(paper: Paper, export: Export, organisation: Organisation, words: Labels) -> None:
    person = export.person
    paper.banner(organisation.name, words.title)
    company = f" ({person.company})" if person.company else ""
    controller = f"{organisation.controller}, {organisation.name}\n{organisation.address}"
    paper.facts(
        [
            (words.made_for, f"{person.name or ', '.join(person.emails)}{company}"),
            (words.as_of, in_words(export.as_of, words)),
            (words.controller, controller),
            (words.contact, organisation.contact),
        ]
    )
    paper.paragraph(words.introduction)


def _holding(paper: Paper, holding: HoldingData, words: Labels) -> None:
    paper.heading(holding.title)
    paper.facts(list(_information(holding, words)), boxed=True)
    titles = [column.title for column in holding.columns]
    records = [[in_words(value, words) for value in row] for row in holding.rows]
    if not records:
        paper.paragraph(words.nothing)
    elif len(records) > 1 and _fits_a_table(titles, records):
        paper.rows(titles, records)
    else:
        _one_by_one(paper, titles, records, words)


def _information(holding: HoldingData, words: Labels) -> Iterator[tuple[str, str]]:
    """Give the information of art. 15(1)(a)-(d) and (g)."""
    yield words.purpose, holding.purpose
    yield words.basis, words.bases[holding.basis]
    yield words.categories, ", ".join(dict.fromkeys(column.category or column.title for column in holding.columns))
    yield words.recipients, ", ".join(holding.recipients) or words.nobody
    yield words.retention, holding.retention
    yield words.source, holding.source


def _fits_a_table(titles: Sequence[str], records: Sequence[Sequence[str]]) -> bool:
    return len(titles) <= _MOST_COLUMNS and all(len(value) <= _LONGEST_CELL for row in records for value in row)


def _one_by_one(paper: Paper, titles: Sequence[str], records: Sequence[Sequence[str]], words: Labels) -> None:
    for number, record in enumerate(records, 1):
        if len(records) > 1:
            paper.subheading(words.record.format(number, len(records)))
        paper.facts(list(zip(titles, record, strict=True)))


def _rights(paper: Paper, organisation: Organisation, words: Labels) -> None:
    paper.heading(words.automated_title, room=35)
    paper.paragraph(words.automated)
    paper.heading(words.rights_title, room=50)
    paper.paragraph(words.rights.format(organisation.contact))
    paper.paragraph(words.complaint)
    if paper.unprintable:
        paper.paragraph(words.unprintable)
