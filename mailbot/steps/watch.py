"""Watch: what the calendar brings, also when no mail arrives: outages told, the digest, the journal's head mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from mailbot.core.backlog import PACE_DAYS, forecast
from mailbot.core.letters.digest import Digest, digest_words, is_due
from mailbot.core.letters.staff import AlarmKind, witness_words
from mailbot.core.moments import iso, moment
from mailbot.steps.alarms import raise_alarm, tell
from mailbot.steps.dues import dues
from mailbot.steps.forgetting import forget
from mailbot.steps.house import House
from mailbot.steps.troubles import PARTS, troubles
from mailbot.store.journal import Entry


def watch(house: House, now: datetime) -> int:
    """Raise what is due now: outages, once a day the digest and the head for the witness; how many entries it made.

    Looks at little where nothing is due. May be called by several workers at any time: each thing is told once. One
    that fails silences no other; what it raised first is raised at the end.
    """
    found = 0
    faults: list[Exception] = []
    for part in (_outages, _digest_due, _witness_due, _forgetting_due):
        try:
            found += part(house, now)
        except Exception as fault:  # noqa: BLE001 -- whatever it is, it is told below
            faults.append(fault)
    if faults:
        raise faults[0]
    return found


def _digest_due(house: House, now: datetime) -> int:
    at = house.settings.watch.digest_at
    due = at is not None and now.astimezone(house.settings.zone).time() >= at
    return _once_a_day(house, "digest", now, _digest) if due else 0


def _witness_due(house: House, now: datetime) -> int:
    return _once_a_day(house, "witness", now, _witness) if house.settings.watch.witness else 0


def _forgetting_due(house: House, now: datetime) -> int:
    purged = _once_a_day(house, "forgetting", now, forget)
    if purged:
        house.store.scrub()
    return purged


def _outages(house: House, now: datetime) -> int:
    """Tell of each part that has been away for longer than [deadlines] away_minutes, once an outage."""
    found = 0
    for part in PARTS:
        fact = house.store.facts.get(f"health:{part}") or {}
        since = fact.get("since")
        if not fact.get("away") or since is None or moment(since) > now - house.settings.watch.away_time:
            continue
        because = f"{part}: {fact['away']} ({since[:16]})"
        if not house.store.notices.told(f"alarm {AlarmKind.AWAY} {part} {since}"):
            with house.store.transaction():
                house.store.counters.take("outages")  # one worker at a time: the others then see that it was told
                entries = raise_alarm(house, AlarmKind.AWAY, None, now, because, once=f"{part} {since}")
                house.store.journal.append(now, entries)
            found += len(entries)
    return found


def _once_a_day(house: House, name: str, now: datetime, make: Callable[[House, date, datetime], list[Entry]]) -> int:
    """Do `make` once each local day; the row of the counter keeps two workers from doing it both."""
    today = house.local_day(now)
    if house.store.facts.get(f"{name}:day") == today.isoformat():
        return 0
    with house.store.transaction():
        house.store.counters.take(name)
        if house.store.facts.get(f"{name}:day") == today.isoformat():
            return 0
        entries = make(house, today, now)
        house.store.facts.set(f"{name}:day", today.isoformat())
        house.store.journal.append(now, entries)
    return len(entries)


def digest_of(house: House, now: datetime) -> Digest:
    """What the digest would say now."""
    today, watched = house.local_day(now), house.settings.watch
    due = dues(house)
    answered = house.store.requests.closed_since(iso(now - timedelta(days=PACE_DAYS)))
    asked = [one.due for one in due if not one.message and not one.paused_since]
    return Digest(
        day=today,
        dues=tuple(due),
        troubles=tuple(troubles(house, now, watched.queue_time)),
        forecast=forecast(asked, answered, today, house.settings.country),
    )


def _digest(house: House, today: date, now: datetime) -> list[Entry]:
    watched, digest = house.settings.watch, digest_of(house, now)
    if not is_due(digest, watched.alarm_days):
        return []
    _, words = house.staff_words
    subject, text = digest_words(digest, watched.alarm_days, words)
    return tell(house, f"digest {today}", watched.digest_to, subject, text, now)


def _witness(house: House, today: date, now: datetime) -> list[Entry]:
    """Hand the journal's head to the witness: what it says cannot be undone any more (docs/journal.md)."""
    head = str(house.store.journal.head())
    _, words = house.staff_words
    subject, text = witness_words(house.settings.organisation.name, head, house.store.journal.key or "-", today, words)
    return tell(house, f"witness {today} {head}", house.settings.watch.witness, subject, text, now)
