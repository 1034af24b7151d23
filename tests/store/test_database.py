"""Opening the store: made once, moved forward once, private, and purged bytes gone from the disk."""

from __future__ import annotations

import stat
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from peewee import SqliteDatabase
from servers.databases import Postgres
from store.samples import NOW, add_request, keep, mail

from mailbot.store.connect import StoreAway, open_database
from mailbot.store.database import MIGRATIONS, migrate
from mailbot.store.journal import Entry
from mailbot.store.store import Store

SECRET = b"zoe.dupre@client.example asks for her data, which nobody else has to know. "


def test_opened_again_nothing_is_made_anew_and_all_is_there(url: str) -> None:
    for reference in ("2026-00001", "2026-00002"):
        with closing(Store(url)) as store:
            add_request(store, reference)
    with closing(Store(url)) as store:
        assert [row.reference for row in store.requests.open()] == ["2026-00001", "2026-00002"]


def test_migrations_run_once(url: str) -> None:
    db = open_database(url)
    assert migrate(db) == [path.stem for path in sorted(MIGRATIONS.glob("0*.py"))]
    assert migrate(db) == []


def test_what_was_there_before_can_be_searched_after_the_migration(url: str) -> None:
    with closing(Store(url)) as store:
        one = add_request(store).id
        store.requests.update(one, person_name="Zoé Lefèvre")
        store.db.execute_sql("DROP TABLE searched")
        store.db.execute_sql("DELETE FROM schema_migration WHERE name = '0009_searched'")
    with closing(Store(url)) as store:
        assert [slot.request for slot in store.queue.slots("all", "", "lefevre", 0, 5)] == [one]


def test_programs_that_start_at_once_on_an_empty_database_make_it_once(url: str) -> None:
    start, faults = threading.Barrier(4), []

    def run() -> None:
        start.wait()
        try:
            with closing(Store(url)) as store:
                store.counters.take("started")
        except Exception as fault:  # noqa: BLE001 -- told below, in the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with closing(Store(url)) as store:
        assert store.counters.take("started") == 5


def test_another_kind_of_database_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(
        StoreAway, match=r"\[store\] url: the store runs on sqlite:/// or postgresql://, not on mysql://"
    ):
        Store("mysql://u:secret@127.0.0.1/x")


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:9/x", "sqlite:////proc/nowhere/store.db"])
def test_a_database_that_cannot_be_opened_is_told_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(StoreAway) as caught:
        Store(url)
    assert str(caught.value).startswith("[store] url: ")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is a letter, not a database " * 100)
    with pytest.raises(StoreAway, match=r"^\[store\] url: "):
        Store(f"sqlite:///{path}")


# --- SQLite ---


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_purged_bytes_are_gone_from_the_files(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        keep(store, mail(1, SECRET * 20_000), mail(2, SECRET))
        store.forget_log()
        assert SECRET in files(tmp_path)
        digests = [row.sha256 for row in store.messages.all() if row.sha256]
        with store.transaction():
            store.blobs.purge(digests)
        store.forget_log()
        assert SECRET not in files(tmp_path)
        assert SECRET[:30] not in files(tmp_path)


def test_only_its_owner_reads_the_files(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'new' / 'store.db'}")) as store:
        store.counters.take("x")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes["store.db"] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_committed_step_survives_a_power_cut(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        settings = {
            name: store.db.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_a_copy_made_in_use_is_whole(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        keep(store, mail(1, SECRET * 20_000))
        with store.transaction():
            store.journal.append(NOW, [Entry("x")])
        head = store.journal.head()
        store.backup(str(tmp_path / "copy.db"))
        keep(store, mail(2, b"later"))
    with closing(Store(f"sqlite:///{tmp_path / 'copy.db'}")) as copy:
        [row] = copy.messages.all()
        assert copy.messages.raw([row]) == {row.id: SECRET * 20_000}
        assert copy.journal.verify(head) is None


def test_one_program_at_a_time_runs_on_a_file_and_several_on_postgresql(url: str) -> None:
    with closing(Store(url)) as one, closing(Store(url)) as other, one.only_runner():
        if isinstance(one.db, SqliteDatabase):
            with pytest.raises(StoreAway, match="another mailbot runs"), other.only_runner():
                pass
        else:
            with other.only_runner():
                assert [one.may_watch(), other.may_watch(), one.may_watch()] == [True, False, True]
                one.close()
                deadline = time.monotonic() + 10  # the server lets go of the lock a moment after the connection ended
                while not other.may_watch():
                    assert time.monotonic() < deadline
    with closing(Store(url)) as again, again.only_runner():
        assert again.may_watch()


# --- PostgreSQL ---


def disconnect_all(postgres: Postgres) -> None:
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'mailbot%'")


def test_after_the_server_ended_its_connections_the_store_goes_on(postgres: Postgres, postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:
        assert (store.counters.take("x"), store.may_watch()) == (1, True)
        disconnect_all(postgres)
        assert (store.counters.take("x"), store.may_watch()) == (2, True)
        disconnect_all(postgres)
        with store.transaction():
            assert store.counters.take("x") == 3


def test_a_transaction_that_lost_its_server_is_not_half_done(postgres: Postgres, postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:

        def interrupted() -> None:
            with store.transaction():
                store.counters.take("x")
                disconnect_all(postgres)
                store.counters.take("y")

        with pytest.raises(StoreAway):
            interrupted()
        assert (store.counters.take("x"), store.counters.take("y")) == (1, 1)
