"""The forms of value that config.toml knows: what people may write, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, ValidationInfo

SCHEMES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",  # peewee reaches MariaDB by the scheme of MySQL
}
DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}  # rounded up: kept at least that long
SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
NUMBERED = re.compile(r"(\d+)\s*([a-z]+)", re.IGNORECASE)


class Section(BaseModel):
    """One table of config.toml: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)


def loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _folder(info: ValidationInfo) -> Path:
    """Where relative paths count from: the folder of the file that is read."""
    context: Mapping[str, Path] = info.context or {}
    return context.get("folder", Path())


def _path(value: Path, info: ValidationInfo) -> Path:
    return _folder(info) / value.expanduser()


def _url(value: str, info: ValidationInfo) -> str:
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in SCHEMES:
        allowed = "sqlite:///file.db, postgresql://user@host/name, mysql://user@host/name"
        raise ValueError(f"not the address of a database; allowed: {allowed}")
    if SCHEMES[scheme] != "sqlite":
        if len(urlsplit(value).path) < 2:  # noqa: PLR2004  # "/" and a name
            raise ValueError(f"names no database; write {scheme}://user@host/name")
        return f"{SCHEMES[scheme]}://{rest}"
    name, question, query = rest.removeprefix("/").partition("?")
    if name == ":memory:":
        raise ValueError("a database in memory is lost with each command; write sqlite:///file.db")
    if not rest.startswith("/") or not name:
        raise ValueError("names no file; write sqlite:///file.db beside this file, or sqlite:////folder/file.db")
    return f"sqlite:///{(_folder(info) / name).absolute()}{question}{query}"


def _many(value: object) -> object:
    """A list that holds one text may be written as that text; an empty text is an empty list."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return value


def _counted(units: Mapping[str, int], allowed: str) -> BeforeValidator:
    """A number, or a text such as "5 years", whose unit `units` turns into the number."""

    def number(value: object) -> object:
        if not isinstance(value, str) or value.strip().isdecimal():
            return value
        match = NUMBERED.fullmatch(value.strip())
        unit = match[2].casefold() if match else ""
        factor = units.get(unit) or units.get(unit.removesuffix("s"))
        if match is None or factor is None:
            raise ValueError(f"allowed: {allowed}")
        return int(match[1]) * factor

    return BeforeValidator(number)


def _address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise ValueError("not a mail address; write only the address, such as direction@astrallys.com")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no time zone has this name; write one such as Europe/Paris") from None
    return value


def _letters(value: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", value):
        raise ValueError("two letters are allowed, such as fr or FR")
    return value


def _day(value: object) -> object:
    """A TOML date or time, or an ISO text, as the date it falls on; an empty text is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).date() if value.strip() else None
        except ValueError:
            raise ValueError("not a date; write one such as 2026-11-01") from None
    return value


def _past(value: date | None) -> date | None:
    if value is not None and value > datetime.now().astimezone().date():
        raise ValueError("lies in the future: no mail would be read as new; allowed: today or earlier")
    return value


File: TypeAlias = Annotated[Path, AfterValidator(_path)]
"""A path; a relative one counts from the config file's folder."""
Url: TypeAlias = Annotated[str, AfterValidator(_url)]
"""The address of a database, as peewee reads it; the path of SQLite made absolute."""
Address: TypeAlias = Annotated[str, AfterValidator(_address)]
"""One bare mail address."""
Texts: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_many)]
"""Texts; one alone may be written without brackets."""
Addresses: TypeAlias = Annotated[tuple[Address, ...], BeforeValidator(_many)]
"""Mail addresses; one alone may be written without brackets."""
Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""
Size: TypeAlias = ByteSize
"""Bytes, or a text such as "25MB" or "25 MiB"."""
Days: TypeAlias = Annotated[int, _counted(DAYS, 'days as a number, or a text such as "30 days" or "5 years"')]
"""Days, or a text such as "5 years"."""
Seconds: TypeAlias = Annotated[int, _counted(SECONDS, 'seconds as a number, or a text such as "5 minutes"')]
"""Seconds, or a text such as "5 minutes"."""
Zone: TypeAlias = Annotated[str, AfterValidator(_zone)]
"""The name of a time zone."""
Country: TypeAlias = Annotated[str, AfterValidator(_letters), AfterValidator(str.upper)]
"""ISO 3166-1 alpha-2."""
Language: TypeAlias = Annotated[str, AfterValidator(_letters), AfterValidator(str.lower)]
"""ISO 639-1."""
PastDay: TypeAlias = Annotated[date | None, AfterValidator(_past), BeforeValidator(_day)]
"""A day, today at the latest, or none."""
OPTIONAL = BeforeValidator(lambda value: None if value == "" else value)
"""Marks a key where an empty text means that it is not set."""
