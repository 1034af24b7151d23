"""`python -m bench.copies`: find a person among a million and copy his 200 rows, beside the bare SQL for the same.

Both sides ask the same database for the same person in turn, in a process that has begun and as the first look of one
that has not, with an index on the addresses and without. The bare side is the driver alone: it looks the address up,
reads the rows of each table, and gives tuples. mailbot finds him whatever his address is written like,
checks that nobody shares it, and gives typed values with titles and retention in his language.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own PostgreSQL

from peewee import Database
from servers.databases import MariaDB, Postgres

from mailbot.clients.connect import close_all, open_database
from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.mapping.datamap import DataMap, load_map

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ALLOWED = 1.5
"""Times the bare SQL that mailbot may take."""
BATCH = 20_000
FEW = 7
"""Persons asked for where each look reads a whole column, or begins a process."""
KINDS = ("sqlite", "postgres", "mariadb")
WAYS = {"index": "email = {}", "no index, =": "email = {}", "no index, lower(trim())": "lower(trim(email)) = {}"}
"""How the bare side finds the address: the index on it is dropped for the second and third."""
ROWS = {"orders": 100, "visit": 60, "note": 40}
"""Rows of a person who is asked for, by table."""
_MAP = """
[person.contact]
table = "contact"
key = ["id"]
find = { email = ["email"], phone = ["phone"], names = ["last_name", "first_name"] }
"""
_HOLDING = """
[[holding]]
person = "contact"
table = "%s"
where = "%s = :person.id"
title = { fr = "%s", en = "%s" }
purpose = "p"
basis = "contract"
recipients = ["r"]
source = "s"
retention = { years = 5 }
[holding.columns]
"""
COLUMNS = {
    "contact": ("last_name", "first_name", "email", "phone"),
    "orders": ("ordered_on", "number", "amount"),
    "visit": ("visited_on", "purpose"),
    "note": ("written_on", "body"),
}


TABLES = {
    "contact": "last_name VARCHAR(80), first_name VARCHAR(80), email VARCHAR(120), phone VARCHAR(30)",
    "orders": "contact_id INTEGER, ordered_on DATE, number VARCHAR(20), amount NUMERIC(10,2)",
    "visit": "contact_id INTEGER, visited_on DATE, purpose VARCHAR(80)",
    "note": "contact_id INTEGER, written_on DATE, body TEXT",
}


def datamap() -> DataMap:
    """The map of the tables here."""
    text = _MAP
    for table, columns in COLUMNS.items():
        about = f"{table}.{'id' if table == 'contact' else 'contact_id'}"
        text += _HOLDING % (table, about, table, table)
        text += "".join(f'{name} = {{ title = "{name}" }}\n' for name in columns)
    return load_map(text, "bench")


def fill(database: Database, contacts: int, wanted: Sequence[int], seed: int) -> None:
    """Make the tables: `contacts` persons, two orders each, and ROWS for each of `wanted`."""
    dice = random.Random(seed)  # noqa: S311 -- sample data
    mark = database.param
    for table, columns in TABLES.items():
        database.execute_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})")

    def put(table: str, rows: Iterator[tuple[object, ...]], width: int) -> None:
        marks = f"({', '.join([mark] * width)})"
        with database.atomic():
            while batch := [row for _, row in zip(range(BATCH // 20), rows, strict=False)]:
                values = [value for row in batch for value in row]
                database.execute_sql(f"INSERT INTO {table} VALUES {', '.join([marks] * len(batch))}", values)  # noqa: S608

    def day() -> str:
        return f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"

    put("contact", ((n, f"Name{n}", f"First{n % 977}", mail(n), f"+33 6 {n:08}") for n in range(contacts)), 5)
    owners = [n for n in range(contacts) for _ in range(2)] + [n for n in wanted for _ in range(ROWS["orders"])]
    put("orders", ((n, who, day(), f"O-{n}", n % 900 + 0.5) for n, who in enumerate(owners)), 5)
    for table, text in (("visit", "yearly visit"), ("note", "called back about the contract " * 3)):
        owners = [n for n in wanted for _ in range(ROWS[table])]
        put(table, ((n, who, day(), f"{text} {n}") for n, who in enumerate(owners)), 4)
    database.execute_sql("CREATE INDEX by_email ON contact (email)")
    for table in ROWS:
        database.execute_sql(f"CREATE INDEX by_{table} ON {table} (contact_id)")
    for table in TABLES:
        database.execute_sql(f"ANALYZE {'TABLE ' if database.quote == '``' else ''}{table}")


def drop(url: str) -> None:
    """Leave the addresses without their index."""
    database = open_database(url, timeout=600)
    with database.connection_context():
        database.execute_sql(f"DROP INDEX by_email{' ON contact' if database.quote == '``' else ''}")
    close_all(database)


def mail(number: int) -> str:
    """The address of a contact."""
    return f"first{number % 977}.name{number}@client{number % 5000}.example"


def bare(database: Database, address: str, found_by: str = "email = {}") -> int:
    """What a program of twenty lines does; how many rows it got."""
    mark, count = database.param, 0
    person = database.execute_sql(
        f"SELECT id, last_name, first_name, email, phone FROM contact WHERE {found_by.format(mark)}",  # noqa: S608
        (address,),
    ).fetchall()
    for table, columns in COLUMNS.items():
        about = "id" if table == "contact" else "contact_id"
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {about} = {mark} ORDER BY id"  # noqa: S608
        count += len(database.execute_sql(query, (person[0][0],)).fetchall())
    return count


def ours(directory: SqlDirectory, address: str) -> int:
    """What mailbot does; how many rows it got."""
    [match] = directory.by_email([address])[address]
    return sum(len(holding.rows) for holding in directory.export(match.person, "fr", NOW).holdings)


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds, and what it gave."""
    start = time.perf_counter()
    count = work()
    return time.perf_counter() - start, count


def measure(url: str, wanted: Sequence[int], found_by: str) -> tuple[float, float]:
    """Median seconds of the bare side and of ours, in a process that has begun."""
    database, directory = open_database(url, timeout=60), open_directory(url, datamap(), timeout=60)
    sides: tuple[list[float], list[float]] = ([], [])
    with database.connection_context():
        for number in wanted:
            address = mail(number)
            plain, count = timed(lambda address=address: bare(database, address, found_by))  # type: ignore[misc]
            own, same = timed(lambda address=address: ours(directory, address))  # type: ignore[misc]
            if same != count:
                raise SystemExit(f"falls short: {same} rows of {count}")
            sides[0].append(plain)
            sides[1].append(own)
    directory.close()
    close_all(database)
    return statistics.median(sides[0]), statistics.median(sides[1])


def first(url: str, address: str, found_by: str | None) -> float:
    """Seconds of the first look of a process, with its connection; ours where `found_by` is None."""
    if found_by is None:
        return timed(lambda: ours(open_directory(url, datamap(), timeout=60), address))[0]

    def once() -> int:
        database = open_database(url, timeout=60)
        with database.connection_context():
            return bare(database, address, found_by)

    return timed(once)[0]


def firsts(url: str, wanted: Sequence[int], found_by: str) -> tuple[float, float]:
    """Median seconds of the first look of processes that do nothing else: bare, and ours."""
    new = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=new, max_tasks_per_child=1) as each:
        sides = [[each.submit(first, url, mail(n), how).result() for n in wanted] for how in (found_by, None)]
    return statistics.median(sides[0]), statistics.median(sides[1])


@contextlib.contextmanager
def databases(kinds: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """A new database of each kind."""
    with contextlib.ExitStack() as stack:
        found = []
        for kind in kinds:
            if kind == "sqlite":
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                (Path(folder) / "c.db").touch()
                found.append((kind, f"sqlite:///{folder}/c.db"))
            else:
                server = {"postgres": Postgres, "mariadb": MariaDB}[kind]()
                found.append((kind, stack.enter_context(stack.enter_context(server).database())))
        yield found


def main() -> int:
    """Fill, measure and print; 1 if mailbot falls short."""
    parser = argparse.ArgumentParser(prog="python -m bench.copies", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--persons", type=int, default=101, help="who are asked for")
    parser.add_argument("--database", action="append", choices=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    wanted = random.Random(chosen.seed).sample(range(chosen.contacts), chosen.persons)  # noqa: S311 -- sample data
    short = 0
    with databases(chosen.database or KINDS) as found:
        for kind, url in found:
            database = open_database(url, timeout=600)
            with database.connection_context():
                fill(database, chosen.contacts, wanted, chosen.seed)
            close_all(database)
            for way, found_by in WAYS.items():
                if way == "no index, =":
                    drop(url)
                few = wanted if way == "index" else wanted[:FEW]
                for when, (plain, own) in {
                    "": measure(url, few, found_by),
                    " first": firsts(url, wanted[:FEW], found_by),
                }.items():
                    short |= own / plain > ALLOWED
                    told = f"bare {plain * 1e3:.2f} ms, mailbot {own * 1e3:.2f} ms ({own / plain:.2f} times)"
                    print(f"{kind:9}{way:26}{when:6} {told}", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
    return short


if __name__ == "__main__":
    sys.exit(main())
