"""The tags of a PDF: headings, lists, tables and paragraphs in reading order, for those who have it read aloud.

ISO 32000-1, 14.7 and 14.8: a tree of structure elements, whose leaves name marked sequences of the pages; whatever is
no content (rules, page numbers, repeated table heads) is marked as an artifact. fpdf2 tags images alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFObject


class Element(StructElem):
    """One structure element; `a` holds its attributes."""

    def __init__(self, tag: str, parent: PDFObject, attributes: str | None = None) -> None:
        """An element without content, of the type `tag`."""
        super().__init__(f"/{tag}", parent, [], page_number=1)
        self.a = attributes

    def on(self, page: int) -> None:
        """Its content stands on `page`."""
        self._page_number = page


class Tags(StructureTreeBuilder):
    """The tree of one document."""

    def __init__(self) -> None:
        """An empty tree."""
        super().__init__()
        self._document = self.doc_struct_elem
        self._elements: list[Element] = []
        # fpdf2 tells each element of this one its page: it lists those with content and stands in no tree
        self.doc_struct_elem = StructElem("/Document", self._document, [])

    def element(self, tag: str, parent: StructElem | None = None, attributes: str | None = None) -> Element:
        """A new element, the last one in `parent` (the document if None)."""
        inside = parent or self._document
        made = Element(tag, inside, attributes)
        inside.k.append(made)
        self._elements.append(made)
        return made

    def mark(self, element: Element, page: int) -> tuple[int, int]:
        """The number of a new marked sequence of `element` on `page`, and that of the page in the tree.

        An element that goes on on another page gets a span for each.
        """
        if element.k and not isinstance(element.k[0], int):
            element = self.element("Span", element)
        elif element.k and element.page_number() != page:
            before = Element("Span", element)
            before.on(element.page_number() or 1)
            before.k.extend(element.k)
            self._elements.append(before)
            self.doc_struct_elem.k.append(before)
            self.doc_struct_elem.k.remove(element)
            on_page = self._numbers(element.page_number() or 1)
            on_page[:] = [before if one is element else one for one in on_page]
            element.k[:] = [before]
            element = self.element("Span", element)
        element.on(page)
        self.doc_struct_elem.k.append(element)
        marks = self._numbers(page)
        element.k.append(len(marks))
        marks.append(element)
        return len(marks) - 1, self.spid_per_page_number[page]

    def _numbers(self, page: int) -> list[PDFObject]:
        place = self.spid_per_page_number.setdefault(page, len(self.spid_per_page_number))
        return self.struct_tree_root.parent_tree.nums[place]

    def empty(self) -> bool:
        """Whether nothing was tagged."""
        return not self._elements

    def __iter__(self) -> Iterator[PDFObject]:
        """All objects of the tree, its root first."""
        yield self.struct_tree_root
        yield self._document
        yield self.struct_tree_root.parent_tree
        yield from self._elements
