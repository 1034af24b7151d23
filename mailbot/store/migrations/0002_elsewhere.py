"""Where staff looked outside the database for one request, and what they found there."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401, ARG001 -- the signature that the migration runner calls
    """Create the table."""
    db.execute_sql(
        "CREATE TABLE elsewhere (request_id BIGINT NOT NULL, place TEXT NOT NULL, file_name TEXT, sha256 TEXT,"
        " looked_by TEXT NOT NULL, looked_at TEXT NOT NULL)"
    )
    db.execute_sql("CREATE INDEX elsewhere_request ON elsewhere (request_id)")
