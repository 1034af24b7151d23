"""What is away, and since when: said once when it goes and once when it is back."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailbot.core.moments import iso
from mailbot.log import Log
from mailbot.steps.house import House
from mailbot.steps.receive import Received
from mailbot.steps.send import Sending

_log = Log()

PAUSES = (2, 5, 15, 30, 60, 120, 300)  # seconds to wait after the first, second, … failure of an outside part
JITTER = 0.25  # of the pause, to both sides: workers that lost a server together do not come back together


@dataclass(slots=True)
class Health:
    """What is away, said once when it goes and once when it is back; kept as a fact for `check`, `stats`, `health`."""

    house: House
    away: dict[str, str] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    again: dict[str, float] = field(default_factory=dict)  # when to try next, in monotonic seconds

    def down(self, part: str, why: str) -> float:
        """Note that a part is away; seconds to wait before the next try."""
        if self.away.get(part) != why:
            _log.warning("away", part=part, why=why)
            self._keep(part, why)
        self.away[part] = why
        count = self.failures.get(part, 0)
        self.failures[part] = count + 1
        pause = PAUSES[min(count, len(PAUSES) - 1)] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- no secret
        self.again[part] = time.monotonic() + pause
        return pause

    def up(self, part: str) -> None:
        """Note that a part answered."""
        if self.away.pop(part, None) is not None:
            _log.info("back", part=part)
        known = self.house.store.facts.get(f"health:{part}")
        if self.failures.pop(part, 0) or known is None or known["away"]:
            self._keep(part, "")
        self.again.pop(part, None)

    def due(self, part: str) -> bool:
        """Whether it is worth asking a part: it answered last time, or the pause is over."""
        return self.wait(part) <= 0

    def wait(self, part: str) -> float:
        """Seconds until a part is worth asking."""
        return self.again.get(part, 0.0) - time.monotonic()

    def smtp(self, sending: Sending) -> None:
        """Note how the outgoing server did."""
        if sending.away:
            self.down("smtp", sending.away)
        elif sending.tried:
            self.up("smtp")

    def passed(self, received: list[Received]) -> None:
        """Keep the reconciliation of a good pass."""
        self.up("mailbox")
        figures = [
            {"folder": r.folder, "server": r.on_server, "known": r.known + r.new, "gone": r.gone} for r in received
        ]
        with self.house.store.transaction():
            self.house.store.facts.set("mailbox:last_pass", {"at": iso(datetime.now(UTC)), "folders": figures})

    def _keep(self, part: str, why: str) -> None:
        """Keep it as a fact; where the store itself is away, the log has said it."""
        with suppress(Exception), self.house.store.transaction():
            at, before = iso(datetime.now(UTC)), self.house.store.facts.get(f"health:{part}") or {}
            since = before.get("since", at) if before.get("away") else at
            self.house.store.facts.set(f"health:{part}", {"at": at, "away": why, "since": since})
