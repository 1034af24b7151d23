"""Questions put to the address on file, settled by the person's own answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from mailbot.core.letters.staff import AlarmKind
from mailbot.core.moments import iso
from mailbot.core.status import AskState
from mailbot.core.thread import TRIES, Question, Settles, settles
from mailbot.core.values import Kind, Proof
from mailbot.steps.alarms import raise_alarm
from mailbot.steps.asking import put
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.steps.restated import was_restated
from mailbot.store.journal import Entry
from mailbot.store.rows import ChallengeRow, RequestRow


def settle_questions(house: House, one: Identified, now: datetime) -> list[Entry]:
    """Let one message answer the open questions to its writer; the journal entries of what followed.

    A mail of the same batch may have settled one before: each is looked at as it is now, and used once. A question and
    its reminders are one.
    """
    entries: list[Entry] = []
    rows = sorted(house.store.challenges.still_open(one.conversation.questions), key=lambda row: row.request_id)
    for request_id, mine in itertools.groupby(rows, key=lambda row: row.request_id):
        verdict, because = _verdict(one, list(mine), now)
        if verdict is not Settles.NOTHING:
            request = house.store.requests.get(request_id)
            entries += _FOLLOWS[verdict](house, request, because, now)
        if verdict is Settles.CONFIRMS:
            house.store.messages.dismiss(one.seen.id, "mailbot")  # the answer is used; staff need not read it
    return entries


def _verdict(one: Identified, rows: Sequence[ChallengeRow], now: datetime) -> tuple[Settles, str]:
    """What the message does to one question, asked once or several times."""
    mail, seen = one.seen.mail, one.seen
    tries = sum(row.tries for row in rows)
    asked = [Question(row.address, row.message_id, row.code, row.expires, tries) for row in rows]
    found = [settles(each, mail, seen.reading, seen.authenticity.aligned, now) for each in asked if mail]
    return next((verdict for verdict in found if verdict[0] is not Settles.NOTHING), (Settles.NOTHING, ""))


def _confirmed(house: House, request: RequestRow, _: str, now: datetime) -> list[Entry]:
    """Go on; a directive whose words the person was not shown is asked for by itself, now that it is he who wrote."""
    house.store.challenges.end_all(request.id, "confirmed", iso(now))
    kinds = _kinds(house, request)
    again = [] if was_restated(house, request) else [kind for kind in kinds if kind == Kind.DIRECTIVE]
    moved = house.store.requests.move(request.id, set(kinds) - set(again), "confirmed")
    columns = {"proof": str(Proof.CONFIRMED), "reason": "", **({"preparing": 1} if moved else {})}
    house.store.requests.update(request.id, **columns)
    entry = Entry("proof.confirmed", request.reference, by="person", details={"asks": moved})
    return [entry, *(put(house, house.store.requests.get(request.id), None, now) if again else ())]


def _denied(house: House, request: RequestRow, _: str, now: datetime) -> list[Entry]:
    """The person on file says that he did not ask: an impostor did."""
    house.store.challenges.end_all(request.id, "denied", iso(now))
    moved = house.store.requests.move(request.id, _kinds(house, request), "denied", outcome="impostor")
    reason = "ALARM: the person on file says that this request is not his"
    house.store.requests.update(request.id, reason=reason)
    entry = Entry("proof.denied", request.reference, by="person", details={"asks": moved})
    return [entry, *raise_alarm(house, AlarmKind.IMPOSTOR, request.reference, now)]


def _unclear(house: House, request: RequestRow, because: str, now: datetime) -> list[Entry]:
    """Staff look; what is tried again and again looks like guessing, and alarms."""
    rows = [row for row in house.store.challenges.of_request(request.id) if row.ended_at is None]
    house.store.challenges.tried(rows[0].id)
    house.store.requests.update(request.id, reason=because)
    entry = Entry("proof.unclear", request.reference, by="person", details={"because": because})
    if sum(row.tries for row in rows) + 1 < TRIES:
        return [entry]
    many = "many answers to a question that settle nothing"
    return [entry, *raise_alarm(house, AlarmKind.ATTACK, request.reference, now, many)]


def _kinds(house: House, request: RequestRow) -> list[str]:
    """The asks that wait for the person."""
    asks = house.store.requests.asks([request.id])[request.id]
    return [ask.kind for ask in asks if ask.status == AskState.PROVING]


_FOLLOWS = {Settles.CONFIRMS: _confirmed, Settles.DENIES: _denied, Settles.UNCLEAR: _unclear}
