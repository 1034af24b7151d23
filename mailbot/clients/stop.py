"""How a transaction in the client database is ended before its end."""

from __future__ import annotations

from mailbot.core.values import Outcome, Performed


class Stop(Exception):
    """Roll everything back; `outcome` is why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.because)
        self.outcome = outcome


def changed(table: str) -> Stop:
    """A row is neither as it was planned from nor as it is to be."""
    return Stop(Outcome(Performed.CHANGED, f"changed by others meanwhile: {table}"))


def differs(table: str) -> Stop:
    """What was written is not what is there now."""
    because = f"the client database wrote something else than the new value in {table}"
    return Stop(Outcome(Performed.REFUSED, because))
