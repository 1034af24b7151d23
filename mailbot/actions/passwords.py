"""Passwords of staff: kept as argon2id, tried one at a time."""

from __future__ import annotations

from mailbot.actions.finding import Refused
from mailbot.steps.house import House

SHORTEST = 12  # characters of a password


def hashed(password: str) -> str:
    """The password as argon2id keeps it: 19 MiB, two passes, one lane (OWASP's first choice for small machines).

    Raises Refused for one that is too short.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415 -- loaded by the few commands that need it

    if len(password) < SHORTEST:
        raise Refused(f"a password needs {SHORTEST} characters at least")
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(password)


def give_password(house: House, name: str, password: str) -> None:
    """See that `password` is that of the account `name`; raises Refused."""
    from argon2 import PasswordHasher  # noqa: PLC0415 -- as above
    from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415 -- as above

    account = house.store.staff.get(name)
    kept = account["password"] if account else None
    if kept is None:
        raise Refused(f"{name} has no password: `mailbot staff remove {name}`, then add it with --password-stdin")
    try:
        PasswordHasher().verify(kept, password)
    except (Argon2Error, InvalidHashError):
        raise Refused(f"that is not the password of {name}: nothing was released") from None
