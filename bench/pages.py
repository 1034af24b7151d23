"""The console with many requests in the store: `python -m bench.pages [REQUESTS]` (100,000 where none is given).

The demo's requests are real; the others are copies of their rows, 2 % of them open, spread over the past year.
Prints the median of each page in milliseconds, from the first byte sent to the last received, over loopback with
all that belongs to it (session, access log, commit), and the memory that one more open page takes.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import sqlite3
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
from mailbot.daemon import run_once
from mailbot.demo.world import DemoWorld
from mailbot.store.journal import Entry

PASSWORD = "bench bench bench"  # noqa: S105 -- of a store that is gone a minute later
ROUNDS = 30
STREAMS = 100
HEX = 64


def furnish(folder: Path, count: int) -> str:
    """A demo's store with `count` requests; the reference of a real one that waits for a release."""
    with DemoWorld(folder) as world:
        house = open_house(world.config, date.today())  # noqa: DTZ011 -- the day here

        async def work() -> None:
            source, sender = open_source(world.config), open_sender(world.config)
            await run_once(house, source, sender, lambda _step, _count: None)
            await sender.close()
            source.close()

        asyncio.run(work())
        house.store.staff.add("bench", "dpo", hashed(PASSWORD), "2026-01-01")
        multiply(folder / "mailbot.db", count)
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


def multiply(path: Path, count: int) -> None:
    """Copy the requests that are there until there are `count`."""
    dice = random.Random(1)  # noqa: S311 -- the same store at each run
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        requests = [dict(row) for row in db.execute("SELECT * FROM request")]
        parts = {name: _by_request(db, name) for name in ("ask", "release", "message")}
        first = max(row["id"] for row in requests) + 1
        today = datetime.now(UTC)
        for number in range(first, count + 1):
            source = requests[number % len(requests)]
            closed = dice.random() > 0.02  # noqa: PLR2004 -- see above
            arrived = today - timedelta(days=dice.randrange(25 if not closed else 365), minutes=dice.randrange(1440))
            done = (arrived + timedelta(days=dice.randrange(28))).isoformat(timespec="microseconds") if closed else None
            due = (arrived + timedelta(days=31)).date().isoformat()
            row = source | {"id": number, "reference": f"2025-{number:05}", "arrived": arrived.isoformat(), "due": due}
            _insert(db, "request", row | {"legal_end": due, "closed_at": done, "message_id": None, "preparing": 0})
            for ask in parts["ask"].get(source["id"], ()):
                _insert(db, "ask", ask | {"id": None, "request_id": number} | ({"status": "done"} if closed else {}))
            for one in parts["release"].get(source["id"], ()):
                _insert(
                    db, "release", one | {"id": None, "request_id": number} | ({"status": "closed"} if closed else {})
                )
            for one in parts["message"].get(source["id"], ()):
                _insert(
                    db,
                    "message",
                    one | {"id": None, "request_id": number, "sha256": f"{number:0{HEX}x}", "message_id": None},
                )


def _by_request(db: sqlite3.Connection, table: str) -> dict[int, list[dict[str, object]]]:
    found: dict[int, list[dict[str, object]]] = {}
    for row in db.execute(f"SELECT * FROM {table} WHERE request_id IS NOT NULL"):  # noqa: S608 -- our own names
        found.setdefault(row["request_id"], []).append(dict(row))
    return found


def _insert(db: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    names = ", ".join(row)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))  # noqa: S608 -- as above


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
        "/statistics",
        "/health",
    )
    for path in paths:
        print(f"{path:24} {median(page(path)):7.1f} ms")
    before = resident(pid)
    streams = [_stream(port, cookie) for _ in range(STREAMS)]
    time.sleep(3)
    now = resident(pid)
    print(f"one more open page       {(now - before) / STREAMS:7.0f} kB; {now // 1000} MB with {STREAMS}")
    for stream in streams:
        stream.close()


def _stream(port: int, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    return stream


def main() -> None:
    """Furnish, measure, forget."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name:
        folder = Path(name) / "office"
        ref = furnish(folder, count)
        with console(folder) as (port, pid):
            print(f"{count} requests")
            measure(port, pid, ref)


if __name__ == "__main__":
    main()
