"""Files for people, from values only: the copy of a person's data to read and to process."""

from __future__ import annotations

from datetime import datetime

from mailbot.core.values import Export, File, Organisation
from mailbot.documents.labels import Labels
from mailbot.documents.letter_pdf import Sheet


def export_files(export: Export, organisation: Organisation, words: Labels) -> tuple[File, ...]:
    """Everything held on one person, twice: a document to read (PDF) and data for machines (JSON), in these words."""
    from mailbot.documents.export_json import export_json  # noqa: PLC0415  # heavy parts are loaded on use
    from mailbot.documents.press import PRESS  # noqa: PLC0415

    return (PRESS.pdf(export, organisation, words), export_json(export, organisation, words))


def letter_file(sheet: Sheet, language: str, at: datetime, words: Labels) -> File:
    """Our own words as a PDF: a letter to print, a certificate, a receipt."""
    from mailbot.documents.press import PRESS  # noqa: PLC0415  # as above

    return PRESS.letter(sheet, language, at, words.page)
