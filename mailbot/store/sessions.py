"""Sessions of the console, and logins that failed. What is kept is the digest of a token, never the token."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.store.database import Handle


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser that is logged in; `told` is what its next page says once."""

    token: str  # SHA-256 of what the cookie holds, hex
    name: str
    language: str
    started_at: str
    seen_at: str
    told: str


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Who is logged in."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._session = handle.table("session")
        self._try = handle.table("login_try")

    def start(self, token: str, name: str, language: str, now: str) -> None:
        """Keep a new session under the digest of `token`."""
        row = {"token": digest(token), "name": name, "language": language, "started_at": now, "seen_at": now}
        self._handle.insert("session", [row])

    def get(self, token: str) -> SessionRow | None:
        """The session of a cookie, whatever its age, or None."""
        rows = self._handle.found("session", {"token": digest(token)}, "token")
        return SessionRow(**rows[0]) if rows else None

    def of(self, name: str) -> list[SessionRow]:
        """All sessions of one account, the latest first."""
        return [SessionRow(**row) for row in self._handle.found("session", {"name": name}, "seen_at DESC")]

    def update(self, session: SessionRow, **columns: str) -> None:
        """Write columns of one session: seen_at, language, told."""
        self._handle.update("session", {"token": session.token}, columns)

    def end(self, session: SessionRow) -> None:
        """Log one browser out."""
        self._session.delete().where(self._session.c.token == session.token).execute()

    def end_all(self, name: str) -> int:
        """Log an account out everywhere; how many sessions there were."""
        return int(self._session.delete().where(self._session.c.name == name).execute())

    def forget(self, started_before: str, seen_before: str) -> None:
        """Drop sessions that are over."""
        session = self._session
        over = (session.c.started_at < started_before) | (session.c.seen_at < seen_before)
        session.delete().where(over).execute()

    # --- logins that failed ---

    def failed(self, whos: Iterable[str], now: str) -> None:
        """Count one failed login against each of these keys."""
        self._handle.insert("login_try", [{"who": who, "at": now} for who in whos])

    def failures(self, who: str, since: str) -> int:
        """How many logins failed under this key since then."""
        row = self._handle.query("SELECT COUNT(*) AS n FROM login_try WHERE who = ? AND at >= ?", [who, since])[0]
        return int(row["n"])

    def forgive(self, who: str) -> None:
        """Forget the failures of a key whose login succeeded."""
        self._try.delete().where(self._try.c.who == who).execute()

    def forget_failures(self, before: str) -> None:
        """Drop failures that count no more."""
        self._try.delete().where(self._try.c.at < before).execute()
