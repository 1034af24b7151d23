"""The HTML form of a letter, made from its plain text: paragraphs, lists, headings and quotations, all escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import groupby

_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
    '<body style="margin:0;padding:24px 16px;background:#ffffff;color:#1f2933;'
    'font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5">\n'
    '<div style="max-width:640px;margin:0 auto">\n{content}\n</div>\n</body>\n</html>\n'
)
_HEADING = '<h2 style="margin:28px 0 8px;font-size:18px;line-height:1.3">{}</h2>'
_PARAGRAPH = '<p style="margin:0 0 14px">{}</p>'
_LIST = '<ul style="margin:0 0 14px;padding-left:22px">\n{}\n</ul>'
_QUOTE = '<blockquote style="margin:0 0 14px;padding:4px 14px;border-left:3px solid #9aa5b1">{}</blockquote>'


def to_html(text: str, language: str, title: str) -> str:
    """Return `text` as one HTML page without any remote content; every character of it stays text."""
    blocks = []
    for kind, lines in groupby(text.split("\n"), _kind):
        if kind:
            blocks.append(_BLOCKS[kind](list(lines)))
    return _PAGE.format(language=escape(language), title=escape(title), content="\n".join(blocks))


def _kind(line: str) -> str:
    """Tell what a line belongs to; lines moved in by two blanks go on with the item above them."""
    if line.startswith(("- ", "  ")):
        return "list"
    if line.startswith(">"):
        return "quote"
    return "text" if line.strip() else ""


def _list(lines: Sequence[str]) -> str:
    items = "\n".join(lines).removeprefix("- ").split("\n- ")
    return _LIST.format("\n".join(f'<li style="margin:0 0 4px">{_broken(item.split(chr(10)))}</li>' for item in items))


def _quote(lines: Sequence[str]) -> str:
    return _QUOTE.format(_broken([line[1:] for line in lines]))


def _text(lines: Sequence[str]) -> str:
    if len(lines) > 1 and len(lines[1]) > 1 and not lines[1].strip("-"):
        rest = lines[2:]
        return _HEADING.format(escape(lines[0])) + ("\n" + _text(rest) if rest else "")
    return _PARAGRAPH.format(_broken(lines))


def _broken(lines: Sequence[str]) -> str:
    return "<br>\n".join(escape(line.strip(), quote=False) for line in lines)


_BLOCKS: Mapping[str, Callable[[Sequence[str]], str]] = {"list": _list, "quote": _quote, "text": _text}
