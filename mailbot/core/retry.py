"""When to try again to send a reply that the server put off."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
GIVE_UP = timedelta(days=5)  # RFC 5321 section 4.5.4.1: at least 4-5 days
JITTER = 0.25  # of the pause, to both sides: mails put off together do not come back together


def next_try(attempts: int, now: datetime, spread: float) -> datetime | None:
    """Return when to try again after `attempts` failed tries, or None: give up and tell staff.

    The pause doubles from one minute to four hours; all pauses together last five days. `spread` from 0 to 1 (a random
    number of the caller's) moves the pause by a quarter to either side. ValueError for other values.
    """
    if attempts < 1 or not 0 <= spread <= 1:
        raise ValueError(f"attempts {attempts}, spread {spread}: attempts from 1 and a spread from 0 to 1 are allowed")
    if sum((_pause(number) for number in range(1, attempts + 1)), timedelta()) > GIVE_UP:
        return None
    return now + _pause(attempts) * (1 - JITTER + 2 * JITTER * spread)


def _pause(attempt: int) -> timedelta:
    return min(FIRST * (1 << min(attempt - 1, 16)), LONGEST)
