"""An office with mails and staff, furnished once and copied for each test; a real Chromium for those that need one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.fixtures import post, sample_clients
from cli.office import ACCESS, CLAIRE, EMMA, ERASE, STOP, STRANGER, Office, copy_clients
from console.office_pages import PASSWORD, ROLES, Pages, opened
from playwright.sync_api import Browser, sync_playwright
from servers.process import need

from mailbot.actions.passwords import hashed
from mailbot.demo.servers import DemoServers
from mailbot.store.store import Store

__all__ = ["post", "sample_clients"]
JPEG = bytes(range(256)) * 40
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, sample_clients: Path, post: DemoServers) -> Path:
    """The folder of an office in mode "queue": five requests, one mail for staff, an account of each role."""
    office = Office(tmp_path_factory.mktemp("furnished"), port=post.smtp_port)
    copy_clients(sample_clients, office)
    office.receive(CLAIRE, ACCESS, days_ago=28)
    office.receive(EMMA, STOP, days_ago=10)
    office.receive(CLAIRE, ERASE, days_ago=40)
    office.receive(STRANGER, ACCESS, days_ago=3)
    office.receive(CLAIRE, f"{ACCESS}\nURGENT, sous 48 heures.\n", days_ago=1, spf="fail", attachment=JPEG)
    office.receive(STRANGER, "Bonjour,\n\nVeuillez trouver ma demande dans la lettre jointe.\n", attachment=JPEG)
    store = Store(f"sqlite:///{office.folder / 'mailbot.db'}")
    kept = hashed(PASSWORD)
    for name, role in ROLES.items():
        store.staff.add(name, role, kept, "2026-01-01")
    store.close()
    office.run()
    return office.folder


@pytest.fixture
def office(tmp_path: Path, furnished: Path, post: DemoServers) -> Office:
    """A copy of it."""
    folder = tmp_path / "office"
    office = Office(folder, port=post.smtp_port)
    shutil.rmtree(folder)
    shutil.copytree(furnished, folder)
    office.configure("queue")
    office.sent = 100
    return office


@pytest.fixture
def pages(office: Office) -> Iterator[Pages]:
    """Its console."""
    with opened(office) as found:
        yield found


@pytest.fixture(scope="module")
def chromium(furnished: Path) -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; nothing is fetched.

    While it is open, an event loop runs in this thread: what needs one of its own is done in another thread.
    """
    assert furnished.is_dir()
    need("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()
