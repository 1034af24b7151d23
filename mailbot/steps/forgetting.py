"""Forget: what mailbot itself keeps goes when its time is over ([retention]); the journal stays, and says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mailbot.core.letters.staff import AlarmKind
from mailbot.core.moments import iso
from mailbot.steps.alarms import raise_alarm
from mailbot.steps.erasing import forget_exports, requests_of
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json
from mailbot.store.journal import Entry

_LATE = timedelta(days=60)
"""How long the exports of somebody erased are looked for: copies may have waited for the Sent folder."""


def forget(house: House, _: date, now: datetime) -> list[Entry]:
    """Purge what is past its time, in whatever state, inside the caller's transaction; the entries to journal."""
    keep, purging = house.settings.keep, house.store.purging
    settled = (iso(now - keep.raw), house.local_day(now - keep.raw).isoformat())
    nothing, raw = iso(now - keep.nothing_asked), settled[0]
    counts = {
        "mails": purging.mails(nothing, raw, settled, iso(now)),
        "releases": purging.drafts(nothing, settled),
        "wishes": purging.wishes(settled),
        "findings": purging.findings(settled),
        "requests": purging.requests(iso(now - keep.requests)),
        "staff_mails": purging.staff_mails(nothing),
        "looks": house.store.looks.purge(iso(now - keep.access_log)),
        "exports": _exports(house, now),
        "recipients": _recipients(house, now),
        "files": purging.unreferenced(),
    }
    entries = house.store.journal.drop_years(now - keep.journal)
    entries += [alarm for entry in entries if entry.event == "journal.kept" for alarm in _warn(house, entry, now)]
    counts = {name: count for name, count in counts.items() if count}
    return [*entries, Entry("store.forgotten", details=counts)] if counts else entries


def _warn(house: House, kept: Entry, now: datetime) -> list[Entry]:
    """Staff hear once of a year of the journal that is past its time and does not verify: it is not dropped."""
    told = kept.details or {}
    because = f"the journal of {told['year']} is past its time and is kept: {told['because']}; look: journal --verify"
    return raise_alarm(house, AlarmKind.ATTACK, None, now, because, once=f"journal {told['year']}")


def _recipients(house: House, now: datetime) -> int:
    """Where the mails of persons erased lately went, once none of them can come back any more."""
    before = iso(now - timedelta(days=house.settings.bounce_days))
    requests = [
        request.id
        for one in house.store.erasures.all()
        if one.erased_at and iso(now - _LATE) < one.erased_at < before
        for request in requests_of(house, one.person)
        if request.closed_at and request.closed_at < before
    ]
    return house.store.purging.recipients(requests)


def _exports(house: House, now: datetime) -> int:
    """Copies of persons who were erased lately."""
    lately = [one for one in house.store.erasures.all() if one.erased_at and one.erased_at > iso(now - _LATE)]
    return sum(forget_exports(house, ref) for one in lately for ref in refs_from_json(one.person))
