"""One office a test; the sample client database and the SMTP server are made once. For conftest files to take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.office import CLAIRE, EMMA, STRANGER, Office, copy_clients

from mailbot.demo.database import build
from mailbot.demo.servers import DemoServers

USERS = ("direction@astrallys.com", CLAIRE, EMMA, STRANGER)


@pytest.fixture(scope="session")
def sample_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client database of 16 persons."""
    path = tmp_path_factory.mktemp("clients") / "clients.db"
    build(f"sqlite:///{path}", companies=15, contacts=16)
    return path


@pytest.fixture(scope="session")
def post() -> Iterator[DemoServers]:
    """An SMTP server that delivers to the clients of the tests."""
    with DemoServers(dict.fromkeys(USERS, "demo")) as servers:
        yield servers


Found = Callable[[str], Office]


@pytest.fixture
def found_office(tmp_path: Path, sample_clients: Path, post: DemoServers) -> Found:
    """Found an office in a mode: `found_office("live")`."""

    def found(mode: str) -> Office:
        office = Office(tmp_path, port=post.smtp_port, mode=mode)
        copy_clients(sample_clients, office)
        office.does("staff", "add", "marie")
        return office

    return found


@pytest.fixture
def office(found_office: Found) -> Office:
    """An office in mode "queue" where Marie is staff."""
    return found_office("queue")
