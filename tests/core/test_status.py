"""The three state machines: what may follow what, and the status of a request as a function of them."""

from __future__ import annotations

import itertools
import runpy
from pathlib import Path

import pytest

from mailbot.core.status import (
    ASK,
    ASK_OVER,
    RELEASE,
    RELEASE_OVER,
    REPLY,
    TABLES,
    AskState,
    IllegalTransition,
    ReleaseState,
    ReplyState,
    RequestState,
    Transition,
    Who,
    request_state,
    targets,
    transition,
)

STATES = {"ask": tuple(AskState), "release": tuple(ReleaseState), "reply": tuple(ReplyState)}
ROWS = [(name, row) for name, table in TABLES.items() for row in table]
DOCS = Path(__file__).parents[2] / "docs"


def events(name: str) -> set[str]:
    return {row.event for row in TABLES[name]}


def reachable(table: tuple[Transition, ...]) -> set[str]:
    found = {table[0].source}
    while new := {row.target for row in table if row.source in found} - found:
        found |= new
    return found


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_every_row_of_a_table_can_happen(name: str, row: Transition) -> None:
    assert transition(name, row.source, row.event) == row
    assert targets(name, row.event)[row.source] == row.target


@pytest.mark.parametrize("name", list(TABLES))
def test_every_pair_outside_the_table_is_refused_and_says_which(name: str) -> None:
    allowed = {(row.source, row.event) for row in TABLES[name]}
    pairs = set(itertools.product(STATES[name], events(name))) - allowed
    assert pairs
    for state, event in pairs:
        with pytest.raises(IllegalTransition, match=f"^{name} in state {state} cannot have the event {event}$"):
            transition(name, state, event)


@pytest.mark.parametrize("wrong", [("ask", "open", "explode"), ("reply", "gone", "send"), ("machine", "open", "send")])
def test_an_unknown_machine_state_or_event_is_refused(wrong: tuple[str, str, str]) -> None:
    with pytest.raises(IllegalTransition):
        transition(*wrong)


@pytest.mark.parametrize("name", list(TABLES))
def test_no_pair_stands_twice_in_a_table(name: str) -> None:
    pairs = [(row.source, row.event) for row in TABLES[name]]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("name", list(TABLES))
def test_every_state_of_a_machine_can_be_reached_and_no_other_is_named(name: str) -> None:
    named = {state for row in TABLES[name] for state in (row.source, row.target)}
    assert reachable(TABLES[name]) == set(STATES[name]) == named


def test_what_staff_do_has_a_button_and_what_the_path_does_has_none() -> None:
    assert [row for _, row in ROWS if bool(row.label) == (row.who is Who.STEP)] == []


def test_only_a_human_refuses() -> None:
    assert {row.who for row in ASK if row.target == AskState.REFUSED} == {Who.STAFF}


def test_policy_may_release_and_nothing_else() -> None:
    assert [row.event for _, row in ROWS if row.who is Who.POLICY] == ["approve"]


def test_an_answer_that_came_back_opens_the_ask_again() -> None:
    assert set(targets("ask", "reopened")) == {AskState.DONE, AskState.PARTLY, AskState.REFUSED}
    assert set(targets("ask", "reopened").values()) == {AskState.OPEN}


def test_an_uncertain_mail_leaves_that_state_by_a_human_only() -> None:
    assert {row.who for row in REPLY if row.source == ReplyState.UNCERTAIN} == {Who.STAFF}
    assert {row.event for row in REPLY if row.source == ReplyState.SENDING} == {
        "sent",
        "deferred",
        "failed",
        "uncertain",
    }


def test_nothing_is_sent_before_it_was_approved_and_performed() -> None:
    order = [("planned", "approve"), ("approved", "perform"), ("performing", "performed"), ("performed", "replied")]
    state = "planned"
    for source, event in order:
        assert state == source
        state = transition("release", state, event).target
    assert state == "replied"
    assert {row.source for row in RELEASE if row.target == ReleaseState.REPLIED} == {ReleaseState.PERFORMED}


def test_a_release_cannot_be_taken_back_once_it_changes_the_client_database() -> None:
    assert set(targets("release", "undo")) == {ReleaseState.APPROVED}


def test_what_is_over_can_only_come_back_never_go_on() -> None:
    assert {row.event for row in ASK if row.source in ASK_OVER} == {"reopened", "restored"}
    assert {row.event for row in RELEASE if row.source in RELEASE_OVER} == {"bounced"}


# --- the status of a request ------------------------------------------------------------------------------------------

SEEN = [
    (RequestState.TROUBLE, ["open"], ["planned", "blocked"], []),
    (RequestState.TROUBLE, ["ready"], ["performed"], ["failed"]),
    (RequestState.TROUBLE, ["ready"], ["performed"], ["uncertain"]),
    (RequestState.TO_RELEASE, ["ready"], ["planned"], []),
    (RequestState.TO_RELEASE, ["open", "done"], ["closed", "planned"], ["sent"]),
    (RequestState.TO_STAFF, ["open"], [], []),
    (RequestState.TO_STAFF, ["open"], ["closed"], ["sent"]),
    (RequestState.TO_STAFF, ["open"], ["approved"], []),
    (RequestState.LEAVING, ["ready"], ["approved"], []),
    (RequestState.LEAVING, ["ready"], ["performing"], []),
    (RequestState.LEAVING, ["ready"], ["performed"], ["waiting"]),
    (RequestState.LEAVING, ["ready"], ["performed"], ["deferred"]),
    (RequestState.LEAVING, ["proving"], ["performed"], ["sending"]),
    (RequestState.PROVING, ["proving", "done"], ["closed"], ["sent"]),
    (RequestState.CLOSED, ["done", "refused"], ["closed", "closed"], ["sent", "sent"]),
    (RequestState.CLOSED, ["merged"], ["undone"], []),
]


@pytest.mark.parametrize(("state", "asks", "releases", "replies"), SEEN)
def test_a_request_shows_the_most_urgent_of_what_it_waits_for(
    state: RequestState, asks: list[str], releases: list[str], replies: list[str]
) -> None:
    assert request_state(asks, releases, replies) is state


def test_an_open_ask_that_no_step_looked_at_yet_is_not_for_staff() -> None:
    assert request_state(["open"], [], [], preparing=True) is RequestState.PREPARING
    assert request_state(["proving"], [], [], preparing=True) is RequestState.PROVING


def test_no_request_with_a_living_ask_looks_closed() -> None:
    alive = sorted(set(AskState) - ASK_OVER - {AskState.READY})  # what is ready has its release
    for ask, release, reply in itertools.product(alive, ReleaseState, ReplyState):
        assert request_state([ask], [release], [reply]) is not RequestState.CLOSED


def test_the_page_of_states_is_drawn_from_these_tables() -> None:
    page = runpy.run_path(str(DOCS / "draw_states.py"))["page"]
    assert (DOCS / "states.md").read_text(encoding="utf-8") == page(), "run python docs/draw_states.py"
