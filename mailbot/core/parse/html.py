"""HTML to the text that a reader sees: blocks become lines, quotations are marked, what is hidden is set aside.

One walk without recursion over the tree that selectolax (lexbor) builds. Time is linear in the size of the HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailbot.core.parse.style import Look, Sheet, look_of, sheet_of

MAX_HTML = 4_000_000  # code points
MAX_NODES = 100_000
MAX_OPEN = 600  # lexbor takes quadratic time in the depth: 5,000 levels 20 ms, 20,000 levels 320 ms
_MANY_TAGS = 4000
_QUOTE_DEPTH = 5

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SKIPPED = frozenset(
    {"head", "script", "style", "title", "template", "object", "svg", "math", "select", "textarea", "iframe", "video"}
)
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_QUOTE_CLASSES = frozenset(
    {"gmail_attr", "moz-cite-prefix", "moz-forward-container", "yahoo_quoted", "protonmail_quote"}
)
_QUOTED_FROM_HERE = frozenset({"appendonsend", "divrplyfwdmsg", "mail-editor-reference-message-container"})
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid\s+#(?:e1e1e1|b5c4df)")
_TIGHT = re.compile(r"margin(?:-bottom)?:\s*0[a-z]*(?:\s+0[a-z]*)*\s*(?:;|$)")
_INDENT = re.compile(r"border:\s*none|margin:\s*0(?:px)?\s+0(?:px)?\s+0(?:px)?\s+40px")


def render(html: str) -> tuple[str, str, tuple[tuple[int, int], ...], list[str]]:
    """The visible text, the hidden text, the spans of the visible text that are quotation, and the oddities.

    Lines inside a quoting blockquote begin with `> `, as in a plain text mail.
    """
    if _too_deep(html[:MAX_HTML]):
        return unescape(_ANY_TAG.sub("\n", html[:MAX_HTML])), "", (), ["html too deep: tags stripped"]
    tree = LexborHTMLParser(html[:MAX_HTML])
    walk = _Walk(sheet_of(node.text() for node in tree.css("style")[:20]))
    if len(html) > MAX_HTML:
        walk.oddities.append(f"html cut after {MAX_HTML} characters")
    if tree.body:
        walk.run(tree.body)
    return walk.result()


def _too_deep(html: str) -> bool:
    """Whether more elements may be open at once than lexbor handles quickly."""
    if html.count("<") < _MANY_TAGS:
        return False
    depth = 0
    for match in _TAG.finditer(html):
        if match[1]:
            depth = max(depth - 1, 0)
        elif match[2].lower() not in _VOID:
            depth += 1
            if depth > MAX_OPEN:
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds inside an element: how it looks, whether blanks count, how deep in quotations it lies."""

    look: Look
    pre: bool = False
    quotes: int = 0


class _Walk:
    """One walk over a tree, filling lines."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.lines: list[str] = []
        self.line: list[str] = []
        self.hidden: list[str] = []
        self.spans: list[tuple[int, int]] = []  # quoted lines [first, last)
        self.open = 0  # quoting elements now open
        self.first = 0  # line where the outermost of them began
        self.oddities: list[str] = []
        self.prefix = ""
        self.gap = False  # the next line begins or follows a paragraph
        self.paragraphs: list[tuple[bool, bool, int]] = []  # open ones: with a margin, gap before, first line
        self.searches = 20  # each looks through a whole subtree

    def run(self, body: LexborNode) -> None:
        """Visit every node under `body` in document order, entering and leaving, up to MAX_NODES."""
        first, _ = self._enter(body, "body", _Frame(self.sheet.first))
        stack: list[tuple[LexborNode | None, _Frame, str]] = [(body.first_child, first, "")]
        left = MAX_NODES
        while stack:
            node, frame, leaving = stack.pop()
            if leaving:
                self._leave(leaving, frame)
            if node is None:
                continue
            left -= 1
            if not left:
                self.oddities.append("html cut: too many elements")
                return
            stack.append((node.next, frame, ""))
            if node.is_text_node:
                self._say(node.text_content or "", frame)
            elif (tag := node.tag or "") not in _SKIPPED and not tag.startswith(("-", "_", "!")):
                inner, quoting = self._enter(node, tag, frame)
                stack.append((None, frame, quoting + tag))
                stack.append((node.first_child, inner, ""))

    def _enter(self, node: LexborNode, tag: str, frame: _Frame) -> tuple[_Frame, str]:
        """Begin an element: what holds inside it, and `>` if it is a quotation."""
        attributes = node.attributes
        style = (attributes.get("style") or "").lower()[:2000]
        quote = self._quotes(tag, attributes, style, node)
        if tag in _BLOCKS or quote:
            self._break()
        if tag == "p":
            loose = not _TIGHT.search(style) and not (attributes.get("class") or "").startswith("Mso")
            self.paragraphs.append((loose, self.gap, len(self.lines)))
            self.gap = loose or self.gap
        if tag == "br":
            self._flush()
        elif tag in {"td", "th"} and self.line:
            self.line.append(" ")
        elif tag == "li":
            self.line.append("- ")
        if quote == "from here":
            self._quote_from_here()
        elif quote:
            self.first = self.first if self.open else len(self.lines)
            self.open += 1
        look = look_of(frame.look, tag, attributes, style, self.sheet.rules)
        deeper = quote == "quote" and tag == "blockquote"
        if look is frame.look and not deeper and tag != "pre":
            inner = frame
        else:
            inner = _Frame(look, frame.pre or tag == "pre", frame.quotes + deeper)
        self.prefix = "> " * min(inner.quotes, _QUOTE_DEPTH)
        return inner, ">" if quote == "quote" else ""

    def _quotes(self, tag: str, attributes: dict[str, str | None], style: str, node: LexborNode) -> str:
        """`quote` for an element that quotes, `from here` for a mark after which all is quoted, else nothing."""
        if tag == "blockquote":
            marked = attributes.get("type") == "cite" or "quote" in (attributes.get("class") or "")
            return "quote" if marked or not _INDENT.search(style) else ""
        if (attributes.get("id") or "").lower() in _QUOTED_FROM_HERE or (style and _OUTLOOK_RULE.search(style)):
            return "from here"
        classes = (attributes.get("class") or "").split()
        if _QUOTE_CLASSES.intersection(classes):
            return "quote"
        if "gmail_quote" in classes and self.searches:
            self.searches -= 1
            if not node.css_first("blockquote"):
                return "quote"  # a forward; around a blockquote it also holds replies written between the lines
        return ""

    def _leave(self, leaving: str, frame: _Frame) -> None:
        tag = leaving.removeprefix(">")
        if tag in _BLOCKS or leaving != tag:
            self._break()
        if tag == "p" and self.paragraphs:
            loose, before, line = self.paragraphs.pop()
            self.gap = loose if len(self.lines) > line else before  # a paragraph that nobody sees leaves no gap
        if leaving != tag:
            self.open -= 1
            if not self.open:
                self.spans.append((self.first, len(self.lines)))
        self.prefix = "> " * min(frame.quotes, _QUOTE_DEPTH)

    def _quote_from_here(self) -> None:
        """A mark after which all is history: it stays open to the end."""
        if not self.open:
            self.first = len(self.lines)
        self.open += 1

    def _say(self, text: str, frame: _Frame) -> None:
        if frame.look.unseen:
            if text.strip():
                self.hidden.append(_BLANKS.sub(" ", text).strip())
        elif frame.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self._flush()
                self.line.append(line)
        else:
            text = _BLANKS.sub(" ", text)
            at_blank = not self.line or self.line[-1].endswith(" ")
            text = text.removeprefix(" ") if at_blank else text
            if text:
                self.line.append(text)

    def _break(self) -> None:
        """Go to the start of a line."""
        if self.line:
            self._flush()

    def _flush(self) -> None:
        if self.gap and self.line and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix.rstrip())  # the blank that a reader sees around a paragraph
        self.gap = False
        self.lines.append((self.prefix + "".join(self.line)).rstrip())
        self.line = []

    def result(self) -> tuple[str, str, tuple[tuple[int, int], ...], list[str]]:
        """The text, the hidden text, the quoted spans in code points, and the oddities."""
        self._break()
        if self.open:
            self.spans.append((self.first, len(self.lines)))
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        text = "\n".join(self.lines)
        spans = tuple((starts[a], min(starts[b], len(text))) for a, b in self.spans if b > a)
        return text, "\n".join(self.hidden), spans, self.oddities
