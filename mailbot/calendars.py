"""Public holidays, asked of a process that ends: the calendars of all countries would stay in the daemon with 16 MB."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

from mailbot.core.deadline import imported

_ASK = """
import sys, holidays
country, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
try:
    print(*sorted(holidays.country_holidays(country, years=range(first, last + 1))))
except NotImplementedError:
    sys.exit(1)
"""
_BEFORE, _AFTER = 1, 3
"""How many years around the one that is wanted are asked for at once."""

_told: dict[tuple[str, int], frozenset[date]] = {}


def asked(country: str, year: int) -> frozenset[date]:
    """The public holidays of `country` (ISO 3166-1) in `year`. ValueError for a country without known holidays."""
    if (country, year) not in _told:
        first, last = year - _BEFORE, year + _AFTER
        command = [sys.executable, "-c", _ASK, country, str(first), str(last)]
        try:
            answer = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)
        except OSError:  # no process can be started now: no mail is to suffer for it
            return imported(country, year)
        if answer.returncode:
            return imported(country, year)  # which says what is wrong with the country
        days = [date.fromisoformat(day) for day in answer.stdout.split()]
        _told.update(
            {(country, one): frozenset(day for day in days if day.year == one) for one in range(first, last + 1)}
        )
    return _told[country, year]
