"""Nothing lost, nothing doubled: bytes, hash and place of every mail, once."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from datetime import datetime

import pytest
from store.samples import AT, NOW, keep, mail, side_by_side

from mailbot.core.values import Place
from mailbot.store.messages import Verdict
from mailbot.store.reading import LEASE, POISON, was_begun
from mailbot.store.store import Store

RAW = b"Subject: acces\r\n\r\nBonjour\r\n"


def test_a_kept_mail_has_its_bytes_its_hash_and_its_place(store: Store) -> None:
    assert keep(store, mail(5, RAW)) == 1
    [row] = store.messages.all()
    assert (row.sha256, row.size, row.received, row.mode) == (hashlib.sha256(RAW).hexdigest(), len(RAW), AT, "live")
    assert store.messages.raw([row]) == {row.id: RAW}
    assert {uid for uid, _ in store.messages.known_uids("INBOX", 7)} == {5}
    assert store.messages.folders([row.id]) == {row.id: frozenset({"INBOX"})}


def test_keeping_the_same_mails_twice_is_keeping_them_once(store: Store) -> None:
    mails = [mail(1, b"one"), mail(2, b"two"), mail(3, None)]
    assert keep(store, *mails) == 3
    assert keep(store, *mails) == 0
    assert keep(store, mail(3, None), mail(4, b"four")) == 1
    assert store.messages.counts() == {"stored": 3, "too_large": 1}
    assert {uid for uid, _ in store.messages.known_uids("INBOX", 7)} == {1, 2, 3, 4}


def test_the_same_bytes_elsewhere_are_the_same_message(store: Store) -> None:
    assert keep(store, mail(1, RAW), mail(2, RAW)) == 1
    assert keep(store, mail(1, RAW, folder="Junk"), mail(1, RAW, uidvalidity=8)) == 0
    [row] = store.messages.all()
    assert store.messages.folders([row.id]) == {row.id: frozenset({"INBOX", "Junk"})}
    assert {uid for uid, _ in store.messages.known_uids("INBOX", 8)} == {1}


def test_a_mail_that_is_too_large_is_known_and_waits_for_staff_without_bytes(store: Store) -> None:
    assert keep(store, mail(1, None)) == 1
    [row] = store.messages.waiting_for_staff()
    assert (row.state, row.sha256, row.size) == ("too_large", None, 99_000_000)
    assert store.messages.raw([row]) == {}


def test_an_empty_mail_is_kept_too(store: Store) -> None:
    keep(store, mail(1, b""))
    [row] = store.messages.all()
    assert store.messages.raw([row]) == {row.id: b""}


def test_what_a_transaction_that_fails_kept_is_not_kept(store: Store) -> None:
    def fails() -> None:
        with store.transaction():
            store.messages.keep([mail(1, RAW)], "live", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert list(store.messages.known_uids("INBOX", 7)) == []
    assert store.blobs.known([hashlib.sha256(RAW).hexdigest()]) == set()
    assert keep(store, mail(1, RAW)) == 1


def test_workers_that_fetched_the_same_mails_keep_them_once(store: Store) -> None:
    mails = [mail(uid, b"%d" % uid) for uid in range(40)]
    kept = side_by_side(store, [lambda: keep(store, *mails)] * 4)
    assert sorted(kept) == [0, 0, 0, 40]
    assert store.messages.counts() == {"stored": 40}


def test_a_mail_that_cannot_be_handled_is_set_aside_after_some_tries_and_alarms(store: Store) -> None:
    keep(store, mail(1, RAW))
    for _ in range(POISON):
        assert store.messages.waiting_for_staff() == []
        [row] = store.reading.waiting(10, NOW)
        store.reading.failed(row, {"because": "could not be handled", "due": "2026-05-05", "legal_end": "2026-05-05"})
    assert store.reading.waiting(10, NOW) == []
    [row] = store.messages.waiting_for_staff()
    assert (row.state, row.attempts, row.due) == ("unreadable", POISON, "2026-05-05")
    store.messages.settle([Verdict(row.id, {"dismissed_by": "anne"})])
    assert store.messages.waiting_for_staff() == []


def test_only_places_of_mails_that_became_ours_are_told_to_the_server_and_once(store: Store) -> None:
    keep(store, mail(1, b"ours"), mail(2, b"not ours"))
    ours = store.messages.all()[0]
    with store.transaction():
        store.messages.to_mark([ours.id])
    places = store.messages.places_to_mark(10)
    assert list(places) == [Place("INBOX", 7, 1)]
    with store.transaction():
        store.messages.marked(places.values())
    assert store.messages.places_to_mark(10) == {}


# --- bytes ---


@pytest.mark.parametrize("size", [0, 1, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 1_300_000])
def test_bytes_of_any_size_come_back_equal(store: Store, size: int) -> None:
    content = os.urandom(size)
    with store.transaction():
        [digest] = store.blobs.put([content])
    assert digest == hashlib.sha256(content).hexdigest()
    assert store.blobs.get(digest) == content


def test_several_big_and_small_contents_are_not_mixed(store: Store) -> None:
    contents = [os.urandom(1_300_000), b"small", os.urandom(600_000), b"small", b""]
    with store.transaction():
        digests = store.blobs.put(contents)
        assert store.blobs.put(contents) == digests
    kept = store.blobs.get_many(digests)
    assert [kept[digest] for digest in digests] == contents


def test_purged_bytes_are_gone_and_what_stays_is_whole(store: Store) -> None:
    with store.transaction():
        one, other = store.blobs.put([b"a" * 700_000, b"b" * 700_000])
        store.blobs.purge([one])
    assert store.blobs.known([one, other]) == {other}
    assert store.blobs.get(other) == b"b" * 700_000
    with pytest.raises(KeyError, match=one):
        store.blobs.get(one)


def test_bytes_that_staff_struck_keep_their_name(store: Store) -> None:
    with store.transaction():
        [digest] = store.blobs.put([b"x" * 1_300_000])
        store.blobs.replace(digest, b"without the identity paper")
    assert store.blobs.get(digest) == b"without the identity paper"


def test_what_was_begun_and_never_read_shows_and_what_was_put_back_does_not(store: Store) -> None:
    keep(store, mail(1, b"one"), mail(2, b"two"))
    rows = store.reading.waiting(2, NOW)
    store.reading.begin(rows, NOW)
    store.reading.put_back(rows[1:])
    assert [(was_begun(row), row.attempts) for row in store.messages.all()] == [(True, 1), (False, 0)]


def test_what_one_worker_reads_another_does_not(postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:
        keep(store, *(mail(uid, b"%d" % uid) for uid in range(4)))

        def read(at: datetime = NOW) -> list[int]:
            rows = store.reading.waiting(3, at)
            with store.transaction():
                store.reading.begin(rows, at)
            with store.claim():
                return [row.id for row in store.reading.claimed(rows)]

        first = store.reading.waiting(3, NOW)
        with store.transaction():
            store.reading.begin(first, NOW)
        with store.claim():
            mine = {row.id for row in store.reading.claimed(first)}
            [others] = side_by_side(store, [read])
        assert len(mine) == 3
        assert len(others) == 1
        assert not mine & set(others)
        assert read() == []
        assert len(read(NOW + LEASE)) == 3  # what a worker had begun that ended without a word is taken over
