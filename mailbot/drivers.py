"""Which database drivers this run needs: peewee loads all that are installed, 26 MB that SQLite alone never uses.

To be called before peewee is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mailbot.config import ConfigError, find_config

SCHEMES = {"psycopg": ("postgres",), "pymysql": ("mysql", "mariadb")}
"""Driver -> what the URLs hold that it serves."""


def leave_out_unneeded(arguments: Sequence[str]) -> tuple[str, ...]:
    """Let no driver be imported that neither the command line nor the configuration in force speaks of; which."""
    said = " ".join(arguments) + _configuration(arguments)
    unneeded = tuple(name for name, words in SCHEMES.items() if not any(word in said for word in words))
    for name in unneeded:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: as if it were not installed
    return unneeded


def _configuration(arguments: Sequence[str]) -> str:
    """The text of the configuration; nothing where there is none (the command will say so)."""
    try:
        return find_config(_explicit(arguments)).read_text(encoding="utf-8", errors="replace")
    except (ConfigError, OSError):
        return ""


def _explicit(arguments: Sequence[str]) -> Path | None:
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in {"--config", "-c"}:
            return Path(value if equals else next(iter(arguments[place + 1 :]), ""))
    return None
