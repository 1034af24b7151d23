"""The first letter: what is said, asked and done at once, and what is left to staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.doubt import Because, Doubt
from mailbot.core.first import first
from mailbot.core.identify import Found, Known
from mailbot.core.plan import ORDER, Arrival, Challenge, First, needed_proof, ordered
from mailbot.core.policy import load_policy
from mailbot.core.values import (
    Aligned,
    Ask,
    Cell,
    Change,
    Fields,
    Kind,
    MayAnswer,
    Nature,
    Person,
    PersonRef,
    Proof,
    Reading,
    RowUpdate,
    Suppress,
)

POLICY = load_policy((Path(__file__).parents[2] / "rules" / "policy.toml").read_text("utf-8"), "rules/policy.toml")
ADDRESS = "zoe.dupre@client.example"
ZOE = Person(PersonRef("contact", (("id", 12),)), "Zoé", "Dupré", (ADDRESS,))
ANNE = Person(PersonRef("contact", (("id", 13),)), "Anne", "Petit", (ADDRESS,))
KNOWN = Found(Known.KNOWN, (ZOE,), ADDRESS)
SEVERAL = Found(Known.SEVERAL, (ZOE, ANNE), ADDRESS)
UNKNOWN = Found(Known.UNKNOWN)
STOP = RowUpdate("unsubscribe", ZOE.ref, "contact", (("id", 12),), (Cell("newsletter", old=True, new=False),))


def arrival(
    *kinds: Kind,
    found: Found = KNOWN,
    aligned: Aligned = Aligned.YES,
    mode: str = "live",
    fields: Fields | None = None,
    automatic: bool = True,
) -> Arrival:
    """A mail that asks `kinds`, sure and plain."""
    asks = tuple(Ask(kind, 0.99, automatic=automatic) for kind in kinds)
    known = found.known is Known.KNOWN
    return Arrival(
        reading=Reading(Nature.PERSON, MayAnswer(machine=True, because=""), "fr", asks=asks, fields=fields or Fields()),
        found=found,
        sender=ADDRESS,
        aligned=aligned,
        proof=Proof.NONE if not known else Proof.AUTHENTICATED if aligned is Aligned.YES else Proof.CLAIMED,
        mode=mode,
        worded=True,
        capped=False,
        challenge=Challenge("ABCD2345", date(2026, 4, 19)),
        stops=(STOP,) if known and {Kind.UNSUBSCRIBE, Kind.ERASURE} & set(kinds) else (),
        wish="Je souhaite que mes données soient effacées après mon décès.",
    )


def said(decision: First) -> list[tuple[str | None, str]]:
    """The sections of the first letter as (kind, outcome)."""
    sections = decision.release.sections if decision.release else ()
    return [(section.kind and str(section.kind), section.outcome) for section in sections]


# --- what is said ---


def test_a_known_person_who_asks_for_a_copy_is_acknowledged_at_once() -> None:
    decision = first(arrival(Kind.ACCESS), POLICY)
    release = decision.release
    assert release is not None
    assert said(decision) == [("access", "acknowledged")]
    assert (release.recipient, release.named, release.by_policy, release.challenge) == (ADDRESS, True, True, False)
    assert (release.asks, release.actions, decision.stopped, decision.challenged) == ((), (), frozenset(), frozenset())


def test_a_claimed_sender_is_asked_to_confirm_from_the_address_on_file() -> None:
    decision = first(arrival(Kind.ACCESS, aligned=Aligned.UNKNOWN), POLICY)
    assert said(decision) == [(None, "challenge")]
    assert decision.challenged == {Kind.ACCESS}
    assert decision.release is not None
    assert decision.release.challenge
    [section] = decision.release.sections
    assert section.facts == {
        "code": "ABCD2345",
        "expires": date(2026, 4, 19),
        "asks": (Kind.ACCESS,),
        "newsletters_stopped": False,
        "doubt": None,
    }


def test_one_question_covers_all_rights_that_need_proof_and_the_others_are_acknowledged() -> None:
    decision = first(
        arrival(Kind.RECTIFICATION, Kind.PORTABILITY, Kind.ACCESS, Kind.OBJECTION, aligned=Aligned.UNKNOWN), POLICY
    )
    assert said(decision) == [("objection", "acknowledged"), (None, "challenge")]
    assert decision.challenged == {Kind.ACCESS, Kind.PORTABILITY, Kind.RECTIFICATION}


def test_a_directive_is_restated_in_full_even_to_an_authenticated_person() -> None:
    fields = Fields(action="define", wishes=("erase",), executor="Paul Dupré")
    decision = first(replace(arrival(Kind.DIRECTIVE, fields=fields), in_force="D-2025-0001"), POLICY)
    assert said(decision) == [("directive", "challenge")]
    assert decision.release is not None
    facts = decision.release.sections[0].facts
    assert facts["text"] == "Je souhaite que mes données soient effacées après mon décès."
    assert (facts["wishes"], facts["executor"], facts["replaces"]) == (("erase",), "Paul Dupré", "D-2025-0001")


def test_revoking_a_directive_restates_no_text() -> None:
    decision = first(arrival(Kind.DIRECTIVE, fields=Fields(action="revoke")), POLICY)
    assert decision.release is not None
    assert decision.release.sections[0].facts["text"] is None


@pytest.mark.parametrize("kind", [Kind.OBJECTION, Kind.HEIR, Kind.AUTHORITY])
def test_a_right_that_staff_answer_is_acknowledged_and_never_challenged(kind: Kind) -> None:
    decision = first(arrival(kind, aligned=Aligned.UNKNOWN), POLICY)
    assert said(decision) == [(str(kind), "acknowledged")]
    assert decision.challenged == frozenset()


def test_several_persons_on_one_address_are_asked_who_writes_without_a_name() -> None:
    decision = first(arrival(Kind.ACCESS, found=SEVERAL, aligned=Aligned.UNKNOWN), POLICY)
    assert said(decision) == [(None, "who")]
    assert decision.release is not None
    assert (decision.release.named, decision.release.recipient) == (False, ADDRESS)
    assert "several persons share this address" in decision.reason


@pytest.mark.parametrize("kinds", [(Kind.ACCESS,), (Kind.ERASURE, Kind.ACCESS), (Kind.DIRECTIVE,)])
def test_an_authenticated_stranger_gets_the_same_neutral_words_whatever_he_asks(kinds: tuple[Kind, ...]) -> None:
    decision = first(arrival(*kinds, found=UNKNOWN), POLICY)
    assert said(decision) == [(None, "neutral")]
    assert decision.release is not None
    assert (decision.release.recipient, decision.release.named) == (ADDRESS, False)
    assert decision.challenged == frozenset()


@pytest.mark.parametrize("aligned", [Aligned.NO, Aligned.UNKNOWN])
def test_a_stranger_whose_mail_proves_nothing_is_left_to_staff(aligned: Aligned) -> None:
    decision = first(arrival(Kind.ACCESS, Kind.UNSUBSCRIBE, found=UNKNOWN, aligned=aligned), POLICY)
    assert decision.release is None
    assert (decision.stopped, decision.challenged) == (frozenset(), frozenset())
    assert "not answered by machine" in decision.reason


def test_a_mail_that_failed_its_check_is_acknowledged_to_the_file_without_a_name() -> None:
    decision = first(arrival(Kind.OBJECTION, aligned=Aligned.NO), POLICY)
    assert decision.release is not None
    assert (decision.release.recipient, decision.release.named) == (ADDRESS, False)
    assert "the sender's address failed its check" in decision.reason


# --- what is done at once ---


@pytest.mark.parametrize("aligned", [Aligned.YES, Aligned.UNKNOWN])
def test_unsubscribing_is_done_at_once_for_whoever_is_on_file(aligned: Aligned) -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, aligned=aligned), POLICY)
    assert said(decision) == [("unsubscribe", "done")]
    assert decision.stopped == {Kind.UNSUBSCRIBE}
    assert decision.release is not None
    assert decision.release.asks == (Kind.UNSUBSCRIBE,)
    assert decision.release.actions == (STOP, Suppress(ADDRESS))


def test_a_forged_mail_unsubscribes_nobody_but_asks_the_person() -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, aligned=Aligned.NO), POLICY)
    assert not decision.stopped
    assert decision.challenged == {Kind.UNSUBSCRIBE}
    assert decision.release is not None
    assert decision.release.actions == ()


def test_an_authenticated_stranger_is_put_on_the_suppression_list_and_told_of_no_record() -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, found=UNKNOWN), POLICY)
    assert said(decision) == [("unsubscribe", "done")]
    assert decision.release is not None
    assert decision.release.actions == (Suppress(ADDRESS),)
    assert decision.release.sections[0].facts == {"addresses": ()}


def test_several_persons_are_unsubscribed_together_and_told_of_no_address() -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, found=SEVERAL), POLICY)
    assert decision.stopped == {Kind.UNSUBSCRIBE}
    assert decision.release is not None
    assert decision.release.sections[0].facts == {"addresses": ()}


def test_every_address_meant_is_stopped() -> None:
    decision = first(replace(arrival(Kind.UNSUBSCRIBE), also=("zoe@old.example",)), POLICY)
    assert decision.release is not None
    assert decision.release.actions == (STOP, Suppress(ADDRESS), Suppress("zoe@old.example"))


def test_a_reading_that_is_not_sure_unsubscribes_nobody() -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, automatic=False), POLICY)
    assert said(decision) == [("unsubscribe", "acknowledged")]
    assert decision.stopped == frozenset()


def test_one_mail_tells_what_is_done_and_acknowledges_the_rest() -> None:
    decision = first(arrival(Kind.ERASURE, Kind.UNSUBSCRIBE, Kind.ACCESS), POLICY)
    assert said(decision) == [("unsubscribe", "done"), ("access", "acknowledged"), (None, "challenge")]
    assert decision.stopped == {Kind.UNSUBSCRIBE}


def test_asking_for_erasure_stops_newsletters_at_once_and_settles_nothing() -> None:
    decision = first(arrival(Kind.ERASURE), POLICY)
    assert said(decision) == [(None, "challenge")], "what cannot be undone is confirmed first"
    assert decision.release is not None
    assert decision.release.actions == (STOP, Suppress(ADDRESS))
    assert (decision.release.asks, decision.stopped) == ((), frozenset())


def erasing(ask: Ask) -> Arrival:
    mail = arrival(Kind.ERASURE)
    return replace(mail, reading=replace(mail.reading, asks=(ask,)))


ERASURE = arrival(Kind.ERASURE)
NOT_PLAIN = {
    "forged": replace(ERASURE, aligned=Aligned.NO),
    "several": replace(ERASURE, found=SEVERAL),
    "on behalf": replace(ERASURE, reading=replace(ERASURE.reading, on_behalf=True)),
    "two persons": replace(ERASURE, reading=replace(ERASURE.reading, persons=2)),
    "in part": erasing(Ask(Kind.ERASURE, 0.99, automatic=False, scope="phone")),
    "later": erasing(Ask(Kind.ERASURE, 0.99, automatic=False, when="after_copy")),
    "a robot's": replace(ERASURE, reading=replace(ERASURE.reading, may_answer=MayAnswer(machine=False, because=""))),
}


@pytest.mark.parametrize("why", list(NOT_PLAIN))
def test_an_erasure_ask_that_is_not_plain_stops_nothing(why: str) -> None:
    decision = first(NOT_PLAIN[why], POLICY)
    assert decision.release is None or decision.release.actions == ()


# --- when no machine writes ---


CLAIMED = arrival(Kind.ACCESS, aligned=Aligned.UNKNOWN)


@pytest.mark.parametrize(
    ("mail", "because"),
    [
        (replace(CLAIMED, capped=True), "many automatic mails today"),
        (replace(CLAIMED, worded=False), "no texts in the language fr"),
    ],
)
def test_without_words_or_over_the_cap_nothing_is_written_and_nothing_waits_for_the_person(
    mail: Arrival, because: str
) -> None:
    decision = first(mail, POLICY)
    assert decision.release is None
    assert decision.challenged == frozenset()
    assert because in decision.reason


def test_a_list_mail_is_obeyed_in_silence() -> None:
    mail = arrival(Kind.UNSUBSCRIBE)
    silent = replace(mail.reading, nature=Nature.LIST, may_answer=MayAnswer(machine=False, because="List-Id"))
    decision = first(replace(mail, reading=silent), POLICY)
    assert decision.release is not None
    assert decision.release.silent
    assert decision.release.recipient is None
    assert decision.release.actions == (STOP, Suppress(ADDRESS))
    assert decision.stopped == {Kind.UNSUBSCRIBE}
    assert "not answered by machine: List-Id" in decision.reason


@pytest.mark.parametrize("mode", ["shadow", "queue"])
def test_only_in_mode_live_does_policy_release(mode: str) -> None:
    decision = first(arrival(Kind.UNSUBSCRIBE, mode=mode), POLICY)
    assert decision.release is not None
    assert not decision.release.by_policy
    assert decision.release.reason == f"mode {mode}: a human releases everything"


def test_staff_are_told_all_that_is_odd_about_who_asks() -> None:
    mail = arrival(Kind.ACCESS, fields=Fields(reply_to="other@x.example"))
    reading = replace(mail.reading, on_behalf=True, persons=2, signals=("see_attachment",))
    assert first(replace(mail, reading=reading), POLICY).reason == (
        "asked on behalf of another; several persons are concerned; an answer is wanted at another address;"
        " the mail refers to an attachment"
    )


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (replace(CLAIMED.reading, on_behalf=True), (None, "mandate")),
        (replace(CLAIMED.reading, persons=2), ("access", "acknowledged")),
    ],
)
def test_who_asks_for_others_is_told_what_it_takes_and_is_not_challenged(
    reading: Reading, told: tuple[str | None, str]
) -> None:
    decision = first(replace(CLAIMED, reading=reading), POLICY)
    assert said(decision) == [told]
    assert decision.challenged == frozenset()


def test_remove_me_alone_stops_the_newsletters_and_asks_what_else_is_meant() -> None:
    decision = first(erasing(Ask(Kind.ERASURE, 0.6, automatic=False)), POLICY)
    assert said(decision) == [("erasure", "clarify")]
    assert decision.release is not None
    assert decision.release.actions
    assert decision.release.sections[0].facts == {"newsletters_stopped": True}


@pytest.mark.parametrize("kind", [Kind.HEIR, Kind.AUTHORITY])
def test_a_stranger_who_writes_of_a_death_or_for_an_authority_gets_the_words_that_all_get(kind: Kind) -> None:
    for one in (arrival(kind), replace(arrival(kind), found=Found(Known.UNKNOWN), proof=Proof.NONE)):
        assert said(first(one, POLICY)) == [(str(kind), "acknowledged")]


def test_a_notice_of_death_freezes_at_once_unless_its_sender_failed_the_check() -> None:
    one = replace(arrival(Kind.HEIR, aligned=Aligned.UNKNOWN), death=(Suppress("gone@x.example"),))
    stranger = replace(one, found=Found(Known.UNKNOWN), proof=Proof.NONE)
    for notice in (one, stranger):
        decision = first(notice, POLICY)
        assert decision.release is not None
        assert decision.release.actions == (Suppress("gone@x.example"),)
        assert "ALARM: notice of a death" in decision.reason
    forged = first(replace(one, aligned=Aligned.NO), POLICY)
    assert forged.release is None or forged.release.actions == ()


# --- order and proof ---


def test_rights_are_told_in_one_order_whatever_the_mail_says_first() -> None:
    assert ordered(frozenset(Kind)) == ORDER
    assert set(ORDER) == set(Kind)
    assert ordered([Kind.ERASURE, Kind.ACCESS, Kind.RESTRICTION]) == (Kind.RESTRICTION, Kind.ACCESS, Kind.ERASURE)


def test_changing_the_mail_address_needs_more_proof_than_the_phone() -> None:
    assert needed_proof(Kind.RECTIFICATION, Fields((Change("phone", None, "1"),)), POLICY) is Proof.AUTHENTICATED
    both = Fields((Change("phone", None, "1"), Change("email", None, "z@x.example")))
    assert needed_proof(Kind.RECTIFICATION, both, POLICY) is Proof.CONFIRMED
    assert needed_proof(Kind.ACCESS, both, POLICY) is POLICY.kind[Kind.ACCESS].proof


def test_a_change_of_the_mail_address_is_confirmed_even_by_an_authenticated_person() -> None:
    fields = Fields((Change("email", None, "z@x.example"),))
    assert first(arrival(Kind.RECTIFICATION, fields=fields), POLICY).challenged == {Kind.RECTIFICATION}


# --- a doubt about who asks ---


def asked_in_time(
    *kinds: Kind, found: Found = KNOWN, aligned: Aligned = Aligned.YES, fields: Fields | None = None
) -> Arrival:
    """As arrival(), in France and soon enough for a doubt to suspend the time."""
    return replace(arrival(*kinds, found=found, aligned=aligned, fields=fields), prompt=True, country="FR")


def test_a_forged_sender_is_a_doubt_that_the_question_to_the_address_on_file_states() -> None:
    decision = first(asked_in_time(Kind.ACCESS, Kind.UNSUBSCRIBE, aligned=Aligned.NO), POLICY)
    assert decision.doubt == Doubt(Because.UNALIGNED, (Kind.ACCESS,)), "unsubscribing never waits"
    assert decision.release
    assert decision.release.recipient == ADDRESS
    assert decision.release.sections[0].facts["doubt"] == Because.UNALIGNED


def test_a_routine_question_is_no_doubt() -> None:
    decision = first(asked_in_time(Kind.ACCESS, Kind.ERASURE, aligned=Aligned.UNKNOWN), POLICY)
    assert decision.challenged == {Kind.ACCESS, Kind.ERASURE}
    assert decision.doubt is None
    assert first(asked_in_time(Kind.ERASURE), POLICY).doubt is None, "what the risk of a right asks for is no doubt"


def test_an_address_of_several_persons_is_asked_who_writes() -> None:
    decision = first(asked_in_time(Kind.ACCESS, Kind.OBJECTION, found=SEVERAL), POLICY)
    assert said(decision) == [(None, "who")]
    assert decision.doubt == Doubt(Because.SEVERAL, (Kind.ACCESS, Kind.OBJECTION))
    assert decision.release
    assert not decision.release.named


def test_a_stranger_who_gives_a_number_of_ours_is_no_doubt() -> None:
    assert first(asked_in_time(Kind.ACCESS, found=UNKNOWN), POLICY).doubt == Doubt(Because.UNKNOWN, (Kind.ACCESS,))
    numbered = asked_in_time(Kind.ACCESS, found=UNKNOWN, fields=Fields(references=("4711",)))
    assert first(numbered, POLICY).doubt is None, "what it would ask for is there"


@pytest.mark.parametrize("kind", [Kind.HEIR, Kind.AUTHORITY, Kind.UNSUBSCRIBE])
def test_who_speaks_of_another_or_only_unsubscribes_is_not_doubted(kind: Kind) -> None:
    assert first(asked_in_time(kind, found=UNKNOWN), POLICY).doubt is None


def test_a_mandate_is_asked_for_without_any_doubt() -> None:
    asked = asked_in_time(Kind.ACCESS, found=UNKNOWN)
    assert first(replace(asked, reading=replace(asked.reading, on_behalf=True)), POLICY).doubt is None


@pytest.mark.parametrize("facts", [{"prompt": False}, {"country": "BE"}, {"capped": True}, {"worded": False}])
def test_no_clock_stands_where_the_question_is_late_unwritten_or_without_effect_in_law(facts: dict[str, Any]) -> None:
    assert first(replace(asked_in_time(Kind.ACCESS, found=SEVERAL), **facts), POLICY).doubt is None


def test_policy_says_which_doubts_are_stated() -> None:
    none = POLICY.model_copy(update={"identity": POLICY.identity.model_copy(update={"doubts": frozenset()})})
    decision = first(asked_in_time(Kind.ACCESS, found=SEVERAL), none)
    assert (said(decision), decision.doubt) == ([(None, "who")], None), "it is asked all the same"
