"""A company for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from path.company import Company, copy_of
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


@pytest.fixture
def company(tmp_path: Path, sample: Path, dovecot: Dovecot, postfix: Postfix) -> Company:
    """A company in mode live, on SQLite."""
    copy_of(sample, tmp_path)
    return Company(tmp_path, dovecot, postfix, dovecot.fresh())


@pytest.fixture(params=["sqlite", "postgres"])
def any_company(request: pytest.FixtureRequest, company: Company) -> Company:
    """The company, once with its store on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        context = server.database()
        company.configure(store={"url": context.__enter__()})
        request.addfinalizer(lambda: context.__exit__(None, None, None))
    return company
