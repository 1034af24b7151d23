"""The answers that a machine proposes, and why the others are left to staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailbot.core.answer import Case, OpenAsk, by_hand, doubts, releases, weaknesses
from mailbot.core.identify import Known
from mailbot.core.letters.draft import Section
from mailbot.core.plan import PROPOSABLE
from mailbot.core.policy import Identity, load_policy
from mailbot.core.proposals import (
    Proposal,
    propose_access,
    propose_directive,
    propose_rectification,
    propose_stop,
)
from mailbot.core.values import (
    Aligned,
    Cell,
    Change,
    Export,
    Fields,
    HoldingData,
    Kind,
    Notify,
    Person,
    PersonRef,
    Proof,
    RegisterDirective,
    RowUpdate,
    Suppress,
)

POLICY = load_policy((Path(__file__).parents[2] / "rules" / "policy.toml").read_text("utf-8"), "rules/policy.toml")
ADDRESS = "zoe.dupre@client.example"
ZOE = Person(PersonRef("contact", (("id", 12),)), "Zoé", "Dupré", (ADDRESS,))
TODAY = date(2026, 4, 5)
PHONE = RowUpdate("rectify", ZOE.ref, "contact", (("id", 12),), (Cell("phone", "01", "02", "Téléphone"),))
STOP = RowUpdate("unsubscribe", ZOE.ref, "contact", (("id", 12),), (Cell("newsletter", old=True, new=False),))
HOLDING = HoldingData("contact", "Coordonnées", "gestion", "contract", ("OVH",), "vous", "5 ans", (), (("x",),))


def asked(kind: Kind, *, automatic: bool = True, scope: str | None = None, when: str = "now") -> OpenAsk:
    return OpenAsk(kind, automatic, scope, when)


CASE = Case(
    asks=(asked(Kind.ACCESS), asked(Kind.RECTIFICATION), asked(Kind.UNSUBSCRIBE), asked(Kind.DIRECTIVE)),
    known=Known.KNOWN,
    proof=Proof.CONFIRMED,
    mode="live",
    address=ADDRESS,
    fields=Fields(),
    on_behalf=False,
    persons=1,
)

# --- who may be answered by a proposal ---


@pytest.mark.parametrize("kind", sorted(PROPOSABLE))
def test_a_confirmed_person_on_file_gets_a_proposal(kind: Kind) -> None:
    assert by_hand(CASE, asked(kind), POLICY) is None


@pytest.mark.parametrize("kind", sorted(set(Kind) - PROPOSABLE))
def test_the_other_rights_are_answered_by_staff_whoever_asks(kind: Kind) -> None:
    assert by_hand(replace(CASE, proof=Proof.VERIFIED), asked(kind), POLICY) == "staff answer this kind"


LEFT = [
    (replace(CASE, known=Known.UNKNOWN), Kind.UNSUBSCRIBE, "the writer is not on file"),
    (replace(CASE, known=Known.SEVERAL), Kind.ACCESS, "several persons share this address"),
    (replace(CASE, on_behalf=True), Kind.ACCESS, "asked on behalf of another"),
    (replace(CASE, persons=2), Kind.UNSUBSCRIBE, "several persons are concerned"),
    (replace(CASE, proof=Proof.CLAIMED), Kind.ACCESS, "proof is claimed; this needs authenticated"),
    (replace(CASE, proof=Proof.AUTHENTICATED), Kind.DIRECTIVE, "proof is authenticated; this needs confirmed"),
    (
        replace(CASE, proof=Proof.AUTHENTICATED, fields=Fields((Change("email", None, "z@x.example"),))),
        Kind.RECTIFICATION,
        "proof is authenticated; this needs confirmed",
    ),
]


@pytest.mark.parametrize(("case", "kind", "because"), LEFT)
def test_what_is_left_to_staff_says_why(case: Case, kind: Kind, because: str) -> None:
    assert by_hand(case, asked(kind), POLICY) == because


def test_unsubscribing_needs_neither_one_person_nor_proof() -> None:
    case = replace(CASE, known=Known.SEVERAL, proof=Proof.NONE)
    assert by_hand(case, asked(Kind.UNSUBSCRIBE), POLICY) is None


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (asked(Kind.ACCESS), ()),
        (asked(Kind.ACCESS, automatic=False), ("access: the reading is not sure enough",)),
        (asked(Kind.ACCESS, automatic=False, scope="phone"), ("access: asked for a part only",)),
        (asked(Kind.ACCESS, automatic=False, when="2026-09"), ("access: asked for a certain time",)),
        (
            asked(Kind.ACCESS, automatic=False, scope="phone", when="after_copy"),
            ("access: asked for a part only", "access: asked for a certain time"),
        ),
    ],
)
def test_a_scope_a_date_or_an_unsure_reading_is_for_a_human_to_weigh(ask: OpenAsk, found: tuple[str, ...]) -> None:
    assert doubts(ask) == found


IDENTITY = POLICY.model_copy(update={"identity": Identity(generic_boxes=("contact",), fresh_days=30)})


@pytest.mark.parametrize(
    ("address", "changed", "count"),
    [
        (ADDRESS, None, 0),
        (None, None, 0),
        ("Contact@client.example", None, 1),
        ("contact+x@client.example", None, 1),
        ("contacts@client.example", None, 0),
        (ADDRESS, date(2026, 3, 7), 1),
        (ADDRESS, date(2026, 3, 6), 0),
        ("contact@client.example", TODAY, 2),
    ],
)
def test_a_shared_box_and_a_fresh_change_are_weaker_signs(
    address: str | None, changed: date | None, count: int
) -> None:
    assert len(weaknesses(address, [replace(ZOE, changed=changed)], IDENTITY, TODAY)) == count


# --- the proposals ---


def export(*holdings: HoldingData) -> Export:
    return Export(ZOE, "fr", datetime(2026, 4, 5, tzinfo=UTC), holdings)


def test_the_copy_tells_the_records_of_all_companies_and_where_staff_must_look_too() -> None:
    proposal = propose_access([export(HOLDING), export(HOLDING)], ["Messagerie de la direction"])
    assert proposal.section.outcome == "granted"
    assert proposal.section.facts["holdings"] == (HOLDING, HOLDING)
    assert proposal.reasons == ("look there too: Messagerie de la direction",)


@pytest.mark.parametrize("exports", [[], [export()]])
def test_that_nothing_is_held_is_said_by_a_human_only(exports: list[Export]) -> None:
    proposal = propose_access(exports, [])
    assert (proposal.section.outcome, bool(proposal.reasons)) == ("nothing_held", True)


def test_a_change_is_told_old_to_new_and_once_for_all_records() -> None:
    notice = Notify("OVH", "privacy@host.example", "fr", "Données – 2026-00042", "Bonjour")
    proposal = propose_rectification([PHONE, PHONE], [], [], [notice])
    assert isinstance(proposal, Proposal)
    assert proposal.actions == (PHONE, PHONE, notice)
    assert proposal.section.facts["changes"] == ({"title": "Téléphone", "old": "01", "new": "02"},)
    assert proposal.reasons == ()
    assert proposal.section.facts["recipients"] == ("OVH",), "who is told is told by the same release"


def test_what_cannot_be_planned_goes_to_staff_with_what_can() -> None:
    assert propose_rectification([], ["no column for the site"], [], []) == "no column for the site"
    mixed = propose_rectification([PHONE], ["no column for the site"], ["a new mail address"], [])
    assert isinstance(mixed, Proposal)
    assert mixed.reasons == ("a new mail address", "no column for the site")


def test_data_that_is_already_as_asked_is_confirmed_by_a_human() -> None:
    proposal = propose_rectification([], [], [], [])
    assert isinstance(proposal, Proposal)
    assert (proposal.actions, proposal.section.outcome, bool(proposal.reasons)) == ((), "nothing_to_change", True)


def test_stopping_newsletters_writes_the_record_and_our_list() -> None:
    assert propose_stop([STOP], ADDRESS).actions == (STOP, Suppress(ADDRESS))


DIRECTIVES = [
    # asked, in force, entered as, outcome
    ("define", None, "define", "registered"),
    (None, None, "define", "registered"),
    ("define", "D-2025-0001", "modify", "modified"),
    ("modify", "D-2025-0001", "modify", "modified"),
    ("modify", None, "define", "registered"),
    ("revoke", "D-2025-0001", "revoke", "revoked"),
]


def entry(action: str, wishes: tuple[str, ...] = (), in_force: str | None = None) -> RegisterDirective:
    return RegisterDirective("D-2026-0007", action, ZOE.ref, wishes, "Paul", "Effacez tout.", in_force)


@pytest.mark.parametrize(("wanted", "in_force", "action", "outcome"), DIRECTIVES)
def test_a_directive_is_entered_as_what_it_is(
    wanted: str | None, in_force: str | None, action: str, outcome: str
) -> None:
    asked = entry(wanted or "define", ("erase",), in_force)
    proposal = propose_directive(asked, TODAY)
    assert isinstance(proposal, Proposal)
    expected = entry(action, ("erase",), in_force)
    assert (proposal.actions, proposal.section.outcome, proposal.reasons) == ((expected,), outcome, ())


def test_revoking_what_is_not_there_is_for_staff() -> None:
    assert isinstance(propose_directive(entry("revoke"), TODAY), str)


def test_a_directive_that_gives_data_to_others_waits_for_a_human() -> None:
    proposal = propose_directive(entry("define", ("communicate",)), TODAY)
    assert isinstance(proposal, Proposal)
    assert proposal.reasons == ("data would go to a third party",)


@pytest.mark.parametrize(
    ("part", "value"), [("recipients", ()), ("recipients", (" ",)), ("retention", " "), ("source", ""), ("purpose", "")]
)
def test_a_copy_whose_information_is_blank_names_what_is_missing(part: str, value: object) -> None:
    blank = replace(HOLDING, **{part: value})  # type: ignore[arg-type]
    proposal = propose_access([export(blank)], [])
    assert proposal.reasons == (f"blank in the data map: contact {part}",)


# --- the releases ---

COPY = Proposal((), Section(Kind.ACCESS, "granted"))
CHANGED = Proposal((PHONE,), Section(Kind.RECTIFICATION, "granted"))
STOPPED = propose_stop([STOP], ADDRESS)
PROPOSED = {Kind.RECTIFICATION: CHANGED, Kind.UNSUBSCRIBE: STOPPED, Kind.ACCESS: COPY}


def test_what_policy_may_release_never_waits_for_what_a_human_releases() -> None:
    free, human = releases(CASE, PROPOSED, {}, POLICY)
    assert (free.asks, free.by_policy, free.actions) == ((Kind.UNSUBSCRIBE,), True, (STOP, Suppress(ADDRESS)))
    assert (human.asks, human.by_policy, human.actions) == ((Kind.ACCESS, Kind.RECTIFICATION), False, (PHONE,))
    assert [section.kind for section in human.sections] == [Kind.ACCESS, Kind.RECTIFICATION]
    assert {release.recipient for release in (free, human)} == {ADDRESS}


def test_what_staff_write_is_a_release_of_its_own_with_all_reasons_once() -> None:
    left = {Kind.ERASURE: "staff answer this kind", Kind.OBJECTION: "staff answer this kind"}
    [by_staff] = releases(CASE, {}, left, POLICY)
    assert (by_staff.purpose, by_staff.asks) == ("by_hand", (Kind.OBJECTION, Kind.ERASURE))
    assert (by_staff.sections, by_staff.reason, by_staff.by_policy) == ((), "staff answer this kind", False)


@pytest.mark.parametrize("mode", ["shadow", "queue"])
def test_outside_of_mode_live_policy_releases_no_answer(mode: str) -> None:
    [release] = releases(replace(CASE, mode=mode), {Kind.UNSUBSCRIBE: STOPPED}, {}, POLICY)
    assert not release.by_policy


UNSURE = replace(CASE, asks=(asked(Kind.UNSUBSCRIBE, automatic=False),))
FORGED = replace(CASE, proof=Proof.CLAIMED, aligned=Aligned.NO)


@pytest.mark.parametrize("case", [UNSURE, FORGED])
def test_an_unsure_reading_or_a_forged_sender_takes_the_release_from_policy(case: Case) -> None:
    [release] = releases(case, {Kind.UNSUBSCRIBE: STOPPED}, {}, POLICY)
    assert not release.by_policy
    assert release.reason


def test_once_confirmed_by_the_person_a_failed_check_no_longer_matters() -> None:
    case = replace(FORGED, proof=Proof.CONFIRMED)
    [release] = releases(case, {Kind.UNSUBSCRIBE: STOPPED}, {}, POLICY)
    assert release.by_policy


def test_a_shared_box_is_told_with_everything_but_unsubscribing() -> None:
    case = replace(CASE, weak=("a box that several people may read",))
    free, human = releases(case, PROPOSED, {}, POLICY)
    assert (free.asks, free.reason) == ((Kind.UNSUBSCRIBE,), "")
    assert human.reason == "a box that several people may read"


def test_a_request_without_anything_to_answer_has_no_release() -> None:
    assert releases(CASE, {}, {}, POLICY) == []


def test_a_directive_confirmed_without_its_text_being_shown_waits_for_a_human() -> None:
    proposal = propose_directive(entry("define", ("erase",)), TODAY, restated=False)
    assert isinstance(proposal, Proposal)
    assert proposal.reasons == ("confirmed without its text being shown: ask the person first",)
