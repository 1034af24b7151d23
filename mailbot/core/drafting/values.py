"""What sampled values say of a column: that they are mail addresses, phones, or not what its name promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import phonenumbers

_EMAIL = re.compile(r"[^@\s<>,;:/]+@[^@\s<>,;:/]+\.[^\W\d_]{2,}")
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}|(?=.*::|(?:.*:){7})[0-9a-fA-F:]{3,39}")
_HASH = re.compile(r"\$(2[abxy]?|1|5|6|argon2\w*|P|H)\$.+|pbkdf2\w*\$.+|\{S?SHA\d*\}.+|scrypt:.+", re.IGNORECASE)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_PHONE = re.compile(r"[+0(][\d .()/\-\u00a0\u202f]{6,22}\d")
_MOST = 0.6  # of the values, to believe them against a name that says nothing
_SOME = 0.2  # of the values at least must be possible
_FEWEST = 3  # values, to refuse what a name says


def by_values(samples: Sequence[str], country: str) -> str | None:
    """The category that the values show by themselves, or None. `country` (ISO 3166): of phones without prefix."""
    shown = {
        "email": _share(samples, _is(_EMAIL)),
        "secret": _share(samples, _is(_HASH)),
        "ip": _share(samples, _is(_IP)),
        "bank": _share(samples, _is_iban),
        "phone": _share(samples, lambda one: _is_phone(one, country)) if len(samples) >= _FEWEST else 0.0,
    }
    return next((category for category, share in shown.items() if share >= _MOST), None)


def contradicted(category: str, samples: Sequence[str]) -> bool:
    """Whether the values cannot be what the name says."""
    possible = _POSSIBLE.get(category)
    return possible is not None and len(samples) >= _FEWEST and _share(samples, possible) < _SOME


def _is(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text.strip()) is not None


def _lettered(text: str) -> bool:
    return any(map(str.isalpha, text))


_POSSIBLE: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: "@" in text,
    "phone": lambda text: sum(map(str.isdigit, text)) >= 4,  # noqa: PLR2004 -- extensions have as many
    "first_name": _lettered,
    "last_name": _lettered,
    "full_name": _lettered,
    "whole_name": _lettered,
    "city": _lettered,
    "secret": lambda text: len(text) > 2,  # noqa: PLR2004 -- flags are shorter
    "ip": lambda text: text.isdigit() or _is(_IP)(text),
}


def _share(samples: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, samples)) / len(samples) if samples else 0.0


def _is_iban(text: str) -> bool:
    """ISO 13616: moved to the end and read as a number, it leaves 1 modulo 97."""
    plain = "".join(text.split()).upper()
    return bool(_IBAN.fullmatch(plain)) and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_phone(text: str, country: str) -> bool:
    if not _PHONE.fullmatch(text.strip()):
        return False
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, country)))
    except phonenumbers.NumberParseException:
        return False
