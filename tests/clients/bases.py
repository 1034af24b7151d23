"""Client databases for tests: statements run beside mailbot, as the client's own software would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailbot.clients.connect import close_all, open_database
from mailbot.core.mapping.datamap import DataMap, load_map
from mailbot.core.values import Person, PersonRef
from mailbot.demo.database import build
from mailbot.interfaces import ClientDirectory

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KINDS = ("sqlite", "postgres", "mariadb")
RULES = Path(__file__).parents[2] / "rules" / "datamap.toml"


def url_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a new database of `kind`; SQLite's file is there and empty."""
    if kind == "sqlite":
        (folder / "clients.db").touch()
        return f"sqlite:///{folder}/clients.db"
    return str(request.getfixturevalue(f"{kind}_url"))


def sample(url: str) -> str:
    """The sample database, small, at `url`."""
    build(url, companies=20, contacts=40, today=TODAY)
    return url


def sample_map() -> DataMap:
    return load_map(RULES.read_text(encoding="utf-8"), "rules/datamap.toml")


def run(url: str, *statements: str) -> None:
    """Each statement, committed."""
    database = open_database(url)
    try:
        with database.connection_context():
            for statement in statements:
                database.execute_sql(statement)
    finally:
        close_all(database)


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows of `query`."""
    database = open_database(url)
    try:
        with database.connection_context():
            return [tuple(row) for row in database.execute_sql(query).fetchall()]
    finally:
        close_all(database)


def get(directory: ClientDirectory, kind: str, *key: tuple[str, str | int]) -> Person:
    """The person of this key, who is there."""
    found = directory.person(PersonRef(kind, key))
    assert found is not None
    return found


def contact(directory: ClientDirectory, number: int) -> Person:
    return get(directory, "contact", ("id", number))


def refs(matches: Sequence[object]) -> list[str]:
    return [str(match.person.ref) for match in matches]  # type: ignore[attr-defined]
