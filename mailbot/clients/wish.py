"""One wish of a rectification as a value that may be written: checked, and in the notation of the stored one."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from mailbot.clients.alike import in_style_of, phone
from mailbot.core.address import normalise
from mailbot.core.reading.words import fold
from mailbot.core.values import Scalar

LONGEST = 200
"""Characters, where the column sets no limit of its own."""


class Unfit(ValueError):
    """A new value that must not be written as it is; the text says why, without the value."""


def new_value(field: str, text: str, stored: str, length: int | None, country: str) -> str:
    """`text` as it would be written over `stored` in a column of `length` characters. Raises Unfit."""
    value = _checked(field, unicodedata.normalize("NFC", text), stored, country)
    if len(value) > (length or LONGEST):
        raise Unfit("the new value is longer than the column")
    return value


def _checked(field: str, text: str, stored: str, country: str) -> str:
    if field == "email":
        try:
            return validate_email(text.strip(), check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise Unfit("the new value is no valid mail address") from error
    if field == "phone":
        number = phone(text, country)
        if number is None:
            raise Unfit("the new value is no possible phone number")
        return in_style_of(number, stored, country)
    value = " ".join(text.split())
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise Unfit("the new value has control or invisible characters")
    if not any(character.isalpha() for character in value) or (field != "address" and "@" in value):
        raise Unfit("the new value is no name" if field != "address" else "the new value is no address")
    return value


def means(field: str, written: str, stored: Scalar, country: str) -> bool:
    """Whether a value written in a mail is the stored one, however it is written."""
    if not isinstance(stored, str):
        return False
    if field == "email":
        return normalise(written) == normalise(stored)
    if field == "phone":
        number = phone(written, country)
        return number is not None and number == phone(stored, country)
    return fold(" ".join(written.split())) == fold(" ".join(stored.split()))
