"""The store as one thing: every part of it on one database, inside one transaction where need be."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from peewee import Database, SqliteDatabase

from mailbot.failpoint import around
from mailbot.store.blobs import Blobs
from mailbot.store.care import Care
from mailbot.store.challenges import Challenges
from mailbot.store.connect import StoreAway, open_database
from mailbot.store.database import Handle, migrate
from mailbot.store.elsewhere import Elsewhere
from mailbot.store.erasures import Erasures
from mailbot.store.journal import Journal
from mailbot.store.looks import Looks
from mailbot.store.measures import Measures
from mailbot.store.messages import Messages
from mailbot.store.notices import Notices
from mailbot.store.outbox import Outbox
from mailbot.store.pauses import Pauses
from mailbot.store.purging import Purging
from mailbot.store.queue import Queue
from mailbot.store.reading import Reading
from mailbot.store.registers import Counters, Directives, Facts, Suppressions
from mailbot.store.releases import Releases
from mailbot.store.requests import Requests
from mailbot.store.searched import Searched
from mailbot.store.sessions import Sessions
from mailbot.store.staff import Staff


class Store:
    """Open with Store(url); every attribute is one part of what mailbot keeps."""

    def __init__(self, url: str) -> None:
        """Open and migrate the database of `url`; raises StoreAway."""
        self._url = url
        self._watch: Database | None = None  # a connection of its own: the lock lives as long as it
        self.db = open_database(url)
        migrate(self.db)
        self._handle = Handle(self.db)
        self.blobs = Blobs(self._handle)
        self.messages = Messages(self._handle, self.blobs)
        self.reading = Reading(self._handle)
        self.searched = Searched(self._handle)
        self.requests = Requests(self._handle, self.searched)
        self.releases = Releases(self._handle)
        self.outbox = Outbox(self._handle)
        self.notices = Notices(self._handle)
        self.pauses = Pauses(self._handle)
        self.challenges = Challenges(self._handle)
        self.directives = Directives(self._handle)
        self.purging = Purging(self._handle, self.blobs)
        self.erasures = Erasures(self._handle)
        self.elsewhere = Elsewhere(self._handle)
        self.suppressions = Suppressions(self._handle)
        self.counters = Counters(self._handle)
        self.facts = Facts(self._handle)
        self.staff = Staff(self._handle)
        self.journal = Journal(self._handle)
        self.sessions = Sessions(self._handle)
        self.looks = Looks(self._handle)
        self.care = Care(self._handle)
        self.queue = Queue(self._handle)
        self.measures = Measures(self._handle)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together or not at all."""
        with self._handle.transaction():
            yield

    @contextmanager
    def claim(self) -> Iterator[None]:
        """The frame in which a step takes rows and works on them.

        On PostgreSQL one transaction: other workers skip what is taken, and a crash frees it. SQLite has one worker,
        so nothing is held while it thinks; staff can write meanwhile.
        """
        if self._handle.postgres:
            with self._handle.transaction():
                yield
        else:
            yield

    @contextmanager
    def only_runner(self) -> Iterator[None]:
        """On SQLite one process runs the path at a time, else StoreAway is raised; on PostgreSQL several share it."""
        if self._handle.postgres:
            yield
            return
        with around("store.lock"), Path(f"{self.db.database}.lock").open("w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as fault:
                message = "another mailbot runs on this store; on PostgreSQL several may"
                raise StoreAway(message) from fault
            yield

    def may_watch(self) -> bool:
        """Whether this worker watches the mailbox: on PostgreSQL the first one that asks, as long as it lives."""
        if not self._handle.postgres:
            return True
        if self._watch is None:
            self._watch = open_database(self._url)
        with around("store.watch"):
            row = self._watch.execute_sql(
                "SELECT pg_try_advisory_lock(hashtext('mailbot'), hashtext('watch'))"
            ).fetchone()
        return bool(row[0])

    def backup(self, path: str) -> None:
        """Copy an SQLite store, whole and consistent, to `path` while it is in use; raises ValueError on PostgreSQL."""
        if not isinstance(self.db, SqliteDatabase):
            message = "the store is on PostgreSQL: back it up with pg_dump"
            raise ValueError(message)  # noqa: TRY004 -- the value of [store] url is what does not fit
        self.db.execute_sql("VACUUM INTO ?", [path])
        with closing(sqlite3.connect(path)) as copy, copy:
            copy.execute("INSERT OR REPLACE INTO fact VALUES ('restored', 'true')")  # until `mailbot replay`

    def forget_log(self) -> None:
        """Empty SQLite's log of pages, where purged bytes would live on; outside of transactions."""
        if isinstance(self.db, SqliteDatabase):
            self.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def scrub(self) -> None:
        """See that purged bytes are gone from the files, as far as the database lets us; outside of transactions.

        SQLite: indexes rebuilt (what was deleted is overwritten at once: secure_delete), the log emptied. PostgreSQL:
        their room is given free, to be overwritten by what comes.
        """
        if isinstance(self.db, SqliteDatabase):
            self.db.execute_sql("REINDEX")
        else:
            self.db.execute_sql("VACUUM")
        self.forget_log()

    def close(self) -> None:
        """End this thread's connection."""
        for db in (self.db, self._watch):
            if db is not None and not db.is_closed():
                db.close()
