"""Which text of an HTML mail nobody sees: hidden by display, size, opacity, colour or place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_SHEET = 100_000
_RULE_LIMIT = 500

_SIMPLE = re.compile(r"[a-z][a-z0-9]*|[a-z0-9]*[.#][\w-]+")
_BRACE = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,/]*([\d.]*)")
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|%)?")
_NAMES = {"white": "ffffff", "black": "000000", "red": "ff0000", "gray": "808080", "transparent": "transparent"}
_HEX3 = re.compile(r"#[0-9a-f]{3}")
_HEX6 = re.compile(r"#?[0-9a-f]{6}")
_FAINT = 0.05
_OFF_SCREEN = -500


@dataclass(frozen=True, slots=True)
class Look:
    """What an element inherits: taken away or too small, its text colour, the colour behind it (None = unknown)."""

    hidden: bool = False
    tiny: bool = False  # unlike hidden, an inner element may undo it: layouts set size 0 around their text
    colour: str | None = "000000"
    behind: str | None = "ffffff"

    @property
    def unseen(self) -> bool:
        """Whether a reader sees nothing of its text."""
        if self.hidden or self.tiny or self.colour == "transparent":
            return True
        return self.colour is not None and self.colour == self.behind


@dataclass(frozen=True, slots=True)
class Sheet:
    """A mail's own style sheets: declarations by simple selector (tag, .class, #id), and the look to begin with."""

    rules: Mapping[str, str]
    first: Look


def sheet_of(sources: Iterable[str | None]) -> Sheet:
    """The style sheets in `sources`. Rules inside @media are left out: they are made for other screens.

    Other selectors are passed over; if one of them paints a background, the colour behind a text is unknown.
    """
    rules: dict[str, str] = {}
    behind: str | None = "ffffff"
    for selector, declarations in (rule for source in sources for rule in _rules(source or "")):
        for name in selector.split(",")[:20]:
            key = name.strip()
            if _SIMPLE.fullmatch(key) and len(rules) < _RULE_LIMIT:
                key = key if key[0] in ".#" or not set(key) & set(".#") else "." + key.partition(".")[2]
                rules[key] = rules.get(key, "") + declarations + ";"
            elif "background" in declarations:
                behind = None
    return Sheet(rules, Look(behind=behind))


def _rules(source: str) -> Iterator[tuple[str, str]]:
    """The rules of one style sheet outside of any @ block, as (selector, declarations)."""
    text = _COMMENT.sub("", source[:MAX_SHEET].lower())
    depth, last, selector = 0, 0, ""
    for brace in _BRACE.finditer(text):
        piece, last = text[last : brace.start()].strip(), brace.end()
        if brace[0] == "{":
            depth += 1
            selector = piece if depth == 1 else ""
        else:
            depth = max(depth - 1, 0)
            if selector and "@" not in selector:
                yield selector, piece
            selector = ""


def look_of(outer: Look, tag: str, attributes: dict[str, str | None], style: str, rules: Mapping[str, str]) -> Look:
    """How the inside of an element looks; `outer` itself if nothing changes."""
    if rules:
        style = _matching(tag, attributes, rules) + style
    colour, behind = attributes.get("color"), attributes.get("bgcolor")
    if not style and not colour and not behind and "hidden" not in attributes:
        return outer
    declared = _declarations(style)
    back = declared.get("background-color") or declared.get("background") or behind
    inside = Look(
        outer.hidden or "hidden" in attributes or _hides(declared),
        _too_small(declared.get("font-size"), outer=outer.tiny),
        _colour(declared.get("color", colour), outer.colour),
        _background(back, outer.behind),
    )
    return outer if inside == outer else inside


def _matching(tag: str, attributes: dict[str, str | None], rules: Mapping[str, str]) -> str:
    keys = [tag, *(f".{name}" for name in (attributes.get("class") or "").lower().split()[:20])]
    if attributes.get("id"):
        keys.append(f"#{attributes['id']}".lower())
    return "".join(rules.get(key, "") for key in keys)


def _declarations(style: str) -> dict[str, str]:
    """Property to value; the last one wins."""
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, colon, value in pairs if colon}


def _hides(declared: dict[str, str]) -> bool:
    if declared.get("display") == "none" or declared.get("visibility") in {"hidden", "collapse"}:
        return True
    if _tiny(declared.get("opacity"), _FAINT):
        return True
    clipped = declared.get("overflow") == "hidden" or declared.get("overflow-y") == "hidden"
    if clipped and any(_tiny(declared.get(name), 1) for name in ("height", "max-height", "width", "max-width")):
        return True
    placed = declared.get("position") in {"absolute", "fixed"}
    places = ("left", "top", "text-indent") if placed else ("text-indent", "margin-left")
    return any(_far(declared.get(place)) for place in places)


def _too_small(size: str | None, *, outer: bool) -> bool:
    """Whether a font size leaves nothing to read; a size relative to nothing is nothing."""
    match = _NUMBER.fullmatch(size) if size else None
    if not match:
        return outer and size is None
    return _tiny(size, 1) or (outer and match[2] in {"em", "ex", "%"})


def _tiny(value: str | None, limit: float) -> bool:
    """Whether a size is at most `limit` px or pt (or a ratio of 0.05)."""
    match = _NUMBER.fullmatch(value) if value else None
    if not match:
        return False
    return float(match[1]) <= (_FAINT if match[2] in {"em", "rem", "ex"} else limit)


def _far(value: str | None) -> bool:
    match = _NUMBER.fullmatch(value) if value else None
    return match is not None and float(match[1]) <= _OFF_SCREEN


def _background(value: str | None, outer: str | None) -> str | None:
    if value is None or value in {"none", "transparent", "inherit", "initial"}:
        return outer
    if "url(" in value or "gradient" in value:
        return None
    known = (_colour(word, None) for word in [value, *value.split()])
    colour = next((colour for colour in known if colour), None)
    return outer if colour == "transparent" else colour


def _colour(value: str | None, outer: str | None) -> str | None:
    """A colour as six hex digits, `transparent`, or None where it is not understood."""
    if value is None:
        return outer
    word = value.strip().lower()
    if word in {"inherit", "initial", "currentcolor", ""}:
        return outer
    if match := _RGB.match(word):
        faint = match[4] and _tiny(match[4], _FAINT)
        return "transparent" if faint else "".join(f"{min(int(part[:3]), 255):02x}" for part in match.group(1, 2, 3))
    if _HEX3.fullmatch(word):
        return "".join(digit * 2 for digit in word[1:])
    return word.removeprefix("#") if _HEX6.fullmatch(word) else _NAMES.get(word)
