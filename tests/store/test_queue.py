"""The queue by the database is the queue by the tables of the states."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing

import pytest
from store.samples import AT, NOW, add_request

from mailbot.core.status import AskState, ReleaseState, ReplyState, request_state
from mailbot.store.store import Store


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


PAIRS = (("open", "done"), ("proving", "ready"))
ASKS: tuple[tuple[str, ...], ...] = (*((str(state),) for state in AskState), *PAIRS)
RELEASES: tuple[tuple[str, ...], ...] = ((), *((str(state),) for state in ReleaseState), ("planned", "blocked"))


def test_sql_sees_every_state_as_the_function_does(store: Store) -> None:
    expected: dict[int, str] = {}
    replies = (None, *ReplyState)
    kinds = ("access", "erasure")
    cases = list(itertools.product(ASKS, RELEASES, replies, (0, 1)))[::7]  # every pair of states all the same
    for number, (asks, releases, reply, preparing) in enumerate(cases, start=1):
        request = add_request(store, f"2026-{number:05}").id
        store.requests.update(request, preparing=preparing)
        for kind, status in zip(kinds, asks, strict=False):
            store.requests.add_ask(_ask(request, kind, status))
        ids = store.releases.add([_release(request, n, status) for n, status in enumerate(releases, start=1)])
        if reply and ids:
            store.outbox.add([_reply(next(iter(ids.values())), str(reply), number)])
        found = request_state(asks, releases, [str(reply)] if reply and ids else [], preparing=bool(preparing))
        expected[request] = str(found)
    assert store.queue.states(list(expected)[:500]) == dict(itertools.islice(expected.items(), 500))
    counts = store.queue.counts("2026-01-01", "marie")
    assert counts["trouble"] == list(expected.values()).count("trouble")
    assert counts["release"] == list(expected.values()).count("to_release")
    assert counts["proving"] == list(expected.values()).count("proving")


def test_pages_of_the_queue_follow_each_other_without_gap_or_double(store: Store) -> None:
    ids = [add_request(store, f"2026-{number:05}").id for number in range(1, 26)]
    for number, request in enumerate(ids):
        store.requests.update(request, due=f"2026-12-{1 + number * 7 % 28:02}")
    found = [slot.request for start in range(0, 40, 10) for slot in store.queue.slots("all", "", "", start, 10)]
    assert sorted(found, key=str) == sorted(ids, key=str)
    rows = store.requests.many([one for one in found if one])
    dues = [rows[one].due for one in found if one]
    assert dues == sorted(dues)


def found(store: Store, text: str, show: str = "all") -> list[int | None]:
    return [slot.request for slot in store.queue.slots(show, "", text, 0, 10)]


def test_a_search_finds_references_names_companies_notes_and_the_words_of_mails(store: Store) -> None:
    one, other = (add_request(store, f"2026-0000{number}").id for number in (1, 2))
    store.requests.update(one, person_name="Zoé Lefèvre", company="Atelier Zoé")
    store.requests.note(other, "marie", "rappeler l'imprimerie", NOW)
    store.searched.mails({71: "bonjour veuillez resilier la lettre"}, {71: other})
    for text in ("Lefèvre", "LEFEVRE", "lefev", "atelier zoé", "2026-00001", "zoe 00001"):
        assert found(store, text) == [one], text
    for text in ("imprimerie", "2026-00002", "résilier", "Résilier imprimerie", "lettre, résilier!"):
        assert found(store, text) == [other], text
    for text in ("nobody", "résilier atelier", "%", "_", "?!", "\\"):
        assert found(store, text) == [], text


def test_a_search_of_closed_requests_finds_the_same(store: Store) -> None:
    one, other = (add_request(store, f"2026-0000{number}").id for number in (1, 2))
    for request in (one, other):
        store.requests.update(request, closed_at=AT)
    store.requests.update(one, person_name="Zoé Lefèvre")
    store.searched.mails({71: "veuillez resilier"}, {71: one})
    assert found(store, "zoé résilier", "closed") == [one]
    assert found(store, "2026", "closed") == [other, one]
    assert found(store, "zoé 00002", "closed") == []
    assert found(store, "zoé") == [], "those are not open"


def test_a_mail_that_moves_to_another_request_is_found_there(store: Store) -> None:
    one, other = (add_request(store, f"2026-0000{number}").id for number in (1, 2))
    store.searched.mails({71: "veuillez resilier"}, {71: one})
    store.searched.moved([71], other)
    assert found(store, "résilier") == [other]


def test_of_a_long_mail_so_many_different_words_are_kept(store: Store) -> None:
    one = add_request(store).id
    store.searched.mails({71: f"{'encore ' * 5000} premier {' '.join(map(str, range(5000)))} dernier"}, {71: one})
    assert found(store, "premier") == [one]
    assert found(store, "dernier") == []


def _ask(request: int, kind: str, status: str) -> dict[str, object]:
    fixed = {"confidence": 1.0, "automatic": 1, "scope": None, "wanted": "now", "evidence": "[]"}
    return {
        "request_id": request,
        "kind": kind,
        "status": status,
        "due": "2026-12-01",
        "legal_end": "2026-12-01",
        **fixed,
    }


def _release(request: int, n: int, status: str) -> dict[str, object]:
    fixed = {"purpose": "answer", "asks": "[]", "actions": "[]", "language": "fr", "planned_at": "2026-11-23"}
    return {"request_id": request, "n": n, "status": status, **fixed}


def _reply(release: int, status: str, number: int) -> dict[str, object]:
    fixed = {"recipient": "a@b.example", "raw_sha256": "0", "next_try": "2026-11-23"}
    return {"release_id": release, "status": status, "message_id": f"<{number}@x.example>", **fixed}
