"""A sober A4 page: banner, headings, lists of facts, tables, page numbers. Loaded only when a document is made."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from fpdf.enums import MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from mailbot.documents.tagged import ROW_HEAD, Tagged, TaggedTable

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_INK, _SOFT, _ACCENT = (31, 41, 51), (97, 110, 124), (24, 73, 110)
_BOX, _RULE = (243, 246, 249), (203, 210, 217)
_MARGIN = 20.0  # mm
_LABEL = 48.0  # mm, the column of labels
_LINE = 5.2  # mm
_PRIVATE = frozenset(range(0xE000, 0xF900))  # characters without agreed meaning: none of them is printed as content
_PAGES = "\uf41d"  # one of them, as wide as a figure: stands for the number of pages until it is known
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Head:
    """What every document says of itself."""

    title: str
    company: str
    language: str
    at: datetime  # when it was made: the same content of the same moment gives the same bytes
    page: str  # "Page {} of {}"


class Paper(Tagged):
    """One document under way; `unprintable` tells whether a character had to be replaced by "□"."""

    def __init__(self, head: Head, content: object) -> None:
        """Begin the first page; the document's identity follows from `head` and `content` (any value with a repr)."""
        super().__init__()
        self.unprintable = False
        self._head = head
        self._identity = hashlib.sha256(ascii((head, content)).encode()).hexdigest()[:32].upper()
        for style, name in (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf")):
            self.add_font(_FAMILY, style, _FONTS / name)
        font = self.fonts[_FAMILY.lower()]
        self._glyphs = frozenset(font.cmap) - _PRIVATE if isinstance(font, TTFFont) else frozenset()
        self.alias_nb_pages(_PAGES)
        self.set_creation_date(head.at)
        self.set_lang(head.language)
        self.set_title(self._safe(head.title))
        self.set_author(self._safe(head.company))
        self.set_creator("mailbot")
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=24)
        self.add_page()

    def file_id(self) -> str:
        """Return an identity that follows from the content, so that the same export gives the same bytes."""
        return f"<{self._identity}><{self._identity}>"

    def footer(self) -> None:
        """Draw company and page number at the foot of each page."""
        self.set_y(-16)
        self._pen(8, _SOFT)
        half = self.epw / 2
        with self.artifact():
            self.cell(half, 5, self._safe(self._head.company))
            self.cell(half, 5, self._head.page.format(self.page_no(), _PAGES), align="R")

    def banner(self, over: str, title: str, size: float = 21) -> None:
        """Draw the head of the document: who speaks, and of what, in letters of `size` points."""
        if over:
            self._pen(9, _SOFT)
            self._write("P", over)
            self.ln(1)
        self._pen(size, _ACCENT, "B")
        self._write("H1", title, size * 0.48)
        self.ln(2)
        with self.artifact():
            self.set_draw_color(*_ACCENT)
            self.set_line_width(0.6)
            self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        self.ln(5)

    def heading(self, text: str, room: float = 60) -> None:
        """Begin a section on a page that has `room` mm left: it never stands alone at the foot."""
        if self.will_page_break(room):
            self.add_page()
        else:
            self.ln(7)
        self._pen(13, _ACCENT, "B")
        self.start_section(self._safe(text))
        self._write("H2", text, 7)
        self.ln(1.5)

    def subheading(self, text: str) -> None:
        """Begin one record of several."""
        if self.will_page_break(20):
            self.add_page()
        self.ln(2)
        self._pen(9.5, _ACCENT, "B")
        self._write("H3", text)
        self.ln(0.5)

    def paragraph(self, text: str) -> None:
        """Set one paragraph of running text."""
        self._pen(9.5, _INK)
        self._write("P", text)
        self.ln(2)

    def lines(self, text: str) -> None:
        """Set lines as they are: an address, a signature."""
        self._pen(9.5, _INK)
        self._write("P", text)
        self.ln(2)

    def envelope(self, address: str, left: float, top: float) -> None:
        """Set an address where the window of an envelope shows it, `left` and `top` mm from the edges."""
        self._pen(10.5, _INK)
        self.set_y(top)
        with self.marked("P"):
            for line in address.splitlines():
                self.set_x(left)
                self.multi_cell(0, _LINE, self._safe(line), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(self.y, top + 35) + 5)

    def items(self, texts: Sequence[str]) -> None:
        """Set the items of a list."""
        self._pen(9.5, _INK)
        with self.group("L"):
            for text in texts:
                self.set_x(self.l_margin + 3)
                with self.group("LI"), self.marked("LBody"):
                    self.multi_cell(
                        self.epw - 3, _LINE, self._safe(f"•  {text}"), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
                    )
        self.ln(2)

    def quotation(self, text: str) -> None:
        """Set the words of another, moved in on a tinted ground."""
        self._pen(9.5, _INK)
        self.set_fill_color(*_BOX)
        with self.group("BlockQuote"), self.marked("P"):
            for line in text.splitlines():
                self.set_x(self.l_margin + 4)
                words = self._safe(line) or " "
                self.multi_cell(self.epw - 8, _LINE, words, align="L", fill=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def facts(self, pairs: Sequence[tuple[str, str]], *, boxed: bool = False) -> None:
        """Set labels with their values beside them, on a tinted ground if `boxed`; values may run over pages."""
        with self.group("Table"):
            for label, value in pairs:
                self._fact(self._safe(label), self._safe(value), boxed=boxed)
        self.ln(3)

    def rows(self, titles: Sequence[str], records: Sequence[Sequence[str]]) -> None:
        """Set records as rows under their titles, which are repeated on each page."""
        self._pen(8.5, _INK)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        widths = [max(len(row[place]) for row in (titles, *records)) for place in range(len(titles))]
        self.set_fill_color(255, 255, 255)
        table = TaggedTable(
            self,
            align="L",
            text_align="L",
            col_widths=tuple(min(max(width, 6), 30) for width in widths),
            line_height=4.8,
            padding=(1, 2),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="B", color=_ACCENT, fill_color=_BOX),
        )
        for row in (titles, *records):
            table.row([self._safe(value) for value in row])
        with self.group("Table"):
            table.render()
        self.ln(3)

    def finished(self) -> bytes:
        """Return the document."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The total page count")  # a footer one figure wider harms nobody
            return bytes(self.output())

    def _fact(self, label: str, value: str, *, boxed: bool) -> None:
        left, width = self.l_margin + _LABEL, self.epw - _LABEL
        self._pen(9.5, _INK)
        height = max(self._height(width, value), self._height(_LABEL, label)) + 1.4
        if self.will_page_break(min(height, 3 * _LINE)):
            self.add_page()
        top, page = self.y, self.page
        if boxed and not self.will_page_break(height):
            with self.artifact():
                self.set_fill_color(*_BOX)
                self.rect(self.l_margin, top, self.epw, height, style="F")
        self._pen(9, _SOFT)
        self.set_y(top + 0.7)
        with self.group("TR"):
            with self.marked(*ROW_HEAD):
                self.multi_cell(_LABEL, _LINE, label, align="L", padding=(0, 2), new_x=XPos.LMARGIN, new_y=YPos.TOP)
            self._pen(9.5, _INK)
            self.set_xy(left, top + 0.7)
            with self.marked("TD"):
                self.multi_cell(width, _LINE, value, align="L", padding=(0, 2), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(top + height if self.page == page else self.y)

    def _height(self, width: float, text: str) -> float:
        lines = self.multi_cell(
            width, _LINE, text, align="L", padding=(0, 2), dry_run=True, output=MethodReturnValue.LINES
        )
        return _LINE * len(cast("list[str]", lines))

    def _write(self, tag: str, text: str, height: float = _LINE) -> None:
        with self.marked(tag):
            self.multi_cell(0, height, self._safe(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pen(self, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(_FAMILY, style, size)
        self.set_text_color(*colour)

    def _safe(self, text: str) -> str:
        """Return `text` with every character that the font lacks replaced, and control characters taken out."""
        seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " "))
        safe = "".join(character if character == "\n" or ord(character) in self._glyphs else "□" for character in seen)
        self.unprintable = self.unprintable or safe != seen
        return safe
