"""What becomes of a message: an ask is never lost, a robot never answered, ordinary post left alone."""

from __future__ import annotations

import itertools

import pytest

from mailbot.core.triage import FOR_STAFF, MessageState, Seen, becomes
from mailbot.core.values import Ask, Kind, MayAnswer, Nature, Reading

SIGNALS = ("withdrawal", "reminder", "consent", "denial", "see_attachment")


def reading(*kinds: Kind, nature: Nature = Nature.PERSON, signals: tuple[str, ...] = ()) -> Reading:
    asks = tuple(Ask(kind, 0.9, automatic=True) for kind in kinds)
    return Reading(nature, MayAnswer(machine=True, because=""), "fr", asks=asks, signals=signals)


ACCESS = frozenset({Kind.ACCESS})
CASES = [
    # reading, what else is known, state
    (reading(Kind.ACCESS), Seen(), MessageState.REQUEST),
    (reading(Kind.ACCESS, nature=Nature.LIST), Seen(), MessageState.REQUEST),
    (reading(Kind.ACCESS, nature=Nature.ROBOT), Seen(), MessageState.REQUEST),
    (reading(Kind.ACCESS, nature=Nature.BOUNCE), Seen(), MessageState.ROBOT),
    (reading(Kind.ACCESS, nature=Nature.AUTO_REPLY), Seen(), MessageState.ROBOT),
    (reading(Kind.ACCESS, nature=Nature.AUTO_REPLY), Seen(joins=True), MessageState.ROBOT),
    (reading(nature=Nature.BOUNCE), Seen(bounced=True), MessageState.JOINED),
    (reading(Kind.ACCESS), Seen(early=True), MessageState.BEFORE_START),
    (reading(), Seen(early=True), MessageState.BEFORE_START),
    (reading(Kind.ACCESS), Seen(joins=True, asked=ACCESS), MessageState.JOINED),
    (reading(Kind.ACCESS, Kind.ERASURE), Seen(joins=True, asked=ACCESS), MessageState.REQUEST),
    (reading(Kind.ACCESS), Seen(joins=True), MessageState.REQUEST),
    (reading(Kind.ACCESS), Seen(asked=ACCESS), MessageState.REQUEST),
    (reading(), Seen(joins=True), MessageState.JOINED),
    (reading(nature=Nature.LIST), Seen(), MessageState.ROBOT),
    (reading(nature=Nature.ROBOT, signals=("withdrawal",)), Seen(mentions=True), MessageState.ROBOT),
    (reading(), Seen(), MessageState.NOTHING),
    (reading(), Seen(mentions=True), MessageState.WAITING),
    (reading(signals=("withdrawal",)), Seen(), MessageState.WAITING),
    (reading(signals=("reminder",)), Seen(), MessageState.WAITING),
    (reading(signals=("see_attachment",)), Seen(), MessageState.WAITING),
    (reading(signals=("denial",)), Seen(mentions=True), MessageState.WAITING),
    (reading(signals=("consent",)), Seen(), MessageState.NOTHING),
    (reading(signals=("denial",)), Seen(), MessageState.NOTHING),
]


@pytest.mark.parametrize(("mail", "seen", "state"), CASES)
def test_what_becomes_of_a_message(mail: Reading, seen: Seen, state: MessageState) -> None:
    assert becomes(mail, seen)[0] is state


def test_whoever_writes_an_ask_after_the_start_is_a_request_or_in_one_save_bounces_and_auto_replies() -> None:
    """Every combination: no other fact about a mail makes an ask disappear."""
    natures = set(Nature) - {Nature.BOUNCE, Nature.AUTO_REPLY}
    flags = itertools.product([False, True], repeat=3)
    for nature, (joins, bounced, mentions), signal in itertools.product(natures, flags, SIGNALS):
        seen = Seen(joins=joins, bounced=bounced, mentions=mentions)
        state, _ = becomes(reading(Kind.ERASURE, nature=nature, signals=(signal,)), seen)
        assert state is (MessageState.JOINED if bounced else MessageState.REQUEST)


def test_staff_are_told_why_a_message_waits() -> None:
    _, because = becomes(reading(signals=("reminder", "withdrawal")), Seen(mentions=True))
    assert because == "reminder, withdrawal that names a reference, outside its thread"


def test_what_only_staff_can_deal_with_alarms() -> None:
    assert MessageState.WAITING in FOR_STAFF
    assert not {MessageState.NOTHING, MessageState.ROBOT, MessageState.REQUEST, MessageState.JOINED} & set(FOR_STAFF)
