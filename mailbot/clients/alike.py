"""When two names or two phone numbers are the same, however they are written."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from mailbot.core.reading.words import fold

_VARIABLE = re.compile(r"[aceinouysz]+")  # letters that may carry an accent or be half of a ligature
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\D+")
_COMPARED_DIGITS = 8


def words(text: str) -> frozenset[str]:
    """The folded words of a name: order, case, accents, hyphens and apostrophes play no part."""
    return frozenset(_WORD.findall(fold(text)))


def like_pattern(word: str) -> str:
    """A SQL LIKE pattern that finds at least all spellings of the folded `word`; what it finds is compared again."""
    return re.sub("%+", "%", f"%{_VARIABLE.sub('%', word)}%")


@lru_cache(maxsize=4096)
def phone(text: str, country: str) -> str | None:
    """The number as E.164, read as in `country` (ISO 3166) where it has no prefix; None if it is no possible number."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def last_digits(e164: str) -> str:
    """The end of a number that every notation of it shares."""
    return _DIGITS.sub("", e164)[-_COMPARED_DIGITS:]


def in_style_of(e164: str, stored: str, country: str) -> str:
    """`e164` written the way that `stored` is: international or national, with its separator."""
    number = phonenumbers.parse(e164)
    abroad = phonenumbers.region_code_for_number(number) != country
    style = phonenumbers.PhoneNumberFormat
    if abroad or stored.strip().startswith("+"):
        spaced = style.INTERNATIONAL if abroad or " " in stored.strip() else style.E164
        return str(phonenumbers.format_number(number, spaced))
    separator = re.search(r"(?<=\d)\D(?=\d)", stored)
    national = str(phonenumbers.format_number(number, style.NATIONAL))
    return re.sub(r"\s", separator[0] if separator else " " if not stored.strip() else "", national)
