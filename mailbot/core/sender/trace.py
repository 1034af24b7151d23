"""The hops of a mail (RFC 5321, section 4.4): down to which header line only our own receivers wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BY = re.compile(r"(?:^|\s)by\s+\[?([^\s;()\[\]]+)", re.IGNORECASE)
_FROM = re.compile(r"(?:^|\s)from\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Zone:
    """The header lines [0:end) that our receivers wrote; `confirmed` if one of their Received lines is among them."""

    end: int
    confirmed: bool


def trusted_zone(headers: tuple[tuple[str, str], ...], receivers: tuple[str, ...]) -> Zone:
    """Everything above the first Received line whose `by` is none of `receivers` (host names; subdomains count).

    Without receivers, or without any Received line, the whole header section. A first line without `from` is a
    receiver's hand-over to itself, as Gmail writes it under an address instead of its name.
    """
    if not receivers:
        return Zone(len(headers), confirmed=False)
    confirmed, first = False, True
    for place, (name, value) in enumerate(headers):
        if name != "received":
            continue
        by = _BY.search(_without_comments(value))
        if by and _is_ours(by[1], receivers):
            confirmed = True
        elif not first or _FROM.search(value):
            return Zone(place, confirmed)
        first = False
    return Zone(len(headers), confirmed)


def _is_ours(host: str, receivers: tuple[str, ...]) -> bool:
    name = host.lower().rstrip(".")
    return any(name == ours.lower() or name.endswith(f".{ours.lower()}") for ours in receivers)


def _without_comments(value: str) -> str:
    """`value` without what stands in brackets, so that no HELO name can play a `by`."""
    out, depth = [], 0
    for piece in re.split(r"([()])", value):
        depth = depth + 1 if piece == "(" else max(depth - 1, 0) if piece == ")" else depth
        if not depth and piece not in {"(", ")"}:
            out.append(piece)
    return " ".join(out)
