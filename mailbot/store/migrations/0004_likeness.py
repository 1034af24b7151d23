"""What a mail without Message-ID is known by where its bytes changed: after a mailbox was moved or renumbered."""

from __future__ import annotations

from typing import Any

STATEMENTS = """
ALTER TABLE message ADD COLUMN likeness TEXT;
CREATE INDEX message_likeness ON message (likeness)
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401, ARG001 -- the signature that the migration runner calls
    """Add the column."""
    for statement in STATEMENTS.split(";"):
        db.execute_sql(statement)
