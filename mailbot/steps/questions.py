"""Questions put to the address on file, settled by the person's own answer."""

from __future__ import annotations

from datetime import datetime

from mailbot.core.moments import iso
from mailbot.core.thread import Question, Settles, settles
from mailbot.core.values import Proof
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.store.journal import Entry
from mailbot.store.rows import ChallengeRow


def settle_questions(house: House, one: Identified, now: datetime) -> list[Entry]:
    """Let one message answer the open questions to its writer; the journal entries of what followed.

    A mail of the same batch may have settled one before: each is looked at as it is now, and used once.
    """
    entries: list[Entry] = []
    mail = one.seen.mail
    if mail is None:
        return entries
    for row in house.store.challenges.still_open(one.conversation.questions):
        question = Question(row.address, row.message_id, row.code, row.expires, row.tries)
        verdict, because = settles(question, mail, one.seen.reading, one.seen.authenticity.aligned, now)
        if verdict is not Settles.NOTHING:
            entries.append(_FOLLOWS[verdict](house, row, because, now))
        if verdict is Settles.CONFIRMS:
            house.store.messages.dismiss(one.seen.id, "mailbot")  # the answer is used; staff need not read it
    return entries


def _confirmed(house: House, row: ChallengeRow, _: str, now: datetime) -> Entry:
    request = house.store.requests.get(row.request_id)
    house.store.challenges.end(row.id, "confirmed", iso(now))
    kinds = [ask.kind for ask in house.store.requests.asks([request.id])[request.id]]
    moved = house.store.requests.move(request.id, kinds, "confirmed")
    house.store.requests.update(request.id, proof=str(Proof.CONFIRMED), preparing=1, reason="")
    return Entry("proof.confirmed", request.reference, by="person", details={"asks": moved})


def _denied(house: House, row: ChallengeRow, _: str, now: datetime) -> Entry:
    """The person on file says that he did not ask: an impostor did."""
    request = house.store.requests.get(row.request_id)
    house.store.challenges.end(row.id, "denied", iso(now))
    kinds = [ask.kind for ask in house.store.requests.asks([request.id])[request.id]]
    moved = house.store.requests.move(request.id, kinds, "denied", outcome="impostor")
    reason = "ALARM: the person on file says that this request is not his"
    house.store.requests.update(request.id, reason=reason)
    return Entry("proof.denied", request.reference, by="person", details={"asks": moved})


def _unclear(house: House, row: ChallengeRow, because: str, _: datetime) -> Entry:
    request = house.store.requests.get(row.request_id)
    house.store.challenges.tried(row.id)
    house.store.requests.update(request.id, reason=because)
    return Entry("proof.unclear", request.reference, by="person", details={"because": because})


_FOLLOWS = {Settles.CONFIRMS: _confirmed, Settles.DENIES: _denied, Settles.UNCLEAR: _unclear}
