"""Erasures performed, to be done again after a restore; asks that wait for a day; releases that grant a part only."""

from __future__ import annotations

from typing import Any

STATEMENTS = """
CREATE TABLE erasure (
  person TEXT PRIMARY KEY, digests TEXT NOT NULL, reference TEXT, erased_at TEXT);
ALTER TABLE request ADD COLUMN wake_at TEXT;
CREATE INDEX request_wake ON request (wake_at);
ALTER TABLE release ADD COLUMN outcome TEXT NOT NULL DEFAULT 'granted'
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401, ARG001 -- the signature that the migration runner calls
    """Create the register and the columns."""
    for statement in STATEMENTS.split(";"):
        db.execute_sql(statement)
