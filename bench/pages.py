"""The console with many requests in the store: `python -m bench.pages [REQUESTS] [URL]`.

100,000 requests where none are given. URL is an empty PostgreSQL database (or `postgres`: one is set up and thrown away
by tests/servers); without it the store is on SQLite.
The demo's requests are real; the others are copies of their rows, 2 % of them open, spread over the past year.
Prints the median of each page in milliseconds, from the first byte sent to the last received, over loopback with
all that belongs to it (session, access log, commit), and the memory that one more open page takes.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from mailbot.actions.passwords import hashed
from mailbot.app import open_house, open_sender, open_source
from mailbot.config import Config, load
from mailbot.core.reading.words import fold_text
from mailbot.daemon import run_once
from mailbot.demo.world import DemoWorld
from mailbot.store.connect import open_database
from mailbot.store.database import Handle, Row
from mailbot.store.journal import Entry
from mailbot.store.searched import FACTS

PASSWORD = "bench bench bench"  # noqa: S105 -- of a store that is gone a minute later
ROUNDS = 30
STREAMS = 100
HEX = 64
OPEN = 0.02  # of all requests
CHUNK = 2000  # requests written in one transaction
PARTS = ("ask", "release", "message")


def furnish(folder: Path, count: int, url: str) -> str:
    """A demo's store at `url` with `count` requests; the reference of a real one that waits for a release."""
    with DemoWorld(folder) as world:
        config = _at(world.config, folder, url)
        house = open_house(config, date.today())  # noqa: DTZ011 -- the day here

        async def work() -> None:
            source, sender = open_source(config), open_sender(config)
            await run_once(house, source, sender, lambda _step, _count: None)
            await sender.close()
            source.close()

        asyncio.run(work())
        house.store.staff.add("bench", "dpo", hashed(PASSWORD), "2026-01-01")
        with closing(open_database(config.store.url)) as db:
            multiply(Handle(db), count)
        now = datetime.now(UTC)
        for start in range(0, count, 1000):
            with house.store.transaction():
                entries = [
                    Entry("request.opened", f"2025-{start + n:05}", details={"asks": ["access"]}) for n in range(1000)
                ]
                house.store.journal.append(now, entries)
        ref = next(row.reference for row in house.store.requests.open() if row.reference.startswith(str(now.year)))
        house.clients.close()
        house.store.close()
    return ref


def _at(config: Config, folder: Path, url: str) -> Config:
    """The configuration with its store at `url`, in the file too: the console reads that."""
    if not url:
        return config
    path = folder / "config.toml"
    text = re.sub(r"(\[store\]\s+url = )\S+", lambda found: f'{found[1]}"{url}"', path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    return load(path)


def multiply(handle: Handle, count: int) -> None:
    """Copy the requests that are there until there are `count`."""
    dice = random.Random(1)  # noqa: S311 -- the same store at each run
    requests = handle.query("SELECT * FROM request", [])
    parts = {name: _by_request(handle, name) for name in PARTS}
    words = {row["message_id"]: row["words"] for row in handle.query("SELECT * FROM searched WHERE part = 'mail'", [])}
    first = max(row["id"] for row in requests) + 1
    ids = itertools.count(max(one["id"] for some in parts["message"].values() for one in some) + 1_000_000)
    for start in range(first, count + 1, CHUNK):
        rows: dict[str, list[Row]] = {"request": [], "searched": [], **{name: [] for name in PARTS}}
        for number in range(start, min(start + CHUNK, count + 1)):
            source = requests[number % len(requests)]
            closed = dice.random() > OPEN
            request = _request(source, number, dice, closed=closed)
            rows["request"].append(request)
            rows["searched"].append(_searched(number, None, fold_text(" ".join(request[name] or "" for name in FACTS))))
            done = {"ask": {"status": "done"}, "release": {"status": "closed"}} if closed else {}
            for name in ("ask", "release"):
                mine = parts[name].get(source["id"], ())
                rows[name] += [_copy(one, number) | done.get(name, {}) for one in mine]
            for n, one in enumerate(parts["message"].get(source["id"], ())):
                copy = {"id": next(ids), "sha256": f"{n}{number:0{HEX - 1}x}", "message_id": None}
                rows["message"].append(one | copy | {"request_id": number})
                rows["searched"].append(_searched(number, copy["id"], words.get(one["id"], "")))
        with handle.transaction():
            for name, made in rows.items():
                handle.insert(name, made)
    if handle.postgres:  # which does so by itself within a minute
        handle.db.execute_sql("ANALYZE")


def _request(source: Row, number: int, dice: random.Random, *, closed: bool) -> Row:
    arrived = datetime.now(UTC) - timedelta(days=dice.randrange(365 if closed else 25), minutes=dice.randrange(1440))
    done = (arrived + timedelta(days=dice.randrange(28))).isoformat(timespec="microseconds") if closed else None
    due = (arrived + timedelta(days=31)).date().isoformat()
    row = source | {"id": number, "reference": f"2025-{number:05}", "arrived": arrived.isoformat(), "due": due}
    return row | {"legal_end": due, "closed_at": done, "message_id": None, "preparing": 0}


def _searched(request: int, message: object, words: str) -> Row:
    part = "mail" if message else "facts"
    return {"part": part, "request_id": request, "message_id": message, "words": words}


def _copy(row: Row, request: int) -> Row:
    """The same for another request; the database numbers it."""
    return {key: value for key, value in row.items() if key != "id"} | {"request_id": request}


def _by_request(handle: Handle, table: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in handle.query(f"SELECT * FROM {table} WHERE request_id IS NOT NULL", []):  # noqa: S608 -- our own names
        found.setdefault(row["request_id"], []).append(row)
    return found


@contextmanager
def database(url: str) -> Iterator[str]:
    """The database at `url`; of `postgres` a new one on a server of its own, both gone afterwards."""
    if url != "postgres":
        yield url
        return
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    from servers.databases import Postgres  # noqa: PLC0415 -- of the tests, for this case alone

    with Postgres() as server, server.database() as made:
        yield made


@contextmanager
def console(folder: Path) -> Iterator[tuple[int, int]]:
    """`mailbot console` on this store: its port and process."""
    found = re.search(r"\[console\][^\[]*?port = (\d+)", (folder / "config.toml").read_text(encoding="utf-8"))
    port = int(found[1]) if found else 8025
    command = [sys.executable, "-m", "mailbot", "--config", str(folder / "config.toml"), "console"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port, process.pid
        finally:
            process.terminate()


def log_in(port: int) -> str:
    """The cookie of a session."""
    connection = HTTPConnection("127.0.0.1", port)
    body = f"name=bench&password={PASSWORD.replace(' ', '+')}&next=/"
    head = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    connection.request("POST", "/login", body, head)
    return str(connection.getresponse().headers["Set-Cookie"]).partition(";")[0]


def median(get: Callable[[], None]) -> float:
    """The median of ROUNDS calls, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        get()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def resident(pid: int) -> int:
    """Memory of a process now, in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def measure(port: int, pid: int, ref: str) -> None:
    """Print the figures."""
    cookie = log_in(port)
    connection = HTTPConnection("127.0.0.1", port)

    def page(path: str) -> Callable[[], None]:
        def get() -> None:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (path, answer.status)  # noqa: PLR2004, S101 -- a bench that measures errors lies

        return get

    paths = (
        "/",
        "/?show=release",
        "/?from=500",
        f"/r/{ref}",
        "/?q=Dupont",
        "/?q=nothing-like-it",
        "/?q=donnees+personnelles",
        "/?show=closed",
        "/?show=closed&q=Dupont",
        "/?show=closed&q=nothing-like-it",
        "/statistics",
        "/health",
    )
    for path in paths:
        print(f"{path:32} {median(page(path)):7.1f} ms")
    before = resident(pid)
    streams = [_stream(port, cookie) for _ in range(STREAMS)]
    time.sleep(3)
    now = resident(pid)
    print(f"one more open page               {(now - before) / STREAMS:7.0f} kB; {now // 1000} MB with {STREAMS}")
    for stream in streams:
        stream.close()


def _stream(port: int, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    return stream


def main() -> None:
    """Furnish, measure, forget."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name, database(sys.argv[2] if len(sys.argv) > 2 else "") as url:  # noqa: PLR2004
        folder = Path(name) / "office"
        ref = furnish(folder, count, url)
        with console(folder) as (port, pid):
            print(f"{count} requests on {'PostgreSQL' if url else 'SQLite'}")
            measure(port, pid, ref)


if __name__ == "__main__":
    main()
