"""Release what waits: what was looked at is what leaves, to the byte (rule 7 of the rules that never bend)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.actions.bequeathing import COMMUNICATION
from mailbot.actions.finding import Refused, must_act, release_named
from mailbot.actions.searching import must_be_searched
from mailbot.core.address import normalise
from mailbot.core.keyed import token
from mailbot.core.moments import iso, moment
from mailbot.core.plan import SILENT
from mailbot.core.printed import fields_from_json
from mailbot.core.proposals import BLANK, blanks
from mailbot.core.status import ReleaseState
from mailbot.core.values import Kind, RowUpdate
from mailbot.steps.erasing import still_planned
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.steps.letters import reply_row
from mailbot.steps.perform import actions_of, outdated
from mailbot.steps.references import is_posted, refs_from_json
from mailbot.steps.send import settle
from mailbot.store.journal import Entry
from mailbot.store.outbox import Tried
from mailbot.store.requests import Conflict
from mailbot.store.rows import ReleaseRow, RequestRow


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval did."""

    reference: str
    n: int
    complete: bool  # False: a second pair of eyes is still needed
    leaves_after: datetime


def approve(
    house: House, named: str, by: str, shown: str | None, now: datetime, *, authenticated: bool = False
) -> Approved:
    """Release one planned release. `shown` is the hash of what the person looked at; raises Refused.

    What it rests on is looked at again: if the export is old, the record or the recipient changed, it is planned anew.
    A second pair of eyes must be `authenticated`: have given its password, now or to log in.
    """
    must_act(house)
    request, release = release_named(house, named)
    name = f"{request.reference}/{release.n}"
    if release.status not in {ReleaseState.PLANNED, ReleaseState.BLOCKED}:
        raise Refused(f"{name} is {release.status}: it was released before, or is no longer valid")
    if release.raw_sha256 is None and not _silent(release):
        raise Refused(f"{name} has no text yet: write it with `mailbot edit {name}`")
    if shown is not None and shown != release.hash:
        raise Refused(f"{name} changed since it was shown: look again with `mailbot show`")
    if blank := _blanks(house, request, release, now):
        raise Refused(f"{name}: the data map says nothing of {', '.join(blank)} (GDPR art. 15(1)): complete it first")
    _must_be_told(house, request, release)
    must_be_searched(house, request, release)
    stale = _stale(house, request, release, now)
    if stale:
        with house.store.transaction():
            house.store.releases.move([release.id], "outdated", reason=stale)
            outdated(house, release, now, stale)
        raise Refused(f"{name} is planned again, because {stale}; look again after the next pass")
    if _needs_second(house, release) and release.approved_by in {None, by}:
        return _first_eyes(house, request, release, by, now)
    if _second(release, by) and not authenticated:
        raise Refused(f"{name}: {by} is the second pair of eyes and must give a password")
    _release(house, request, release, by, now)
    return Approved(request.reference, release.n, complete=True, leaves_after=now + house.settings.undo_delay)


def _release(house: House, request: RequestRow, release: ReleaseRow, by: str, now: datetime) -> None:
    after = now + house.settings.undo_delay
    who = f"{release.approved_by} and {by}" if release.approved_by else by
    try:
        with house.store.transaction():
            house.store.releases.move(
                [release.id], "approve", approved_by=who, approved_at=iso(now), perform_after=iso(after)
            )
            house.store.requests.move(request.id, json.loads(release.asks), "planned")  # reopened by a bounce
            _drop_acknowledgement(house, request, release)
            _put_in_outbox(house, request, release, now)
            details = {"release": release.n, "hash": release.hash}
            house.store.journal.append(now, [Entry("release.approved", request.reference, by, details)])
    except Conflict as fault:
        raise Refused(str(fault)) from fault


def _drop_acknowledgement(house: House, request: RequestRow, release: ReleaseRow) -> None:
    """An acknowledgement that still waits says nothing any more once the answer leaves; a question does."""
    asked = {challenge.release_id for challenge in house.store.challenges.of_request(request.id)}
    others = house.store.releases.of_requests([request.id])[request.id]
    waiting = [
        other.id
        for other in others
        if other.purpose == "first" and other.status == "planned" and other.actions == "[]" and other.id not in asked
    ]
    if waiting and release.purpose != "first":
        house.store.releases.move(waiting, "drop", reason="the answer leaves")


def _put_in_outbox(house: House, request: RequestRow, release: ReleaseRow, now: datetime) -> None:
    """Its mail waits to leave: a new row, or the one that failed or came back tried again."""
    known = house.store.outbox.of_releases([release.id]).get(release.id)
    if known is not None and known.status == "failed":
        house.store.outbox.record([Tried(known, "resend", {"next_try": iso(now)})])
    elif is_posted(release.recipient):
        how = f"print it (`mailbot print {request.reference}/{release.n}`), post it, then `mailbot posted`"
        house.store.requests.update(request.id, reason=how)
    elif known is None and release.raw_sha256:
        row = {"recipient": release.recipient, "raw_sha256": release.raw_sha256}
        house.store.outbox.add([reply_row(release.id, row, our_id(house, request, release), now)])


def _silent(release: ReleaseRow) -> bool:
    return release.purpose in SILENT and release.letter is None and release.recipient is None


def _must_be_told(house: House, request: RequestRow, release: ReleaseRow) -> None:
    """A restriction ends after the person was told (GDPR art. 18(3)). Raises Refused."""
    rows = house.store.releases.of_requests([request.id])[request.id]
    told = [row for row in rows if row.purpose == "lifting" and row.n < release.n]
    if release.purpose == "lift" and not (told and told[-1].status == ReleaseState.CLOSED):
        raise Refused(
            f"{request.reference}/{release.n}: the person was not told yet (GDPR art. 18(3)): after its mail left"
        )


def our_id(house: House, request: RequestRow, release: ReleaseRow) -> str:
    """The Message-ID of the mail that a release sends."""
    return message_id(house, token(house.key, f"{request.reference}/{release.n}"))


def needs_password(house: House, named: str, by: str) -> bool:
    """Whether `by` would be the second pair of eyes on this release. Raises Refused if there is no such release."""
    return _second(release_named(house, named)[1], by)


def _second(release: ReleaseRow, by: str) -> bool:
    return release.status == ReleaseState.PLANNED and release.approved_by not in {None, by}


def _needs_second(house: House, release: ReleaseRow) -> bool:
    kinds = [Kind.HEIR] if release.purpose == COMMUNICATION else json.loads(release.asks)
    return any(house.policy.kind[Kind(kind)].four_eyes for kind in kinds)


def _first_eyes(house: House, request: RequestRow, release: ReleaseRow, by: str, now: datetime) -> Approved:
    if release.approved_by == by:
        raise Refused(f"{request.reference}/{release.n}: you have looked; another person must too (four eyes)")
    with house.store.transaction():
        house.store.releases.rewrite(release.id, approved_by=by)
        details = {"release": release.n, "hash": release.hash}
        house.store.journal.append(now, [Entry("release.seen", request.reference, by, details)])
    return Approved(request.reference, release.n, complete=False, leaves_after=now)


# --- is it still true? ------------------------------------------------------------------------------------------------


def _stale(house: House, request: RequestRow, release: ReleaseRow, now: datetime) -> str | None:
    """What changed since it was planned, or None."""
    if release.purpose not in {"answer", COMMUNICATION}:
        return None
    days = house.settings.snapshot_days
    if release.as_of and moment(release.as_of) < now - timedelta(days=days):
        return f"its export is older than {days} days"
    return None if release.purpose == COMMUNICATION else _changed(house, request, release, now)


def _changed(house: House, request: RequestRow, release: ReleaseRow, now: datetime) -> str | None:
    """What an answer rests on that changed since it was planned, or None."""
    if BLANK in release.reason:
        return "the data map was completed"
    if request.person and not _still_on_file(house, request, release):
        return "the recipient is no longer the address on file"
    planned = [action for action in actions_of(release) if isinstance(action, RowUpdate)]
    corrects = Kind.RECTIFICATION in json.loads(release.asks)
    if not still_planned(house, actions_of(release), now) or (corrects and _rectify_now(house, request) != planned):
        return "the record in the client database changed meanwhile"
    return None


def _blanks(house: House, request: RequestRow, release: ReleaseRow, now: datetime) -> tuple[str, ...]:
    """What a copy of data does not say although it must; looked at again, the map may have been completed."""
    if BLANK not in release.reason:
        return ()
    persons = [house.clients.person(ref) for ref in refs_from_json(request.person)]
    return blanks([house.clients.export(person, release.language, now) for person in persons if person])


def _still_on_file(house: House, request: RequestRow, release: ReleaseRow) -> bool:
    persons = [house.clients.person(ref) for ref in refs_from_json(request.person)]
    emails = {normalise(email) for person in persons if person for email in person.emails}
    if release.recipient is None or is_posted(release.recipient):
        return True
    if request.address is None:  # nobody had an address on file: staff verified who writes, and answer to him
        return release.recipient == request.sender
    return normalise(release.recipient) in emails


def _rectify_now(house: House, request: RequestRow) -> list[RowUpdate]:
    changes = fields_from_json(json.loads(request.fields)).changes
    persons = [house.clients.person(ref) for ref in refs_from_json(request.person)]
    plans = [house.clients.plan_rectify(person, changes) for person in persons if person]
    return [update for plan in plans for update in plan.updates]


# --- other words ------------------------------------------------------------------------------------------------------


# --- what got stuck ---------------------------------------------------------------------------------------------------


def resolve(house: House, named: str, how: str, by: str, now: datetime) -> None:
    """Say what became of an uncertain or failed reply: `sent` or `resend`. Raises Refused."""
    must_act(house)
    request, release = release_named(house, named, ReleaseState.PERFORMED)
    reply = house.store.outbox.of_releases([release.id]).get(release.id)
    if reply is None or reply.status not in {"uncertain", "failed"}:
        state = reply.status if reply else "without a mail"
        raise Refused(f"{request.reference}/{release.n} is {state}: only uncertain or failed mails are resolved")
    if how == "resend" and not house.store.blobs.known([reply.raw_sha256]):
        raise Refused(f"{request.reference}/{release.n}: its mail was purged ([retention] raw): nothing to send again")
    event = "sent" if how == "sent" else "resend"
    columns = {"sent_at": iso(now)} if how == "sent" else {"next_try": iso(now)}
    with house.store.transaction():
        house.store.outbox.record([Tried(reply, event, columns)])
        if how == "sent":
            settle(house, [release.id], now)
        details = {"release": release.n, "how": how}
        house.store.journal.append(now, [Entry("reply.resolved", request.reference, by, details)])
