"""An office with staff at their browsers: what they see and press, over the application itself or over a real port."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cli.office import Office
from httpx2 import Response
from starlette.testclient import TestClient

from mailbot.app import open_console, open_house
from mailbot.config import load
from mailbot.console.application import Console
from mailbot.console.desk import ConsoleSettings, Desk
from mailbot.console.server import serve
from mailbot.steps.house import House

PASSWORD = "correct horse battery"
ROLES = {
    "marie": "approver",
    "paul": "approver",
    "dora": "dpo",
    "carl": "clerk",
    "audrey": "auditor",
    "otto": "operator",
}
HOME = "http://localhost"


@dataclass
class Seat:
    """One browser without pictures: it follows redirects, keeps its cookie, and sends forms as a browser does."""

    client: TestClient
    page: str = ""
    status: int = 0
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> str:
        """Open a page; its text."""
        return self.kept(self.client.get(path, headers=headers))

    def post(self, path: str, form: Mapping[str, Any] | None = None, *, csrf: str | None = None, **headers: str) -> str:
        """Send a form as the page that is open would."""
        token = self.csrf if csrf is None else csrf
        files = {key: value for key, value in (form or {}).items() if isinstance(value, tuple)}
        fields = {key: value for key, value in (form or {}).items() if key not in files} | {"csrf": token}
        sent = {"origin": HOME} | headers
        return self.kept(self.client.post(path, data=fields, files=files or None, headers=sent))

    def kept(self, answer: Response) -> str:
        """The page of an answer, open now."""
        self.page, self.status, self.headers = answer.text, answer.status_code, answer.headers
        self.path = answer.url.path
        return self.page

    @property
    def csrf(self) -> str:
        """The token that the open page's forms carry."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page)
        return found[1] if found else ""

    @property
    def said(self) -> str:
        """What the page tells of the last action."""
        found = re.search(r'<p class="notice (?:good|bad)" role="(?:status|alert)">(.*?)</p>', self.page, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    def log_in(self, name: str = "marie", password: str = PASSWORD) -> Seat:
        """Log in by the form."""
        self.get("/login")
        self.post("/login", {"name": name, "password": password, "next": "/"})
        return self

    def hash_of(self, n: int) -> str:
        """The hash that the release button of number `n` carries on the open page."""
        found = re.search(rf'name="n" value="{n}"><input type="hidden" name="hash" value="([0-9a-f]{{64}})"', self.page)
        assert found, self.page
        return found[1]

    def release(self, ref: str, n: int) -> str:
        """Open a request and press its release button; what was told."""
        self.get(f"/r/{ref}")
        self.post(f"/r/{ref}/release", {"n": n, "hash": self.hash_of(n)})
        return self.said


@dataclass
class Pages:
    """An office whose console is open."""

    office: Office
    house: House
    console: Console

    @property
    def desk(self) -> Desk:
        return self.console.desk

    def seat(self) -> Seat:
        """A browser that nobody is logged in at."""
        return Seat(TestClient(self.console.app, base_url=HOME, raise_server_exceptions=False))

    def at(self, name: str = "marie") -> Seat:
        """A browser at which `name` is logged in."""
        return self.seat().log_in(name)

    def passes(self) -> None:
        """What the daemon would do now; in another thread, for a browser may have a loop in this one."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(self.office.run).result()

    @contextlib.contextmanager
    def standing(self) -> Iterator[str]:
        """The console on a port of loopback, as browsers reach it; its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = ConsoleSettings(port=port)
        console = Console(self.house, settings, self.console.desk.read)
        loop, up = asyncio.new_event_loop(), threading.Event()
        stopping = asyncio.Event()

        async def run() -> None:
            standing = asyncio.Event()
            serving = asyncio.create_task(serve(console, stopping, standing))
            await standing.wait()
            up.set()
            await serving

        thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
        thread.start()
        try:
            assert up.wait(20), "the console does not listen"
            yield f"http://127.0.0.1:{port}"
        finally:
            loop.call_soon_threadsafe(stopping.set)
            thread.join()
            loop.close()


@contextlib.contextmanager
def opened(office: Office) -> Iterator[Pages]:
    """The pages of an office."""
    config = load(office.folder / "config.toml")
    house = open_house(config, date.today())  # noqa: DTZ011 -- the day here
    console = open_console(config, house)
    try:
        yield Pages(office, house, console)
    finally:
        console.close()
        house.clients.close()
        house.store.close()
