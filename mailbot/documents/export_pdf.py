"""The copy of a person's data to read (GDPR art. 15): a PDF, one section for each holding."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from mailbot.core.values import Export, File, HoldingData, Organisation
from mailbot.documents.labels import Labels, in_words

if TYPE_CHECKING:
    from mailbot.documents.paper import Paper

PRINTED = 200
"""Records of a holding that are printed: nobody reads more on paper, and the file for machines has all of them."""
_MOST_COLUMNS = 6  # of a table that can still be read on a portrait page
_LONGEST_CELL = 60  # characters


def export_pdf(
    export: Export,
    organisation: Organisation,
    words: Labels,
    password: str | None = None,
    inside: tuple[File, ...] = (),
) -> File:
    """Return everything held as one PDF file, in `words`; the same export gives the same bytes.

    Content of the client database stays text, whatever it holds. With a `password` it is encrypted (AES-256, PDF 2.0)
    and the files `inside` are attached to it; they and its text open with the password alone.
    """
    from mailbot.documents.paper import Head, Paper  # noqa: PLC0415  # 25 MB of typesetting: loaded on first use only

    head = Head(words.title, organisation.name, export.language, export.as_of, words.page)
    paper = Paper(head, (export, organisation, words))
    if password is not None:
        _lock(paper, password)
    for file in inside:
        _attach(paper, file)
    _cover(paper, export, organisation, words)
    for holding in export.holdings:
        _holding(paper, holding, words)
    _rights(paper, organisation, words)
    return File(f"{words.file_name}-{export.as_of:%Y-%m-%d}.pdf", "application/pdf", paper.finished())


def _attach(paper: Paper, file: File) -> None:
    """Put a file into the document; its name is encrypted with the rest, which fpdf2 leaves out."""
    from fpdf.syntax import PDFString  # noqa: PLC0415  # as above

    attached = paper.embed_file(bytes=file.content, basename=file.name, compress=True, mime_type=file.media_type)
    named = attached.file_spec()
    named.f = named.u_f = PDFString(file.name, encrypt=True)


def _lock(paper: Paper, password: str) -> None:
    """Encrypt the document for its reader; nobody has rights beyond his."""
    from fpdf.enums import AccessPermission, EncryptionMethod  # noqa: PLC0415  # as above

    paper.set_encryption(
        owner_password=secrets.token_urlsafe(24),
        user_password=password,
        encryption_method=EncryptionMethod.AES_256,
        permissions=AccessPermission.all(),
        encrypt_metadata=True,
    )


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
    records = [[in_words(value, words) for value in row] for row in islice(holding.rows, PRINTED)]
    if not records:
        paper.paragraph(words.nothing)
    elif len(records) > 1 and _fits_a_table(titles, records):
        paper.rows(titles, records)
    else:
        _one_by_one(paper, titles, records, words)
    if len(holding.rows) > PRINTED:
        paper.paragraph(words.more.format(len(holding.rows) - PRINTED))


def _information(holding: HoldingData, words: Labels) -> Iterator[tuple[str, str]]:
    """Give the information of art. 15(1)(a)-(d) and (g)."""
    yield words.purpose, holding.purpose
    yield words.basis, words.bases[holding.basis]
    yield words.categories, ", ".join(dict.fromkeys(column.title for column in holding.columns))
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
