"""Where the console listens: beside the daemon and alone, on loopback or under TLS, and never where passwords leak."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from cli.office import Office
from console.office_pages import PASSWORD, Pages, Seat
from servers.process import free_port, need
from starlette.testclient import TestClient

from mailbot.console.application import Console
from mailbot.console.desk import ConsoleSettings
from mailbot.console.server import CannotListen, Unsafe, address, serve


def listening(port: int, seconds: float = 30) -> bool:
    """Whether somebody answers there within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def running(office: Office, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command of the office in the background."""
    command = [sys.executable, "-m", "mailbot", "--config", str(office.folder / "config.toml"), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def configured(office: Office, lines: str) -> None:
    path = office.folder / "config.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}[console]\n{lines}\n", encoding="utf-8")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 -- what must not happen
def test_beyond_loopback_without_tls_or_proxy_it_does_not_listen(pages: Pages, host: str) -> None:
    console = Console(pages.house, ConsoleSettings(host=host, port=free_port()), pages.desk.read)
    with pytest.raises(Unsafe, match="tls"):
        asyncio.run(serve(console, asyncio.Event()))
    configured(pages.office, f'host = "{host}"')
    assert "tls" in pages.office.refuses("console")


def test_a_port_that_is_taken_is_told_in_one_line(pages: Pages) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        console = Console(pages.house, ConsoleSettings(port=port), pages.desk.read)
        with pytest.raises(CannotListen, match=str(port)):
            asyncio.run(serve(console, asyncio.Event()))


def test_alone_it_prints_its_address_and_ends_with_a_signal_though_pages_are_open(office: Office) -> None:
    port = free_port()
    configured(office, f"port = {port}")
    with running(office, "console") as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        page = urlopen(f"http://127.0.0.1:{port}/login").read().decode()
        assert 'name="password"' in page
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(b"GET /login HTTP/1.1\r\nHost: localhost\r\n")  # and never ends
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_the_daemon_shows_it_too_and_reads_mail_where_it_cannot(office: Office) -> None:
    port = free_port()
    configured(office, f"port = {port}")
    with running(office, "run") as first:
        assert listening(port)
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with running(office, "run") as second:
            assert second.stderr is not None
            assert any("no console" in line for line in iter(second.stderr.readline, ""))
            assert second.poll() is None, "mails go on"
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0


def test_under_tls_it_speaks_nothing_else(pages: Pages, tmp_path: Path) -> None:
    need("openssl")
    cert, key, port = tmp_path / "cert.pem", tmp_path / "key.pem", free_port()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(made, check=True, capture_output=True)
    settings = ConsoleSettings(port=port, cert=cert, key=key)
    assert address(settings) == f"https://127.0.0.1:{port}"
    console = Console(pages.house, settings, pages.desk.read)

    async def look() -> str:
        stopping, standing = asyncio.Event(), asyncio.Event()
        serving = asyncio.create_task(serve(console, stopping, standing))
        await standing.wait()
        trust = ssl.create_default_context(cafile=str(cert))
        page = await asyncio.to_thread(lambda: urlopen(f"https://localhost:{port}/login", context=trust).read())
        stopping.set()
        await serving
        return str(page.decode())

    assert 'name="password"' in asyncio.run(look())


def test_behind_a_proxy_the_clients_own_address_counts_for_the_brake(pages: Pages) -> None:
    settings = ConsoleSettings(proxies=("127.0.0.1",))
    console = Console(pages.house, settings, pages.desk.read)
    with TestClient(console.app, base_url="https://mailbot.example", client=("198.51.100.7", 1)) as one:
        seat = Seat(one)
        seat.get("/login")
        for _ in range(5):
            seat.post("/login", {"name": "marie", "password": "wrong wrong wrong"}, origin="https://mailbot.example")
        seat.post("/login", {"name": "marie", "password": PASSWORD}, origin="https://mailbot.example")
        assert seat.status == 429
    with TestClient(console.app, base_url="https://mailbot.example", client=("198.51.100.8", 1)) as other:
        seat = Seat(other)
        seat.post("/login", {"name": "marie", "password": PASSWORD}, origin="https://mailbot.example")
        assert seat.status == 200
    console.close()
