"""All the ways to write one address, as conditions that a database can look for.

Each function gives a superset: whatever `normalise` makes the same is in it, and some more. Who uses it compares
again with `normalise`, which alone decides.
"""

from __future__ import annotations

import re

_A_LABEL = re.compile(r"(?<![^.])xn--[^.]*")
_FOREIGN = re.compile(r"(?:[\x00-\x7f]?[^\x00-\x7f])+")
_LONGEST = 200  # characters of a pattern; a longer address is told apart by its beginning, then compared
_DEEP = 64  # characters that are followed case by case
_INTO_DOMAIN = 4  # of its domain: who shares them with the local part is soon compared
_FIRST_SEEN, _FIRST_FOREIGN, _LAST = "!", "\x80", "\U0010ffff"


def spans(form: str) -> list[tuple[str, str]] | None:
    """Spans [from, to) in the order of bytes (memcmp of UTF-8) that hold each notation of the normal form `form`.

    None where there is no such span: the first letter may be written in more ways than in two cases.
    """
    at = form.rfind("@") + 1
    known = form[: min(_DEEP, at + _INTO_DOMAIN, _foreign(form), *_ways_apart(form, at))]
    if not known:
        return None
    found = [("", _FIRST_SEEN), (_FIRST_FOREIGN, _LAST), (known, _behind(known))]
    for place, letter in enumerate(known):
        if letter.isalpha():
            start = known[:place]
            other = letter.swapcase()
            found.append((start + other, start + chr(ord(other) + 1)))
    return found


def folded_spans(form: str) -> list[tuple[str, str]] | None:
    """As spans(), where the order of the database folds the case of ASCII letters itself."""
    found = spans(form)
    return found[:3] if found else None


def pattern(form: str) -> str:
    """A LIKE pattern that every notation of the normal form `form` meets where LIKE folds the case of ASCII letters.

    It holds no backslash; what stands for one character or many in it is meant so.
    """
    at = form.rfind("@") + 1
    domain = _A_LABEL.sub("%", form[at:]).replace(".", "%")
    text = (form[:at] + domain).replace("\\", "_")
    if not text.isascii():
        text = _FOREIGN.sub("%", text)
    return f"%{text[:_LONGEST]}%"


def _foreign(form: str) -> int:
    """Where letters beyond ASCII begin to count: one before the first, with which it may be composed."""
    found = re.search(r"[^\x00-\x7f]", form)
    return max(0, found.start() - 1) if found else len(form)


def _ways_apart(form: str, at: int) -> list[int]:
    """Where the domain may go on in another way: at its first dot (RFC 3490 knows four) and its first A-label."""
    return [place for sign in (".", "xn--") if (place := form.find(sign, at)) != -1]


def _behind(start: str) -> str:
    """The first text behind all that begin with `start`, which ends with an ASCII letter, digit or sign."""
    return start[:-1] + chr(ord(start[-1]) + 1)
