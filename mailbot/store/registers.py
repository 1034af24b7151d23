"""Our own registers: directives after death, the suppression list, numbers given out, facts about ourselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from mailbot.core.values import RegisterDirective
from mailbot.store.database import Handle
from mailbot.store.rows import DirectiveRow


class Directives:
    """Particular directives on data after death, old states kept (loi 78-17 art. 85)."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._directive = handle.table("directive")

    def register(self, directive: RegisterDirective, sealed: str, request_id: int, now: str) -> None:
        """Carry out one change of the register inside the caller's transaction; done twice, it changes nothing.

        `sealed` is the text as given, sealed: whoever reads the store alone does not read what people wish.
        """
        if self._handle.one(self._directive.select().where(self._directive.c.number == directive.number)):
            return
        if directive.replaces:
            status = "revoked" if directive.action == "revoke" else "replaced"
            values = {self._directive.c.status: status, self._directive.c.ended_at: now}
            self._directive.update(values).where(self._directive.c.number == directive.replaces).execute()
        row = {
            "number": directive.number,
            "person": str(directive.person),
            "status": "revocation" if directive.action == "revoke" else "in_force",
            "wishes": json.dumps(list(directive.wishes)),
            "executor": directive.executor,
            "wording": sealed,
            "scope": json.dumps(list(directive.scope), ensure_ascii=False),
            "request_id": request_id,
            "registered_at": now,
            "replaces": directive.replaces,
        }
        self._handle.insert("directive", [row])

    def in_force(self, person: str) -> DirectiveRow | None:
        """The directive of a person that holds now, or None."""
        wanted = (self._directive.c.person == person) & (self._directive.c.status == "in_force")
        row = self._handle.one(self._directive.select().where(wanted).order_by(self._directive.c.registered_at.desc()))
        return DirectiveRow(**row) if row else None

    def get(self, number: str) -> DirectiveRow | None:
        """The entry with this number, or None."""
        row = self._handle.one(self._directive.select().where(self._directive.c.number == number))
        return DirectiveRow(**row) if row else None

    def all(self) -> list[DirectiveRow]:
        """The whole register, oldest first."""
        query = self._directive.select().order_by(self._directive.c.registered_at, self._directive.c.number)
        return [DirectiveRow(**row) for row in self._handle.rows(query)]


class Suppressions:
    """Addresses that get no promotional mail, as keyed digests (never the addresses)."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._suppression = handle.table("suppression")

    def add(self, digests: Iterable[str], why: str, now: str) -> int:
        """Put digests on the list; how many are new."""
        fresh = sorted(set(digests) - self.known(digests))
        self._handle.insert("suppression", [{"digest": digest, "added_at": now, "why": why} for digest in fresh])
        return len(fresh)

    def remove(self, digest: str) -> bool:
        """Take one off the list (the person asked for mail again); whether it was there."""
        return bool(self._suppression.delete().where(self._suppression.c.digest == digest).execute())

    def known(self, digests: Iterable[str]) -> set[str]:
        """Which of these are on the list."""
        wanted: Sequence[str] = list(digests)
        found: set[str] = set()
        for start in range(0, len(wanted), 500):
            hit = {"digest": wanted[start : start + 500]}
            found |= {row["digest"] for row in self._handle.found("suppression", hit, "digest")}
        return found

    def all(self) -> list[dict[str, Any]]:
        """The whole list, oldest first."""
        query = self._suppression.select().order_by(self._suppression.c.added_at, self._suppression.c.digest)
        return self._handle.rows(query)


class Counters:
    """Numbers that are given out once."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._counter = handle.table("counter")

    def take(self, name: str, count: int = 1) -> int:
        """Reserve `count` numbers inside the caller's transaction; the first of them, from 1."""
        counter = self._counter
        query = counter.insert({counter.c.name: name, counter.c.value: count}).on_conflict(
            conflict_target=[counter.c.name], update={counter.c.value: counter.c.value + count}
        )
        [row] = self._handle.rows(query.returning(counter.c.value))
        return int(row["value"]) - count + 1


class Facts:
    """What mailbot knows of itself: last good pass, known heads, alarms given."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._fact = handle.table("fact")

    def get(self, name: str) -> Any:  # noqa: ANN401 -- any JSON value
        """The value of a fact, or None."""
        rows = self._handle.found("fact", {"name": name}, "name")
        return json.loads(rows[0]["value"]) if rows else None

    def set(self, name: str, value: Any) -> None:  # noqa: ANN401 -- any JSON value
        """Write a fact."""
        fact, text = self._fact, json.dumps(value)
        query = fact.insert({fact.c.name: name, fact.c.value: text})
        query.on_conflict(conflict_target=[fact.c.name], update={fact.c.value: text}).execute()
