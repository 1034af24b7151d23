"""A mailbot on SQLite loads no driver of another database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from mailbot.drivers import leave_out_unneeded
print(*leave_out_unneeded(sys.argv[1:]))
import mailbot.store.store, mailbot.clients.directory
print(*[name for name in ("psycopg", "pymysql", "cryptography") if sys.modules.get(name)])
"""


@pytest.mark.parametrize(
    ("config", "arguments", "left_out", "loaded"),
    [
        ('url = "sqlite:///mailbot.db"', (), "psycopg pymysql", ""),
        ('url = "postgresql://localhost/x"', (), "pymysql", "psycopg"),
        ('url = "mysql://localhost/x"', (), "psycopg", "pymysql cryptography"),
        ('url = "sqlite:///x"', ("map", "draft", "postgresql://localhost/x"), "pymysql", "psycopg"),
    ],
)
def test_only_the_drivers_that_are_spoken_of_are_loaded(
    tmp_path: Path, config: str, arguments: tuple[str, ...], left_out: str, loaded: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--config", str(file), *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [left_out, loaded]
