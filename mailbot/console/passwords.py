"""Passwords tried at the login page: one hash (19 MiB) at a time, so that a crowd eats no memory."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mailbot.actions.passwords import hashed

QUEUE = 8  # logins that may wait for their hash; more are sent away
_turn = threading.Lock()
_waiting = threading.BoundedSemaphore(QUEUE)


class Crowded(Exception):
    """Too many logins at once: try again in a moment."""


def right(password: str, kept: str | None) -> bool:
    """Whether this is the password; the same time is spent where there is none. Raises Crowded."""
    if not _waiting.acquire(blocking=False):
        raise Crowded
    try:
        with _turn:
            matched = _matches(password, kept or _nobodys())
    finally:
        _waiting.release()
    return matched and kept is not None


@cache
def _nobodys() -> str:
    """The hash that is tried for a name that does not exist."""
    return hashed("the same work for nobody")


def _matches(password: str, kept: str) -> bool:
    try:
        return PasswordHasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
