"""The register of erasures: whose data was erased, to be erased again where a backup brings it back.

A person stands there by the key of his record; digests of what he was known by tell him from one who got his key later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.store.database import Handle, Row


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person erased; `person` is his key as JSON, `digests` are keyed."""

    person: str
    digests: frozenset[str]
    reference: str | None
    erased_at: str | None  # None: announced, and nothing was done yet


class Erasures:
    """Who was erased."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._erasure = handle.table("erasure")

    def announce(self, person: str, digests: Iterable[str], reference: str | None) -> None:
        """Enter who is about to be erased, while it is known what he is known by; what was known before stays."""
        before = self.of(person)
        known = json.dumps(sorted({*digests, *(before.digests if before else ())}))
        if before:
            self._handle.update("erasure", {"person": person}, {"digests": known, "reference": reference})
        else:
            row: Row = {"person": person, "digests": known, "reference": reference, "erased_at": None}
            self._handle.insert("erasure", [row])

    def done(self, person: str, now: str) -> None:
        """His data was erased."""
        self._handle.update("erasure", {"person": person}, {"erased_at": now})

    def of(self, person: str) -> Erasure | None:
        """The entry of a person, or None."""
        return next(iter(self._found(self._erasure.select().where(self._erasure.c.person == person))), None)

    def all(self) -> list[Erasure]:
        """All whose data was erased, oldest first."""
        query = self._erasure.select().where(self._erasure.c.erased_at.is_null(is_null=False))
        return self._found(query.order_by(self._erasure.c.erased_at, self._erasure.c.person))

    def _found(self, query: object) -> list[Erasure]:
        rows = self._handle.rows(query)
        return [Erasure(**{**row, "digests": frozenset(json.loads(row["digests"]))}) for row in rows]
