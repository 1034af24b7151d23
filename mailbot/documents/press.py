"""The press: PDFs are set in a process of its own, so that typesetting and fonts (50 MB) never stay in the daemon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from mailbot.beside import Beside, answer_all
from mailbot.core.values import Export, File, Organisation
from mailbot.documents.labels import Labels
from mailbot.documents.letter_pdf import Sheet, letter_pdf

DOCUMENTS = 200
"""A process ends after so many: whatever typesetting keeps goes with it."""
IDLE = 60.0
"""Seconds without a document after which it ends."""


class Press(Beside):
    """One process at a time that sets documents."""

    def __init__(self, documents: int = DOCUMENTS, idle: float = IDLE) -> None:
        """`documents` a process, `idle` seconds of rest before it is ended."""
        super().__init__(__name__, answers=documents, idle=idle)

    def pdf(
        self,
        export: Export,
        organisation: Organisation,
        words: Labels,
        password: str | None = None,
        inside: tuple[File, ...] = (),
    ) -> File:
        """As export_pdf(), and raises what it raises; OSError or EOFError if the process dies twice over it."""
        return cast("File", self.ask(("export", export, organisation, words, password, inside)))

    def letter(self, sheet: Sheet, language: str, at: datetime, page: str) -> File:
        """As letter_pdf(), with the words that each page bears; raises as pdf() does."""
        return cast("File", self.ask(("letter", sheet, language, at, page)))


PRESS = Press()
"""The one of this process: it is ended with it."""


def _letter(sheet: Sheet, language: str, at: datetime, page: str) -> File:
    from mailbot.documents.paper import Head  # noqa: PLC0415  # only here

    return letter_pdf(sheet, Head(sheet.title, sheet.company, language, at, page))


def main() -> None:
    """The whole life of the process."""
    from mailbot.documents.export_pdf import export_pdf  # noqa: PLC0415  # only here

    set_by: dict[str, Callable[..., File]] = {"export": export_pdf, "letter": _letter}

    def answer(question: tuple[str, ...]) -> File:
        kind, *what = question
        return set_by[kind](*what)

    answer_all(answer)
