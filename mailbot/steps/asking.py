"""Ask the person on file: a question put again, reminders after some days, and a human where nobody answers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from mailbot.core.address import normalise
from mailbot.core.asking import REMINDERS, Asking, question
from mailbot.core.identify import Known
from mailbot.core.keyed import code, token
from mailbot.core.letters.draft import Section
from mailbot.core.moments import iso, moment
from mailbot.core.plan import Planned, ordered
from mailbot.core.printed import fields_from_json
from mailbot.core.status import AskState
from mailbot.core.values import Aligned, Kind, Proof
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.steps.references import refs_from_json
from mailbot.steps.writing import write_release
from mailbot.store.journal import Entry
from mailbot.store.rows import ChallengeRow, RequestRow

UNANSWERED = "the question to the address on file was not answered: call the number on file, then verify; or refuse"


def remind(house: House, now: datetime) -> int:
    """Repeat each question that is due for it, give those that expired to staff; how many. Raises Away."""
    if house.shadow:
        return 0
    done = 0
    for first in house.store.challenges.due(now, REMINDERS):
        request = house.store.requests.get(first.request_id)
        if moment(first.expires) < now:
            _give_up(house, request, now)
        elif _still_on_file(house, request):
            with house.store.transaction():
                house.store.journal.append(now, put(house, request, first, now))
        else:
            continue
        done += 1
    return done


def _still_on_file(house: House, request: RequestRow) -> bool:
    persons = [house.clients.person(ref) for ref in refs_from_json(request.person)]
    stored = {email.strip() for person in persons if person for email in person.emails}
    return request.address in stored


def _give_up(house: House, request: RequestRow, now: datetime) -> None:
    """Nobody answered in time: staff decide how to go on; the legal clock never stood."""
    asks = house.store.requests.asks([request.id])[request.id]
    with house.store.transaction():
        house.store.challenges.end_all(request.id, "expired", iso(now))
        moved = house.store.requests.move(request.id, [ask.kind for ask in asks], "unanswered")
        house.store.requests.update(request.id, preparing=1, reason=UNANSWERED)
        house.store.journal.append(now, [Entry("proof.unanswered", request.reference, details={"asks": moved})])


def put(house: House, request: RequestRow, again: ChallengeRow | None, now: datetime) -> list[Entry]:
    """Put the question of a request: `again`, a reminder with its code and its end; or anew, its words in full.

    Inside the caller's transaction, which journals the entries last.
    """
    n = house.store.releases.next_n(request.id)
    expires = again.expires if again else iso(now + timedelta(days=house.settings.challenge_days + 1))
    secret = again.code if again else code(house.key, f"{request.reference}/{n}")
    planned = Planned(
        purpose="reminder" if again else "question",
        asks=(),
        sections=_sections(house, request, secret, moment(expires), again=again is not None),
        recipient=request.address,
        named=request.found == Known.KNOWN and request.aligned != Aligned.NO,
        by_policy=house.stricter(request.mode) == "live",
        challenge=True,
    )
    row = write_release(house, request, planned, n, now)
    [release] = [one for one in house.store.releases.of_requests([request.id])[request.id] if one.n == n]
    our_id = message_id(house, token(house.key, f"{request.reference}/{n}"))
    columns = {"request_id": request.id, "release_id": release.id, "address": normalise(request.address or "")}
    house.store.challenges.add([{**columns, "message_id": our_id, "code": secret, "expires": expires}])
    event = "release.approved" if row["status"] == "approved" else "release.planned"
    details = {"release": n, "purpose": planned.purpose, "hash": row["hash"], "asks": []}
    return [Entry(event, request.reference, by=row["approved_by"] or "mailbot", details=details)]


def _sections(house: House, request: RequestRow, secret: str, end: datetime, *, again: bool) -> tuple[Section, ...]:
    stored = json.loads(request.fields)
    asks = house.store.requests.asks([request.id])[request.id]
    kinds = ordered(frozenset(Kind(ask.kind) for ask in asks if ask.status == AskState.PROVING))
    refs = refs_from_json(request.person)
    in_force = house.store.directives.in_force(str(refs[0])) if refs and Kind.DIRECTIVE in kinds else None
    asking = Asking(
        code=secret,
        expires=house.local_day(end - timedelta(days=1)),
        wish=stored.get("wish", "") if _known_writer(request) else None,
        in_force=in_force.number if in_force else None,
        scope=tuple(stored.get("scope", ())),
        doubt=stored.get("doubt", {}).get("because") if _stands(house, request) else None,
    )
    first = (Section(None, "asked_again"),) if again else ()
    return (*first, *question(kinds, fields_from_json(stored), asking))


def _stands(house: House, request: RequestRow) -> bool:
    """Whether a doubt that was stated is still open."""
    return any(pause.open for pause in house.store.pauses.of_requests([request.id])[request.id])


def _known_writer(request: RequestRow) -> bool:
    """Whether the person may be shown what the mail said: he wrote it himself, or confirmed that he did."""
    return request.aligned == Aligned.YES or Proof(request.proof).rank >= Proof.CONFIRMED.rank
