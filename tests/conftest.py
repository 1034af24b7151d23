"""Real servers as fixtures, started once a run, on first use. See servers/README.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.databases import MariaDB, Postgres, postgres_programs
from servers.dovecot import Dovecot, Mailbox
from servers.postfix import Postfix, need_root
from servers.process import need


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Dovecot: any address is an account."""
    need("dovecot", "openssl", "/usr/lib/dovecot/lmtp")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Postfix before that Dovecot: any address is delivered."""
    need("postfix", "openssl")
    need_root()
    with Postfix(dovecot) as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty account that no other test uses, such as direction.7@astrallys.com."""
    return dovecot.fresh()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server."""
    need(*(str(postgres_programs() / program) for program in ("initdb", "postgres", "psql", "pg_isready")))
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped after the test."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """The MariaDB server."""
    need("mariadbd", "mariadb-install-db", "mariadb-admin", "mariadb")
    with MariaDB() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """The URL of a new, empty MariaDB database, dropped after the test."""
    with mariadb.database() as url:
        yield url


@pytest.fixture
def anyio_backend() -> str:
    """Tests of async code run on asyncio."""
    return "asyncio"
