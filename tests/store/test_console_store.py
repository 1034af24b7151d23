"""What the store keeps for the console, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from store.samples import AT, add_request, keep, mail

from mailbot.store.sessions import digest
from mailbot.store.store import Store

LATER = "2026-04-06T12:00:00.000000+00:00"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


def test_a_session_is_found_by_its_token_and_kept_by_its_digest(store: Store) -> None:
    store.sessions.start("token", "marie", "fr", AT)
    found = store.sessions.get("token")
    assert found is not None
    assert (found.name, found.token) == ("marie", digest("token"))
    assert store.sessions.get(found.token) is None, "what is kept opens nothing"
    store.sessions.update(found, told="said", seen_at=LATER)
    assert [one.told for one in store.sessions.of("marie")] == ["said"]
    store.sessions.forget(started_before=LATER, seen_before=AT)
    assert store.sessions.get("token") is None


def test_failed_logins_count_for_a_while_and_are_forgiven(store: Store) -> None:
    for _ in range(3):
        store.sessions.failed(["pair", "name"], AT)
    assert (store.sessions.failures("pair", AT), store.sessions.failures("pair", LATER)) == (3, 0)
    store.sessions.forgive("pair")
    assert (store.sessions.failures("pair", AT), store.sessions.failures("name", AT)) == (0, 3)
    store.sessions.forget_failures(LATER)
    assert store.sessions.failures("name", AT) == 0


def test_looks_are_told_newest_first_and_purged(store: Store) -> None:
    for page, at in (("queue", AT), ("request", AT), ("request", LATER)):
        store.looks.note("carl", page, "2026-00001" if page == "request" else None, at)
    assert [row["at"] for row in store.looks.latest(10, "2026-00001")] == [LATER, AT]
    first = store.looks.latest(1)[0]["id"]
    assert [row["page"] for row in store.looks.latest(10, before=first)] == ["request", "queue"]
    assert store.looks.purge(LATER) == 2


def test_a_request_is_dealt_with_by_one_at_a_time(store: Store) -> None:
    request = add_request(store).id
    store.care.assign(request, "marie", AT)
    store.care.assign(request, "paul", AT)
    assert store.care.assigned([request]) == {request: "paul"}
    assert [slot.request for slot in store.queue.slots("mine", "paul", "", 0, 5)] == [request]
    store.care.assign(request, None, AT)
    assert store.care.assigned([request]) == {}


def test_an_example_lives_as_long_as_its_mail(store: Store) -> None:
    keep(store, mail(1, b"Subject: copie\r\n\r\nune copie\r\n"))
    (row,) = store.messages.all()
    store.care.label([row.id], ["access"], "marie", AT)
    store.care.label([row.id], ["access", "erasure"], "marie", LATER)
    assert [one["labels"] for one in store.care.examples()] == ['["access", "erasure"]']
    store.blobs.purge([str(row.sha256)])
    assert store.care.examples() == []


def test_months_are_counted_from_what_is_kept(store: Store) -> None:
    one, other = add_request(store, "2026-00001", "access"), add_request(store, "2026-00002", "access", "erasure")
    store.requests.move(one.id, ["access"], "planned")
    store.requests.move(one.id, ["access"], "settled")
    store.requests.update(one.id, closed_at=LATER)
    month = one.arrived[:7]
    assert store.measures.asked("2026-01") == [
        {"month": month, "kind": "access", "n": 2},
        {"month": month, "kind": "erasure", "n": 1},
    ]
    (answered,) = store.measures.answered("2026-01")
    assert (answered["closed"], answered["n"]) == (LATER[:10], 1)
    assert [(row["n"], row["corrected"]) for row in store.measures.read("2026-01")] == [(2, 0)]
    assert [row["reference"] for row in store.queue.of_person(None, None, other.id, 5)] == []


def test_words_that_were_replaced_are_kept_in_order(store: Store) -> None:
    for text in ("first", "second"):
        store.care.revise(7, "carl", "0" * 64, text, AT)
    assert [row["wording"] for row in store.care.revisions([7])] == ["first", "second"]
