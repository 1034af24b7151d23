"""After a restore: what a backup brought back is erased again, and a restored store is compared before anything leaves.

Of the client database: everybody in the register of erasures, and every address on the suppression list. Of our own
store: its journal with the witness's head, its outbox with the Sent folder, its mails with the mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.keyed import address_digest
from mailbot.core.moments import iso
from mailbot.core.values import Outcome, Person
from mailbot.interfaces import MailSource
from mailbot.steps.erasing import known_by
from mailbot.steps.house import House
from mailbot.steps.perform import perform_these
from mailbot.steps.receive import batches
from mailbot.steps.references import refs_from_json
from mailbot.steps.retention import carry_out, settle
from mailbot.steps.send import settle as settle_sent
from mailbot.store.chain import Head
from mailbot.store.journal import Entry
from mailbot.store.outbox import Tried
from mailbot.store.rows import ReplyRow

RESTORED = "restored"
"""The fact that a copy made by `mailbot backup` bears: until it is compared, nothing leaves and nothing changes."""
_MARGIN = 1000  # numbers passed over where no witness says how many are missing


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison of a restored store found."""

    missing: int  # journal entries that the witness knew and the copy does not; -1: no head was given
    sent: int  # replies that had left
    uncertain: int  # replies of which nobody knows whether they had left
    received: int  # mails that the copy did not know

    @property
    def details(self) -> dict[str, object]:
        """For the journal."""
        return {name: getattr(self, name) for name in self.__slots__}


# --- the client database ----------------------------------------------------------------------------------------------


def replay(house: House, by: str, now: datetime) -> Iterator[tuple[str, Outcome]]:
    """Erase again whom a backup brought back, and stop promotional mail again; who, and what came of it. Raises Away.

    A person is told by his key and by what he was known by: somebody else who got his key later is left alone.
    """
    settle(house, by, now)
    today, language = house.local_day(now), house.settings.languages[0]
    for entry in house.store.erasures.all():
        for ref in refs_from_json(entry.person):
            person = house.clients.person(ref)
            if person is None or not known_by(house, person) & entry.digests:
                continue
            plan = house.clients.plan_erase(ref, today, language)
            if plan.changes:
                yield str(ref), carry_out(house, "replay", str(ref), plan.changes, by, now)
    digests = {row["digest"] for row in house.store.suppressions.all()}

    def suppressed(person: Person) -> bool:
        return any(address_digest(house.key, email) in digests for email in person.emails)

    for person in house.clients.those(suppressed) if digests else ():
        if updates := house.clients.plan_set(person, "unsubscribe"):
            yield str(person.ref), carry_out(house, "replay", str(person.ref), updates, by, now)


# --- our own store ----------------------------------------------------------------------------------------------------


def compare(
    house: House, source: MailSource, processed: str, sent: str, head: Head | None, now: datetime, by: str
) -> Compared:
    """Compare a restored store with its surroundings, and let it work again. Raises Away, Misconfigured.

    What had left is settled; where no Sent folder can tell (`sent` is empty), a human says. Mails that the copy does
    not know are read as in mode queue: nothing on them leaves without a human. Numbers given out since are passed over.
    """
    missing = max(head.n - house.store.journal.head().n, 0) if head else -1
    found, unsure = _outbox(house, source, sent, now)
    received = _unknown(house, source, processed, now)
    told = Compared(missing, found, unsure, received)
    year = house.local_day(now).year
    with house.store.transaction():
        for name in ("request", "directive"):
            house.store.counters.take(f"{name}:{year}", missing if missing >= 0 else _MARGIN) if missing else None
        house.store.facts.set(RESTORED, None)
        house.store.journal.append(now, [Entry("store.restored", by=by, details=told.details)])
    return told


def _outbox(house: House, source: MailSource, sent: str, now: datetime) -> tuple[int, int]:
    """Replies that the copy takes for unsent: found in Sent, or uncertain where nothing can tell."""
    waiting = [
        r for state in ("waiting", "deferred", "sending", "uncertain") for r in house.store.outbox.in_state(state)
    ]
    if not sent:
        unsure = [row for row in waiting if row.status != "uncertain"]
        _record(house, unsure, "uncertain", "the store was restored: it may have left before", now)
        return 0, len(unsure)
    left = [row for row in waiting if source.find_message_id(sent, row.message_id)]
    perform_these(house, [row.release_id for row in left], now)
    _record(house, left, "sent", "found in Sent after a restore", now)
    return len(left), 0


def _record(house: House, rows: list[ReplyRow], event: str, because: str, now: datetime) -> None:
    if not rows:
        return
    columns = {"because": because, **({"sent_at": iso(now), "filed": 1} if event == "sent" else {})}
    with house.store.transaction():
        house.store.outbox.record(Tried(row, "send", {}) for row in rows if row.status in {"waiting", "deferred"})
        again = [house.store.outbox.get(row.id) for row in rows]
        house.store.outbox.record(Tried(row, event, columns) for row in again)
        if event == "sent":
            settle_sent(house, [row.release_id for row in rows], now)
        entries = [Entry(f"reply.{event}", details={"raw": row.raw_sha256, "because": because}) for row in rows]
        house.store.journal.append(now, entries)


def _unknown(house: House, source: MailSource, processed: str, now: datetime) -> int:
    """Keep the mails that the copy does not know, taken out since or not; they wait for a human.

    Nobody knows which of them were answered: where mails are only marked, and where a crash came between answer and
    mark, also what lies in the mailbox still may have been.
    """
    kept = 0
    for folder in dict.fromkeys((*source.folders(), *([processed] if processed else []))):
        uids = source.uids(folder)
        for batch in batches(source.fetch(folder, uids)):
            with house.store.transaction():
                kept += house.store.messages.keep(batch, house.stricter("queue"), now)
    return kept
