"""When each right was answered is read from its releases, alike on both databases."""

from __future__ import annotations

from store.samples import AT, add_release, add_request

from mailbot.store.store import Store


def test_a_right_is_answered_when_the_last_mail_that_settled_it_left(store: Store) -> None:
    request = add_request(store, "2026-00001", "access", "erasure")
    for n, sent in ((1, "2026-04-06T08:00:00.000000+00:00"), (2, "2026-04-09T08:00:00.000000+00:00")):
        row = add_release(store, request, n, status="closed")
        with store.transaction():
            store.db.execute_sql(f"UPDATE release SET asks = '[\"access\"]' WHERE id = {row.id}")  # noqa: S608
            reply = {"release_id": row.id, "status": "sent", "recipient": "zoe@client.example", "next_try": AT}
            store.outbox.add([{**reply, "message_id": f"<{n}@x>", "raw_sha256": "0" * 64, "sent_at": sent}])
    found = {row["kind"]: row["answered"] for row in store.requests.answers()}
    assert found == {"access": "2026-04-09T08:00:00.000000+00:00", "erasure": None}


def test_a_clock_that_stands_is_ended_once(store: Store) -> None:
    request = add_request(store, "2026-00001", "access")
    with store.transaction():
        store.pauses.begin(request.id, ["access"], "2026-04-06")
    [pause] = store.pauses.of_requests([request.id])[request.id]
    assert pause.open
    assert store.pauses.end(pause, "2026-04-06", 0)
    assert not store.pauses.end(pause, "2026-04-09", 3)
    [ended] = store.pauses.of_requests([request.id])[request.id]
    assert (ended.open, ended.ended, ended.days) == (False, "2026-04-06", 0)


def test_mails_to_staff_are_claimed_once_and_again_when_their_worker_died(store: Store) -> None:
    row = {"kind": "alarm", "about": "alarm x", "recipient": "a@b.example", "status": "waiting", "message_id": "<1@x>"}
    with store.transaction():
        store.notices.add([{**row, "raw_sha256": "0" * 64, "next_try": AT, "created_at": AT}])
        [claimed] = store.notices.claim(AT, 5)
    with store.transaction():
        assert store.notices.claim(AT, 5) == []
        [again] = store.notices.claim("2026-04-06T12:00:00.000000+00:00", 5)
        assert (claimed.attempts, again.attempts, again.dated) == (1, 2, claimed.dated)
        store.notices.record(again, "sent", sent_at=AT)
    assert [one.status for one in store.notices.of_kind("alarm")] == ["sent"]
    assert store.notices.told("alarm x") == {"a@b.example"}
    assert store.notices.by_message_ids(["<1@x>"])[0].sent_at == AT
