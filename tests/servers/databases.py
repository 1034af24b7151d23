"""Throw-away PostgreSQL and MariaDB on loopback, without passwords and without fsync."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.process import HOST, Server, free_port


class DatabaseServer(Server):
    """A server on which each test gets a database of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self._numbers = itertools.count(1)
        if self.runs_as is not None:
            shutil.chown(self.folder, self.runs_as, self.runs_as)

    def sql(self, statement: str) -> None:
        """Run one statement as administrator; raises CalledProcessError if the server refuses it."""
        raise NotImplementedError

    def url(self, database: str) -> str:
        """The URL of `database`, as peewee reads it."""
        raise NotImplementedError

    def run(self, *command: str) -> None:
        """Run a program under the server's account; raises CalledProcessError if it fails."""
        who = self.runs_as
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, user=who, group=who)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, dropped at the end."""
        name = f"mailbot_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        yield self.url(name)
        self.sql(self.drop.format(name=name))

    drop = "DROP DATABASE {name}"


def postgres_programs() -> Path:
    """Debian's folder of the newest PostgreSQL installed, which is not on the PATH; need() says if there is none."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/0/bin"))


class Postgres(DatabaseServer):
    """PostgreSQL, user postgres."""

    name = "postgres"
    account = "postgres"
    stop_signal = signal.SIGQUIT  # its immediate stop
    drop = "DROP DATABASE {name} WITH (FORCE)"  # a test may have left a pool open

    def prepare(self) -> None:
        """Make the cluster, once."""
        if (self.folder / "data").exists():
            return
        self.run(
            *(f"{postgres_programs()}/initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )

    def command(self) -> list[str]:
        """The server on its port, durable against nothing."""
        settings = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        settings += ["shared_buffers=16MB", "max_connections=100"]
        options = [part for setting in settings for part in ("-c", setting)]
        program = str(postgres_programs() / "postgres")
        return [program, "-D", f"{self.folder}/data", "-p", str(self.port), "-k", str(self.folder), *options]

    def answers(self) -> bool:
        """Whether it takes connections."""
        ready = [f"{postgres_programs()}/pg_isready", "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def sql(self, statement: str) -> None:
        """Run one statement in the database postgres."""
        self.run(f"{postgres_programs()}/psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url("postgres"))

    def url(self, database: str) -> str:
        """The URL of `database`: postgresql://…, user postgres."""
        return f"postgresql://postgres@{HOST}:{self.port}/{database}"


class MariaDB(DatabaseServer):
    """MariaDB, user root."""

    name = "mariadb"
    account = "mysql"

    def prepare(self) -> None:
        """Make the data folder, once."""
        data = self.folder / "data"
        if data.exists():
            return
        self.run(
            *("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"),
            *("--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"),
            "--innodb-flush-log-at-trx-commit=0",
        )

    def command(self) -> list[str]:
        """The server on its port, durable against nothing."""
        return [
            *("mariadbd", "--no-defaults", f"--datadir={self.folder}/data", f"--socket={self.folder}/my.sock"),
            *(f"--port={self.port}", f"--bind-address={HOST}", f"--pid-file={self.folder}/pid", "--skip-name-resolve"),
            *("--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", "--innodb-flush-log-at-trx-commit=0"),
            *("--innodb-flush-method=nosync", "--innodb-fast-shutdown=2", "--performance-schema=OFF"),
            *("--skip-log-bin", "--character-set-server=utf8mb4"),
        ]

    def answers(self) -> bool:
        """Whether it takes connections."""
        ping = ["mariadb-admin", "--no-defaults", f"--socket={self.folder}/my.sock", "-uroot", "ping"]
        return b"alive" in subprocess.run(ping, check=False, capture_output=True).stdout

    def sql(self, statement: str) -> None:
        """Run one statement."""
        self.run("mariadb", "--no-defaults", f"--socket={self.folder}/my.sock", "-uroot", "-e", statement)

    def url(self, database: str) -> str:
        """The URL of `database`: mysql://…, user root."""
        return f"mysql://root@{HOST}:{self.port}/{database}"
