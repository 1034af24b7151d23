"""Files for people, from values only: the copy of a person's data to read and to process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.core.packed import CHUNK
from mailbot.core.values import Export, File, Organisation
from mailbot.documents.labels import Labels
from mailbot.documents.letter_pdf import Sheet

MOST_FILES = 3
"""More leave in one ZIP."""


def export_files(
    export: Export, organisation: Organisation, words: Labels, password: str | None = None
) -> tuple[File, ...]:
    """Everything held on one person, twice: a document to read (PDF) and data for machines (JSON), in these words.

    With a password both are one encrypted PDF (AES-256), the data attached inside. Many records make the JSON a ZIP.
    """
    data = _data(export, organisation, words)
    if password is not None:
        return (_pdf(export, organisation, words, password, (data,)),)
    return (_pdf(export, organisation, words), data)


def portable_files(
    export: Export, organisation: Organisation, words: Labels, password: str | None = None
) -> tuple[File, ...]:
    """What `export` holds for other programs (GDPR art. 20): JSON, and one CSV a holding; many as one ZIP."""
    from mailbot.documents.export_csv import csv_name, csv_parts  # noqa: PLC0415  # heavy parts on use
    from mailbot.documents.export_json import json_parts, stem  # noqa: PLC0415  # as above

    name = stem(export, words, "portability")
    members = [(f"{name}.json", json_parts(export, organisation, words, "portability"))]
    members += [(csv_name(holding), csv_parts(holding)) for holding in export.holdings]
    if password is not None:
        inside = tuple(File(member, _type(member), b"".join(pieces)) for member, pieces in members)
        return (replace(_pdf(export, organisation, words, password, inside), name=f"{name}.pdf"),)
    if len(members) >= MOST_FILES or _large(export):
        from mailbot.documents.bundle import bundle  # noqa: PLC0415  # as above

        return (bundle(f"{name}.zip", export.as_of, members),)
    return tuple(File(member, _type(member), b"".join(pieces)) for member, pieces in members)


def together(exports: Sequence[tuple[File, ...]], name: str, at: datetime) -> tuple[File, ...]:
    """The files of several exports for one mail: names that differ, and one ZIP where they are many."""
    if len(exports) == 1:
        return exports[0]
    files = [replace(file, name=f"{number}-{file.name}") for number, one in enumerate(exports, 1) for file in one]
    if len(files) <= MOST_FILES:
        return tuple(files)
    from mailbot.documents.bundle import bundle  # noqa: PLC0415  # as above

    return (bundle(f"{name}-{at:%Y-%m-%d}.zip", at, [(file.name, [file.content]) for file in files]),)


def letter_file(sheet: Sheet, language: str, at: datetime, words: Labels) -> File:
    """Our own words as a PDF: a letter to print, a certificate, a receipt."""
    from mailbot.documents.press import PRESS  # noqa: PLC0415  # as above

    return PRESS.letter(sheet, language, at, words.page)


def _data(export: Export, organisation: Organisation, words: Labels) -> File:
    from mailbot.documents.export_json import export_json, json_parts, stem  # noqa: PLC0415  # as above

    if not _large(export):
        return export_json(export, organisation, words)
    from mailbot.documents.bundle import bundle  # noqa: PLC0415  # as above

    name = stem(export, words)
    return bundle(f"{name}.zip", export.as_of, [(f"{name}.json", json_parts(export, organisation, words))])


def _pdf(
    export: Export,
    organisation: Organisation,
    words: Labels,
    password: str | None = None,
    inside: tuple[File, ...] = (),
) -> File:
    from mailbot.documents.press import PRESS  # noqa: PLC0415  # as above

    return PRESS.pdf(export, organisation, words, password, inside)


def _large(export: Export) -> bool:
    return sum(len(holding.rows) for holding in export.holdings) > CHUNK


def _type(name: str) -> str:
    return "text/csv" if name.endswith(".csv") else "application/json"
