"""The suppression list: who gets no promotional mail, as keyed digests (never the addresses)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailbot.actions.finding import Refused
from mailbot.core.keyed import address_digest
from mailbot.core.moments import iso
from mailbot.steps.house import House
from mailbot.store.journal import Entry


def suppress(house: House, addresses: Sequence[str], by: str, now: datetime) -> tuple[int, int]:
    """Put addresses on the list; (how many are new, how many stood there). Raises Refused for one that is none."""
    digests = digests_of(house, addresses)
    with house.store.transaction():
        count = house.store.suppressions.add(digests, f"by {by}", iso(now))
        house.store.journal.append(now, [Entry("suppression.added", by=by, details={"digests": digests})])
    return count, len(digests) - count


def unsuppress(house: House, addresses: Sequence[str], by: str, now: datetime) -> int:
    """Take addresses off the list, where the person asked for promotional mail again; how many. Raises Refused."""
    digests = digests_of(house, addresses)
    with house.store.transaction():
        gone = [digest for digest in digests if house.store.suppressions.remove(digest)]
        if gone:
            house.store.journal.append(now, [Entry("suppression.removed", by=by, details={"digests": gone})])
    return len(gone)


def digests_of(house: House, addresses: Sequence[str]) -> list[str]:
    """What the list knows addresses by. Raises Refused for one that is none."""
    wrong = [address for address in addresses if "@" not in address]
    if wrong:
        raise Refused(f"{wrong[0]}: a mail address is allowed")
    return list(dict.fromkeys(address_digest(house.key, address) for address in addresses))
