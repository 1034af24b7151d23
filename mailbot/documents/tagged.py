"""Pages whose content bears its tags: what is set inside marked() is read aloud, what is inside artifact() is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fpdf import FPDF
from fpdf.prefs import ViewerPreferences
from fpdf.table import Table

from mailbot.documents.tags import Element, Tags

COLUMN_HEAD = ("TH", "<</O /Table /Scope /Column>>")
ROW_HEAD = ("TH", "<</O /Table /Scope /Row>>")


class Tagged(FPDF):
    """An empty tagged document; its title stands in the window."""

    _inside: Element | None = None  # the group under way
    _open: Element | None = None  # whose content is being set

    def __init__(self) -> None:
        """Begin the document, without a page."""
        super().__init__(format="A4")
        self._tags = self.struct_builder = Tags()
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    @contextmanager
    def group(self, tag: str) -> Iterator[None]:
        """An element that others stand in: a list, a table, a row."""
        before = self._inside
        self._inside = self._tags.element(tag, before)
        yield
        self._inside = before

    @contextmanager
    def marked(self, tag: str, attributes: str | None = None) -> Iterator[None]:
        """Content, which may run over pages."""
        self._open = self._tags.element(tag, self._inside, attributes)
        self._begin()
        yield
        self._out("EMC")
        self._open = None

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is no content: rules, page numbers, heads that are repeated."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def add_page(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as FPDF's own
        """Begin a page; content under way goes on there."""
        if self._open:
            self._out("EMC")
        super().add_page(*args, **kwargs)
        self._begin()

    def _begin(self) -> None:
        if self._open is not None:
            number, self.pages[self.page].struct_parents = self._tags.mark(self._open, self.page)
            self._out(f"{self._open.s} <</MCID {number}>> BDC")


class TaggedTable(Table):
    """A table of fpdf2 whose rows and cells bear their tags; the heads of further pages are artifacts."""

    _fpdf: Tagged
    _headed = False
    _repeats = False

    def _render_table_row(self, i: int, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Table's own
        if i == 0 and self._headed:
            self._repeats = True
            with self._fpdf.artifact():
                super()._render_table_row(i, *args, **kwargs)
            self._repeats = False
            return
        self._headed = True
        with self._fpdf.group("TR"):
            super()._render_table_row(i, *args, **kwargs)

    def _render_table_cell(self, i: int, j: int, *args: Any, **kwargs: Any) -> tuple[bool, float, float]:  # noqa: ANN401 -- as above
        if kwargs.get("cell_height_info") is None or self._repeats:  # the first: it is measured
            return super()._render_table_cell(i, j, *args, **kwargs)
        with self._fpdf.marked(*COLUMN_HEAD) if i == 0 else self._fpdf.marked("TD"):
            return super()._render_table_cell(i, j, *args, **kwargs)
