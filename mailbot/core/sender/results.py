"""Authentication-Results as receivers really write it (RFC 8601, section 2.2): read tolerantly, believed strictly.

Tolerated: comments, versions, folding, a trailing `;`, Microsoft 365's form without an authserv-id. Whatever could
have been planted by the sender (a quoted string with marks in it, a comment that is not closed, a property twice)
makes its result, or the whole header, unusable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([^"()]++)|([()])')
_ID = re.compile(r"([^\s=;]+)(?:\s+\d+)?")
_RESULT = re.compile(r"([a-z][a-z0-9_-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)\ufffd*(?:\s(.*))?", re.DOTALL)
_AROUND_EQUALS = re.compile(r" ?= ?")
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+|reason|action|policy|x-[a-z0-9-]+)=([^\s=]*)")
_PLAIN = re.compile(r"[\w.@+-]*")
_COMMENT_MARK = re.compile(r"\\.|[()]")
_SPOILT = "\ufffd"  # stands for a quoted string that is more than a plain value, or a comment glued to one
_IDENTITIES = frozenset(
    {"header.d", "header.i", "header.from", "smtp.mailfrom", "smtp.mail", "smtp.envelope-from", "smtp.helo"}
)


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, all in lower case; `usable` if a pass in it may be believed."""

    method: str
    value: str
    properties: Mapping[str, str]
    usable: bool


@dataclass(frozen=True, slots=True)
class Results:
    """One header: who says it (None in Microsoft's form), and what."""

    authserv_id: str | None
    found: tuple[Result, ...]


def read_results(value: str) -> Results | None:
    """The results in one header value, unfolded; None where quotes or comments do not close."""
    plain = _without_comments(value)
    if plain is None:
        return None
    first, *rest = (_tightened(segment) for segment in plain.lower().split(";"))
    if _RESULT.fullmatch(first):
        return Results(None, _all([first, *rest]))
    name = _ID.fullmatch(first)
    return Results(name[1].rstrip("."), _all(rest)) if name else None


def _tightened(segment: str) -> str:
    """A segment with single blanks, and none around its `=`."""
    return _AROUND_EQUALS.sub("=", " ".join(segment.split()))


def _all(segments: list[str]) -> tuple[Result, ...]:
    found = (_result(segment) for segment in segments if segment)
    return tuple(result for result in found if result)


def _result(segment: str) -> Result | None:
    match = _RESULT.fullmatch(segment)
    if not match:
        return None
    properties: dict[str, str] = {}
    usable = True
    for word in (match[3] or "").split():
        pair = _PROPERTY.fullmatch(word)
        if not pair or pair[1] in properties:
            usable = False
            continue
        properties[pair[1]] = pair[2]
        usable = usable and not (pair[1] in _IDENTITIES and _SPOILT in pair[2])
    return Result(match[1], match[2], properties, usable)


def _without_comments(value: str) -> str | None:
    """`value` with comments as blanks and quoted strings bare if plain, else spoilt; None if something stays open."""
    out: list[str] = []
    position = 0
    while position < len(value):
        token = _TOKEN.match(value, position)
        if not token or token[3] == ")":
            return None
        position = token.end()
        if token[3]:
            end = _comment_end(value, position)
            if end is None:
                return None
            position = end
            glued = out and out[-1] and not out[-1][-1].isspace() and out[-1][-1] != ";"
            out.append(_SPOILT if glued else " ")
        elif token[2]:
            out.append(token[2])
        else:
            out.append(token[1] if _PLAIN.fullmatch(token[1]) else _SPOILT)
    return "".join(out)


def _comment_end(value: str, position: int) -> int | None:
    """Where the comment that was opened just before `position` ends, inner ones included; None if it does not."""
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(value, position)
        if not mark:
            return None
        depth += (mark[0] == "(") - (mark[0] == ")")
        position = mark.end()
    return position
