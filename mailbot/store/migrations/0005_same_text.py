"""The keyed digest of a mail's text: the same text from the same sender is acknowledged once."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401, ARG001 -- the signature that the migration runner calls
    """Add the column and what finds it."""
    db.execute_sql("ALTER TABLE message ADD COLUMN digest TEXT")
    db.execute_sql("CREATE INDEX message_digest ON message (digest)")
