"""The table of one year of the journal, and what its database refuses: UPDATE, DELETE, REPLACE and TRUNCATE."""

from __future__ import annotations

from mailbot.store.database import Handle


def open_table(handle: Handle, name: str) -> None:
    """Make the table `name` with its guards, inside the caller's transaction."""
    handle.db.execute_sql(_TABLE.format(name=name))
    for statement in _POSTGRES_GUARDS if handle.postgres else _SQLITE_GUARDS:
        handle.db.execute_sql(statement.format(name=name))


_TABLE = """CREATE TABLE {name} (n BIGINT PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, reference TEXT,
 entry TEXT NOT NULL, e TEXT NOT NULL, h TEXT NOT NULL)"""

_SQLITE_GUARDS = (
    "CREATE INDEX {name}_reference ON {name} (reference, n)",
    """CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    # INSERT OR REPLACE deletes without firing the delete trigger unless recursive_triggers is on: refused here
    """CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE n = NEW.n)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_POSTGRES_GUARDS = (
    "CREATE INDEX {name}_reference ON {name} (reference, n)",
    """CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION journal_refuses()",
    "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()",
)
