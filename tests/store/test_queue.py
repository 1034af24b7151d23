"""The queue by the database is the queue by the tables of the states."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing

import pytest
from store.samples import NOW, add_request

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


def test_a_search_finds_names_subjects_and_notes(store: Store) -> None:
    one, other = (add_request(store, f"2026-0000{number}").id for number in (1, 2))
    store.requests.update(one, person_name="Zoé Lefèvre", company="Atelier Zoé")
    store.requests.note(other, "marie", "rappeler l'imprimerie", NOW)
    for text, wanted in (("Lefèvre", one), ("atelier", one), ("imprimerie", other), ("2026-00002", other)):
        assert [slot.request for slot in store.queue.slots("all", "", text, 0, 10)] == [wanted], text
    assert store.queue.slots("all", "", "nobody", 0, 10) == []


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
