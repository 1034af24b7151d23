"""Numbers given out once, states moved once, replies taken once: whoever works at the same time."""

from __future__ import annotations

import itertools
from datetime import timedelta
from functools import partial

import pytest
from store.samples import AT, NOW, add_release, add_replies, add_request, asks_of, side_by_side

from mailbot.core.moments import iso
from mailbot.core.status import RELEASE, AskState, IllegalTransition, ReleaseState, targets
from mailbot.core.values import PersonRef, RegisterDirective
from mailbot.store.outbox import LEASE, Tried
from mailbot.store.requests import Conflict
from mailbot.store.store import Store

# --- numbers ---


def test_numbers_are_given_out_in_order_each_name_from_one(store: Store) -> None:
    taken = [store.counters.take("request:2026", count) for count in (1, 3, 1)]
    assert taken == [1, 2, 5]
    assert store.counters.take("request:2027") == 1


def test_no_number_is_given_out_twice(store: Store) -> None:
    def work() -> list[int]:
        found = []
        for _ in range(25):
            with store.transaction():
                first = store.counters.take("request:2026", 2)
            found += [first, first + 1]
        return found

    assert sorted(itertools.chain(*side_by_side(store, [work] * 4))) == list(range(1, 201))


def test_a_number_of_a_transaction_that_failed_is_free_again(store: Store) -> None:
    def fails() -> None:
        with store.transaction():
            store.counters.take("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert store.counters.take("x") == 1


# --- releases ---


def test_a_release_moves_along_its_table_and_else_stays(store: Store) -> None:
    request = add_request(store)
    pairs = itertools.product(ReleaseState, sorted({row.event for row in RELEASE}))
    for n, (state, event) in enumerate(pairs, 1):
        row = add_release(store, request, n, state)
        target = targets("release", event).get(state)
        if target is None:
            with pytest.raises(Conflict):
                store.releases.move([row.id], event)
        else:
            store.releases.move([row.id], event)
        assert store.releases.get(row.id).status == (target or state), (state, event)


def test_a_second_yes_comes_too_late(store: Store) -> None:
    row = add_release(store, add_request(store))
    store.releases.move([row.id], "approve", approved_by="anne")
    with pytest.raises(Conflict, match="mailbot queue"):
        store.releases.move([row.id], "approve", approved_by="paul")
    assert store.releases.get(row.id).approved_by == "anne"


def test_of_several_who_say_yes_at_once_one_is_heard(store: Store) -> None:
    row = add_release(store, add_request(store))

    def approve(name: str) -> str | None:
        try:
            with store.transaction():
                store.releases.move([row.id], "approve", approved_by=name)
        except Conflict:
            return None
        return name

    heard = side_by_side(store, [partial(approve, name) for name in ("anne", "paul", "zoe", "max")])
    [winner] = [name for name in heard if name]
    assert store.releases.get(row.id).approved_by == winner


def test_several_releases_move_together_or_not_at_all(store: Store) -> None:
    request = add_request(store)
    free, gone = add_release(store, request, 1), add_release(store, request, 2, "undone")

    def both() -> None:
        with store.transaction():
            store.releases.move([free.id, gone.id], "approve")

    with pytest.raises(Conflict):
        both()
    assert store.releases.get(free.id).status == "planned"


def test_an_approved_letter_can_no_longer_be_rewritten(store: Store) -> None:
    row = add_release(store, add_request(store))
    store.releases.rewrite(row.id, letter="{}")
    store.releases.move([row.id], "approve")
    with pytest.raises(Conflict):
        store.releases.rewrite(row.id, letter="other")
    assert store.releases.get(row.id).letter == "{}"


def test_the_undo_delay_lies_before_performing(store: Store) -> None:
    row = add_release(store, add_request(store))
    store.releases.move([row.id], "approve", perform_after=iso(NOW + timedelta(minutes=5)))
    assert store.releases.approved(AT, 10) == []
    assert [found.id for found in store.releases.approved(iso(NOW + timedelta(minutes=5)), 10)] == [row.id]


# --- asks ---


def test_asks_move_each_on_its_own_where_the_table_allows_it(store: Store) -> None:
    request = add_request(store, "2026-00001", "access", "erasure")
    assert store.requests.move(request.id, ["access"], "planned") == ["access"]
    assert store.requests.move(request.id, ["access", "erasure"], "settled", outcome="granted") == ["access"]
    asks = asks_of(store, request)
    assert (asks["access"].status, asks["access"].outcome) == (AskState.DONE, "granted")
    assert (asks["erasure"].status, asks["erasure"].outcome) == (AskState.OPEN, "")


def test_an_event_that_no_state_allows_moves_no_ask(store: Store) -> None:
    request = add_request(store, "2026-00001", "access")
    assert store.requests.move(request.id, ["access"], "settled") == []
    assert asks_of(store, request)["access"].status == AskState.OPEN


def test_a_request_closes_when_no_ask_lives_and_nothing_is_under_way(store: Store) -> None:
    request = add_request(store, "2026-00001", "access", "erasure")
    store.requests.move(request.id, ["access"], "refused")
    assert not store.requests.close_if_over(request.id, NOW, busy=False)
    store.requests.move(request.id, ["erasure"], "withdrawn")
    assert not store.requests.close_if_over(request.id, NOW, busy=True)
    assert [row.id for row in store.requests.open()] == [request.id]
    assert store.requests.close_if_over(request.id, NOW, busy=False)
    assert store.requests.open() == []


# --- replies ---


def test_only_due_replies_of_performed_releases_leave(store: Store) -> None:
    [due, later] = add_replies(store, 2)

    with store.transaction():
        store.releases.move([later.release_id], "replied")
        [taken] = store.outbox.claim(AT, 10, AT)
    assert (taken.id, taken.status, taken.attempts, taken.dated) == (due.id, "sending", 1, AT)
    assert store.outbox.get(due.id).status == "sending"


def test_a_reply_in_sending_is_never_taken_over(store: Store) -> None:
    add_replies(store, 1)
    with store.transaction():
        store.outbox.claim(AT, 1, AT)
    with store.transaction():
        assert store.outbox.claim(iso(NOW + timedelta(days=9)), 1, AT) == []


def test_the_date_of_a_mail_is_that_of_its_first_try(store: Store) -> None:
    add_replies(store, 1)
    with store.transaction():
        [first] = store.outbox.claim(AT, 1, AT)
        store.outbox.record([Tried(first, "deferred", {"next_try": AT})])
        [second] = store.outbox.claim(AT, 1, iso(NOW + timedelta(hours=1)))
    assert (second.dated, second.attempts) == (AT, 2)


def test_workers_never_take_the_same_reply(store: Store) -> None:
    replies = add_replies(store, 30)

    def work() -> list[int]:
        found: list[int] = []
        while True:
            with store.transaction():
                taken = store.outbox.claim(AT, 2, AT)
            if not taken:
                return found
            found += [row.id for row in taken]

    taken = list(itertools.chain(*side_by_side(store, [work] * 4)))
    assert sorted(taken) == [reply.id for reply in replies]


def test_while_one_worker_holds_a_reply_another_takes_the_next(store: Store, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one worker")
    add_replies(store, 2)
    with store.transaction():
        [held] = store.outbox.claim(AT, 1, AT)

        def other() -> list[int]:
            with store.transaction():
                return [row.id for row in store.outbox.claim(AT, 5, AT)]

        [taken] = side_by_side(store, [other])
    assert len(taken) == 1
    assert held.id not in taken


def test_a_reply_that_a_living_worker_may_be_at_is_not_abandoned(store: Store, url: str) -> None:
    add_replies(store, 1)
    with store.transaction():
        store.outbox.claim(AT, 1, AT)
    alone = url.startswith("sqlite")  # its one worker asks this at its start: whatever is in sending was cut off
    assert len(store.outbox.abandoned(iso(NOW + LEASE / 2))) == int(alone)
    assert len(store.outbox.abandoned(iso(NOW + LEASE))) == 1


def test_of_two_who_settle_one_uncertain_mail_the_second_must_look_again(store: Store) -> None:
    [reply] = add_replies(store, 1, status="uncertain")
    with store.transaction():
        store.outbox.record([Tried(reply, "sent", {"sent_at": AT})])
    with pytest.raises(Conflict):
        store.outbox.record([Tried(reply, "resend", {})])
    assert store.outbox.get(reply.id).status == "sent"


def test_what_the_table_forbids_is_not_written(store: Store) -> None:
    [reply] = add_replies(store, 1)
    with pytest.raises(IllegalTransition):
        store.outbox.record([Tried(reply, "sent", {"sent_at": AT})])
    assert store.outbox.get(reply.id) == reply


def test_only_a_mail_that_was_never_tried_can_be_dropped(store: Store) -> None:
    waiting, tried = add_replies(store, 2)
    with store.transaction():
        store.outbox.claim(AT, 2, AT)
        store.outbox.record([Tried(store.outbox.get(tried.id), "uncertain", {})])
    store.outbox.drop(waiting.release_id)
    store.outbox.drop(tried.release_id)
    assert store.outbox.counts() == {"sending": 1, "uncertain": 1}


# --- questions and registers ---


def test_a_question_ends_once_and_is_then_found_no_more(store: Store) -> None:
    row = {"request_id": 1, "release_id": 1, "address": "zoe@client.example", "message_id": "<q@acme.example>"}
    store.challenges.add([{**row, "code": "ABCD2345", "expires": AT}])
    [question] = store.challenges.open_for(["<q@acme.example>"], [])
    assert store.challenges.open_for([], ["zoe@client.example"]) == [question]
    store.challenges.tried(question.id)
    assert store.challenges.of_request(1)[0].tries == 1
    store.challenges.end(question.id, "confirmed", AT)
    assert store.challenges.open_for(["<q@acme.example>"], ["zoe@client.example"]) == []
    assert store.challenges.still_open([question]) == []
    store.challenges.end(question.id, "denied", AT)
    assert store.challenges.of_request(1)[0].ended == "confirmed"


def directive(number: str, action: str, replaces: str | None = None) -> RegisterDirective:
    ref = PersonRef("contact", (("id", 12),))
    return RegisterDirective(number, action, ref, ("erase",), None, "Effacez tout.", replaces)


def test_the_directive_in_force_is_the_last_one_and_old_ones_are_kept(store: Store) -> None:
    for entry in (directive("D-1", "define"), directive("D-2", "modify", "D-1"), directive("D-2", "modify", "D-1")):
        store.directives.register(entry, "sealed", 1, AT)
    in_force = store.directives.in_force("contact:12")
    assert in_force is not None
    assert in_force.number == "D-2"
    store.directives.register(directive("D-3", "revoke", "D-2"), "sealed", 1, AT)
    assert store.directives.in_force("contact:12") is None
    assert [(row.number, row.status) for row in store.directives.all()] == [
        ("D-1", "replaced"),
        ("D-2", "revoked"),
        ("D-3", "revocation"),
    ]


def test_an_address_is_suppressed_once(store: Store) -> None:
    assert store.suppressions.add(["a", "b", "a"], "asked", AT) == 2
    assert store.suppressions.add(["b", "c"], "asked", AT) == 1
    assert store.suppressions.known(["a", "c", "z"]) == {"a", "c"}
    assert [store.suppressions.remove("a"), store.suppressions.remove("a")] == [True, False]


def test_a_fact_is_what_was_said_last(store: Store) -> None:
    assert store.facts.get("head") is None
    store.facts.set("head", {"n": 1})
    store.facts.set("head", {"n": 2})
    assert store.facts.get("head") == {"n": 2}
