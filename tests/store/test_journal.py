# ruff: noqa: S608 -- statements of a test against its own database
"""The journal: nothing in it is changed unseen, by us, by the database's owner, by several workers at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from peewee import DatabaseError
from store.samples import NOW, side_by_side

from mailbot.documents.verify_evidence import signed
from mailbot.store.chain import GENESIS, Head, link
from mailbot.store.journal import Entry
from mailbot.store.signing import Signer, statement
from mailbot.store.store import Store

TABLE = "journal_2026"


def append(store: Store, *events: str, at: datetime = NOW) -> None:
    with store.transaction():
        store.journal.append(at, [Entry(event, "2026-00001", details={"why": "é"}) for event in events])


def run(store: Store, sql: str) -> None:
    store.db.execute_sql(sql)


def refused(store: Store, sql: str) -> bool:
    before = list(store.journal.entries())
    with pytest.raises(DatabaseError, match="append-only"):
        run(store, sql)
    return list(store.journal.entries()) == before


def without_guards(store: Store, table: str = TABLE) -> None:
    """What only the owner of the database can do."""
    if store.db.__class__.__name__ == "SqliteDatabase":
        for guard in ("no_update", "no_delete", "no_replace"):
            run(store, f"DROP TRIGGER {table}_{guard}")
    else:
        run(store, f"ALTER TABLE {table} DISABLE TRIGGER USER")


def numbers(store: Store) -> list[int]:
    return [row["n"] for row in store.journal.entries()]


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    """A store whose journal has five entries."""
    append(store, "request.opened", "release.planned", "release.approved")
    append(store, "reply.sent")
    yield store
    assert numbers(store)  # no test may end with a journal that cannot be read


# --- writing ---


def test_an_empty_journal_holds(store: Store) -> None:
    assert store.journal.head() == Head(0, GENESIS)
    assert store.journal.verify() is None
    assert store.journal.verify(Head(0, GENESIS)) is None


def test_entries_are_numbered_from_one_and_chained_as_anyone_can_check(kept: Store) -> None:
    rows = list(kept.journal.entries())
    assert [row["event"] for row in rows] == [
        *("journal.opened", "request.opened", "release.planned", "release.approved", "reply.sent"),
    ]
    assert numbers(kept) == [1, 2, 3, 4, 5]
    h = GENESIS
    for row in rows:
        e, h = link(h, row["entry"])
        assert (e, h) == (row["e"], row["h"])
        assert row["entry"] == json.dumps(
            json.loads(row["entry"]), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
    assert kept.journal.head() == Head(5, h)
    assert str(kept.journal.head()) == f"5:{h}"


def test_two_entries_that_say_the_same_have_different_hashes(store: Store) -> None:
    append(store, "reply.sent", "reply.sent")
    _, one, other = store.journal.entries()
    assert one["e"] != other["e"]


def test_the_entries_of_one_request_are_found(kept: Store) -> None:
    with kept.transaction():
        kept.journal.append(NOW, [Entry("request.opened", "2026-00002"), Entry("mailbox.renumbered")])
    assert [row["n"] for row in kept.journal.entries("2026-00002")] == [6]
    assert [row["n"] for row in kept.journal.entries(after=4)] == [5, 6, 7]


def test_a_transaction_that_fails_leaves_no_entry_and_no_gap(kept: Store) -> None:
    def fails() -> None:
        with kept.transaction():
            kept.journal.append(NOW, [Entry("lost")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    append(kept, "next")
    assert numbers(kept) == [1, 2, 3, 4, 5, 6]
    assert kept.journal.verify() is None


def test_workers_that_write_at_once_keep_one_chain(store: Store) -> None:
    def work() -> None:
        for number in range(20):
            append(store, f"a{number}", f"b{number}")

    side_by_side(store, [work] * 4)
    assert numbers(store) == list(range(1, 162))
    assert store.journal.verify(store.journal.head()) is None


def test_a_journal_that_grows_while_it_is_verified_holds(kept: Store) -> None:
    def verify() -> list[object]:
        return [kept.journal.verify() for _ in range(15)]

    def grow() -> list[object]:
        for _ in range(40):
            append(kept, "x")
        return []

    assert set(side_by_side(kept, [verify, grow])[0]) == {None}


# --- what the database refuses ---


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET event = 'other' WHERE n = 2",
        f"UPDATE {TABLE} SET n = n + 100",
        f"DELETE FROM {TABLE} WHERE n = 5",
        f"DELETE FROM {TABLE}",
    ],
)
def test_the_database_refuses_to_change_or_delete_entries(kept: Store, sql: str) -> None:
    assert refused(kept, sql)


def test_the_database_refuses_to_replace_an_entry(kept: Store, url: str) -> None:
    values = f"SELECT 2, at, 'other', reference, entry, e, h FROM {TABLE} WHERE n = 3"
    if url.startswith("sqlite"):
        assert refused(kept, f"INSERT OR REPLACE INTO {TABLE} {values}")
        run(kept, "PRAGMA recursive_triggers = 0")  # without it SQLite deletes what it replaces in silence
        assert refused(kept, f"REPLACE INTO {TABLE} {values}")
        assert refused(kept, f"INSERT INTO {TABLE} {values} ON CONFLICT (n) DO UPDATE SET event = 'other'")
    else:
        assert refused(kept, f"INSERT INTO {TABLE} {values} ON CONFLICT (n) DO UPDATE SET event = 'other'")


def test_postgresql_refuses_to_truncate(kept: Store, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    assert refused(kept, f"TRUNCATE {TABLE}")


# --- what verify finds, made behind the guards ---

TAMPERED = [
    (f"UPDATE {TABLE} SET entry = replace(entry, 'release.planned', 'release.plannee') WHERE n = 3", 3),
    (f"UPDATE {TABLE} SET event = 'release.plannee' WHERE n = 3", 3),
    (f"UPDATE {TABLE} SET reference = '2026-00009' WHERE n = 3", 3),
    (f"UPDATE {TABLE} SET at = '2026-04-05T12:00:00.000001+00:00' WHERE n = 3", 3),
    (f"UPDATE {TABLE} SET entry = 'no json' WHERE n = 3", 3),
    (f"UPDATE {TABLE} SET entry = '[]' WHERE n = 1", 1),
    (f"UPDATE {TABLE} SET e = '{GENESIS}' WHERE n = 4", 4),
    (f"UPDATE {TABLE} SET h = '{GENESIS}' WHERE n = 5", 5),
    (f"DELETE FROM {TABLE} WHERE n = 3", 3),
    (f"DELETE FROM {TABLE} WHERE n = 5", 5),
    (f"UPDATE {TABLE} SET n = 100 - n WHERE n IN (49, 2, 3)", 2),
    (f"INSERT INTO {TABLE} SELECT 6, at, event, reference, entry, e, h FROM {TABLE} WHERE n = 5", 6),
]


@pytest.mark.parametrize(("sql", "first"), TAMPERED)
def test_verify_names_the_first_entry_that_was_tampered_with(kept: Store, sql: str, first: int) -> None:
    without_guards(kept)
    run(kept, sql)
    found = kept.journal.verify()
    assert found is not None
    assert found.n == first


def test_verify_finds_entries_that_changed_places(kept: Store) -> None:
    without_guards(kept)
    for sql in ("n = 99 WHERE n = 3", "n = 3 WHERE n = 4", "n = 4 WHERE n = 99"):
        run(kept, f"UPDATE {TABLE} SET {sql}")
    found = kept.journal.verify()
    assert found is not None
    assert found.n == 3


def test_verify_finds_that_the_first_entries_were_removed(kept: Store) -> None:
    without_guards(kept)
    run(kept, f"DELETE FROM {TABLE} WHERE n < 3")
    assert kept.journal.verify() is not None


def cut(store: Store, n: int) -> None:
    """Cut the end off, and mend the head as one would who may write to the database."""
    without_guards(store)
    run(store, f"DELETE FROM {TABLE} WHERE n > {n}")
    h = list(store.journal.entries())[-1]["h"]
    run(store, f"UPDATE journal_head SET n = {n}, h = '{h}'")


def test_a_cut_end_shows_only_against_a_head_kept_elsewhere(kept: Store) -> None:
    witnessed = kept.journal.head()
    cut(kept, 3)
    assert kept.journal.verify() is None
    found = kept.journal.verify(witnessed)
    assert found is not None
    assert (found.n, found.why) == (4, "the journal ends before the head kept elsewhere")


def test_an_end_written_anew_shows_only_against_a_head_kept_elsewhere(kept: Store) -> None:
    witnessed = kept.journal.head()
    cut(kept, 4)
    append(kept, "reply.failed", "and.more")
    assert kept.journal.verify() is None
    found = kept.journal.verify(witnessed)
    assert found is not None
    assert (found.n, found.why) == (5, "the head kept elsewhere names another entry")


def test_an_older_head_kept_elsewhere_still_holds(kept: Store) -> None:
    witnessed = kept.journal.head()
    append(kept, "more")
    assert kept.journal.verify(witnessed) is None
    assert kept.journal.verify(replace(witnessed, h=GENESIS)) is not None


# --- years ---

LAST_YEAR = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_each_year_is_a_table_of_its_own_and_the_chain_runs_through(store: Store) -> None:
    append(store, "last", at=LAST_YEAR)
    end = store.journal.head()
    append(store, "first", at=LAST_YEAR + timedelta(seconds=2))
    assert {"journal_2025", TABLE} <= set(store.db.get_tables())
    assert [row["event"] for row in store.journal.entries()] == ["journal.opened", "last", "journal.opened", "first"]
    assert json.loads(list(store.journal.entries())[2]["entry"])["details"] == {"after": end.h, "year": 2026}
    assert store.journal.verify(end) is None


def test_a_clock_set_back_opens_no_old_year_again(store: Store) -> None:
    append(store, "first")
    append(store, "set back", at=LAST_YEAR)
    assert "journal_2025" not in store.db.get_tables()
    assert numbers(store) == [1, 2, 3]
    assert store.journal.verify() is None


def test_after_an_old_year_was_dropped_the_rest_still_holds(signing: Store) -> None:
    store = signing
    append(store, "last", at=LAST_YEAR)
    old = store.journal.head()
    append(store, "first", "second")
    run(store, "DROP TABLE journal_2025")
    assert numbers(store) == [3, 4, 5]
    assert store.journal.verify(store.journal.head()) is None
    assert store.journal.verify(old) is None  # its end is what the next year begins with
    found = store.journal.verify(Head(1, GENESIS))
    assert found is not None
    assert "dropped" in found.why


FIVE_YEARS = timedelta(days=5 * 366)


@pytest.fixture
def signing(store: Store) -> Store:
    """A store that signs the ends of years."""
    store.journal.signer = Signer(b"k" * 32)
    return store


def two_years(store: Store) -> Head:
    """A journal of two years; where the first one ended."""
    append(store, "first", "last", at=LAST_YEAR)
    end = store.journal.head()
    append(store, "new year", "and on")
    return end


def dropped(store: Store) -> list[Entry]:
    """What is told of the years that are past their time."""
    with store.transaction():
        told = store.journal.drop_years(NOW + FIVE_YEARS)
        store.journal.append(NOW, told)
    return told


def test_the_end_of_a_year_is_signed_and_anybody_can_check_it_with_the_public_key(signing: Store) -> None:
    end = two_years(signing)
    [signed_end] = signing.journal.ends()
    assert (signed_end["year"], signed_end["n"], signed_end["h"]) == (2025, end.n, end.h)
    assert signed_end["key"] == signing.journal.key
    text = statement(2025, end.n, end.h)
    assert signed(bytes.fromhex(signed_end["key"]), bytes.fromhex(signed_end["signature"]), text)
    assert not signed(bytes.fromhex(signed_end["key"]), bytes.fromhex(signed_end["signature"]), text + b" ")
    assert signing.journal.verify(end) is None


def test_a_year_is_dropped_whole_with_its_end_told_and_the_rest_still_verifies(signing: Store) -> None:
    end = two_years(signing)
    [told] = dropped(signing)
    assert (told.event, told.details) == ("journal.dropped", {"year": 2025, "n": end.n, "h": end.h})
    assert "journal_2025" not in signing.db.get_tables()
    assert numbers(signing)[0] == end.n + 1
    assert signing.journal.verify(end) is None
    assert signing.journal.ends()[0]["h"] == end.h
    assert dropped(signing) == [], "the current year stays"


def test_a_year_that_does_not_verify_is_kept(signing: Store) -> None:
    two_years(signing)
    without_guards(signing, "journal_2025")
    run(signing, "UPDATE journal_2025 SET event = 'other' WHERE n = 2")
    [told] = dropped(signing)
    assert told.event == "journal.kept"
    assert told.details
    assert "entry 2" in told.details["because"]
    assert "journal_2025" in signing.db.get_tables()


def test_a_year_whose_end_was_cut_is_kept(signing: Store) -> None:
    end = two_years(signing)
    without_guards(signing, "journal_2025")
    run(signing, f"DELETE FROM journal_2025 WHERE n = {end.n}")
    [told] = dropped(signing)
    assert told.event == "journal.kept"
    assert "journal_2025" in signing.db.get_tables()


def test_a_year_whose_end_nobody_signed_is_kept(store: Store) -> None:
    two_years(store)
    assert store.journal.verify() is None, "it stands on its chain as long as it is there"
    [told] = dropped(store)
    assert (told.event, told.details) == (
        "journal.kept",
        {"year": 2025, "because": "the end of the year before is not signed"},
    )
    run(store, "DROP TABLE journal_2025")
    found = store.journal.verify()
    assert found is not None
    assert found.why == "the end of the year before is not signed"


def test_an_end_signed_with_another_key_does_not_hold(signing: Store) -> None:
    two_years(signing)
    signing.journal.signer = Signer(b"x" * 32)
    found = signing.journal.verify()
    assert found is not None
    assert found.why == "the end of the year before is signed with another key"
    [told] = dropped(signing)
    assert told.event == "journal.kept"


def test_who_drops_a_year_and_writes_the_rest_anew_needs_the_key(signing: Store) -> None:
    """The chain is not keyed: whoever owns the database can begin it elsewhere, but not sign that it began there."""
    two_years(signing)
    opening, *rest = list(signing.journal.entries(after=3))
    entry = json.loads(opening["entry"])
    entry["details"]["after"] = "11" * 32
    h, rows = "11" * 32, []
    for row, text in [(opening, json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")))] + [
        (row, row["entry"]) for row in rest
    ]:
        e, h = link(h, text)
        rows.append((text, e, h, row["n"]))
    without_guards(signing)
    run(signing, "DROP TABLE journal_2025")
    for text, e, h, n in rows:
        run(signing, f"UPDATE {TABLE} SET entry = '{text}', e = '{e}', h = '{h}' WHERE n = {n}")
    run(signing, f"UPDATE journal_head SET h = '{h}'")
    found = signing.journal.verify()
    assert found is not None
    assert found.why == "the signature of the end of the year before does not hold"


def test_a_year_that_begins_on_another_end_than_it_says_does_not_hold(signing: Store) -> None:
    store = signing
    append(store, "last", at=LAST_YEAR)
    old = store.journal.head()
    append(store, "first")
    run(store, "DROP TABLE journal_2025")
    assert store.journal.verify(replace(old, h=GENESIS)) is not None


def test_workers_that_open_a_year_at_once_open_it_once(store: Store) -> None:
    side_by_side(store, [lambda: append(store, "happy new year")] * 4)
    append(store, "next year", at=NOW + timedelta(days=365))
    side_by_side(store, [lambda: append(store, "and again", at=NOW + timedelta(days=730))] * 4)
    assert [row["event"] for row in store.journal.entries()].count("journal.opened") == 3
    assert store.journal.verify() is None
