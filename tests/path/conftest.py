"""A company for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from path.company import Company
from servers.databases import Postgres
from servers.dovecot import Dovecot
from servers.postfix import Postfix

from mailbot.demo.database import build


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample client database: every person of mailbot.demo.persons, and a few more."""
    path = tmp_path_factory.mktemp("sample") / "clients.db"
    build(f"sqlite:///{path}", companies=20, contacts=30)
    return path


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, sample: Path, dovecot: Dovecot, postfix: Postfix) -> Path:
    """The folder of a company that has hired anna and done nothing else yet."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(sample, folder)
    Company(folder, dovecot, postfix, dovecot.fresh()).hires()
    return folder


@pytest.fixture
def company(tmp_path: Path, sample: Path, office: Path, dovecot: Dovecot, postfix: Postfix) -> Company:
    """A company in mode live, on SQLite."""
    shutil.copy(sample, tmp_path)
    return Company(tmp_path, dovecot, postfix, dovecot.fresh(), office)


@pytest.fixture(params=["sqlite", "postgres"])
def any_company(request: pytest.FixtureRequest, company: Company) -> Iterator[Company]:
    """The company, once with its store on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield company
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        company.configure(store={"url": url})
        yield company
