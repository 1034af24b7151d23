"""How values stand in a letter: in one line, as given, as a block, masked; none can pass for structure of ours."""

from __future__ import annotations

import re

from jinja2 import StrictUndefined

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Lines(str):
    """Text of ours whose line breaks count; all other values are set in one line."""

    __slots__ = ()


_AS_IT_IS = (Lines, StrictUndefined)


def in_one_line(value: object) -> object:
    """Set a value in one line without control characters, so that no value can pass for structure of ours."""
    if isinstance(value, _AS_IT_IS):
        return value
    return _UNSEEN.sub("", " ".join(str(value).split()))


def blocked(text: str) -> Lines:
    """Return a text of staff with its paragraphs and lists, without control characters."""
    return Lines("\n".join(_UNSEEN.sub("", line).rstrip() for line in str(text).strip().splitlines()))


def quoted(text: str) -> Lines:
    """Return a text as given, each line marked by "> ": it cannot be taken for our own words."""
    return Lines("\n".join(f"> {in_one_line(line)}".rstrip() for line in str(text).strip().splitlines()))


def headed(title: str) -> Lines:
    """Return a heading: the title, underlined."""
    line = str(in_one_line(title))
    return Lines(f"{line}\n{'-' * len(line)}")


def masked(value: object) -> str:
    """Return a value that its owner recognises and a stranger does not learn: "Dupont" becomes "D•••t"."""
    text = str(in_one_line(value))
    return f"{text[0]}•••{text[-1]}" if len(text) > 3 else "•••"  # noqa: PLR2004  # shorter ones would be told whole
