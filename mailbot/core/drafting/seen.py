"""A database as it was looked at: tables, columns with sampled values, keys, links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.core.mapping.condition import TableName

_CLASSES = (
    (r".*\[\]$|^array", "text"),
    (r"^bool|^tinyint\(1\)|^bit(\(1\))?$", "boolean"),
    (r"^jsonb?|^hstore|^xml", "json"),
    (r"^uuid|^uniqueidentifier", "uuid"),
    (r"^inet|^cidr", "ip"),
    (r"geo|^point|^polygon|^geometry", "geo"),
    (r"^datetime|^timestamp|^smalldatetime", "moment"),
    (r"^date", "date"),
    (r"^time|^year|^interval|^tsvector|^mediant", "other"),
    (r"^(big|small|medium|tiny)?int|^integer|^int\d|^(big|small)?serial|^unsigned", "integer"),
    (r"^numeric|^decimal|^dec\b|^double|^float|^real|^money|^number", "number"),
    (r".*blob|^bytea|^image|^(var)?binary|^raw", "binary"),
)


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """One column; `samples` are some of its values as text, without empty ones."""

    name: str
    type: str  # as declared, lower case
    samples: tuple[str, ...] = ()

    @property
    def sort(self) -> str:
        """The class of its type: text integer number boolean date moment json uuid ip geo binary other."""
        declared = self.type.strip()
        return next((sort for pattern, sort in _CLASSES if re.match(pattern, declared)), "text")


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of `table` name a row of `target`: columns and the key columns that they equal, in pairs."""

    table: TableName
    columns: tuple[str, ...]
    target: TableName
    keys: tuple[str, ...]
    because: str = ""  # why it is believed; empty: the database declares it

    @property
    def declared(self) -> bool:
        """Whether the database itself says so."""
        return not self.because


@dataclass(frozen=True, slots=True)
class SeenTable:
    """One table or view."""

    name: TableName
    columns: Mapping[str, SeenColumn]
    key: tuple[str, ...] = ()
    view: bool = False
    rows: int | None = None  # None: not counted; 0: empty


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole database."""

    tables: Mapping[TableName, SeenTable] = field(default_factory=dict)
    links: tuple[Link, ...] = ()  # the declared ones
