"""The holdings that a directive is about; the texts of directives are sealed by the program from here on."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401, ARG001 -- the signature that the migration runner calls
    """Add the column; what is registered already is about all data."""
    db.execute_sql("ALTER TABLE directive ADD COLUMN scope TEXT NOT NULL DEFAULT '[]'")
