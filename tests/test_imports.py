"""Who may import whom: what keeps the core pure and the edges apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mailbot"
SHELL = {
    "interfaces",
    "config",
    "content",
    "store",
    "documents",
    "mail",
    "clients",
    "steps",
    "actions",
    "daemon",
    "once",
    "log",
}
MAY_IMPORT = {
    "core": set[str](),
    "interfaces": {"core"},
    "config": {"core"},
    "content": {"core"},
    "failpoint": set[str](),
    "store": {"core", "failpoint"},
    "beside": set[str](),
    "calendars": {"core"},
    "log": set[str](),
    "sight": {"core", "interfaces", "content"},
    "settings": {"core", "config", "sight", "steps"},
    "memory": set[str](),
    "reader": {"core", "beside", "sight", "memory"},
    "readers": {"core", "interfaces", "beside", "sight"},
    "documents": {"core", "beside"},
    "notify": set[str](),
    "mail": {"core", "interfaces", "failpoint"},
    "clients": {"core", "interfaces", "failpoint"},
    "steps": {"log", "core", "interfaces", "store", "documents", "readers"},
    "actions": {"core", "interfaces", "store", "documents", "steps"},
    "once": {"core", "interfaces", "steps"},
    "daemon": {"core", "interfaces", "steps", "notify", "once"},
    "console": {"log", "core", "interfaces", "store", "steps", "actions"},
    "knowledge": {"core", "config", "content", "documents", "sight"},
    "app": {"readers", "settings", "sight", "core", "notify", "console", "knowledge", "failpoint"} | SHELL,
    "checking": {"core", "app", "knowledge", "sight"} | SHELL,
    "demo": {"core", "notify", "console", "app"} | SHELL,
    "cli": {
        "core",
        "notify",
        "calendars",
        "memory",
        "console",
        "app",
        "knowledge",
        "sight",
        "readers",
        "checking",
        "demo",
    }
    | SHELL,
    "drivers": {"config"},
    "__main__": {"cli", "drivers"},
    "__init__": set[str](),
}
"""Part of mailbot -> the other parts that it may import. A part that is not here belongs here first."""

IMPURE = {
    *("aiosmtplib", "asyncio", "concurrent", "ftplib", "glob", "http", "imapclient", "imaplib", "logging", "mmap"),
    *("multiprocessing", "os", "pathlib", "peewee", "playhouse", "poplib", "psycopg", "pymysql", "random", "requests"),
    *(
        "rich",
        "secrets",
        "select",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlite3",
        "ssl",
        "structlog",
        "subprocess",
    ),
    *("sys", "tempfile", "threading", "time", "typer", "urllib.request", "uuid", "zoneinfo"),
}
"""What reads a disk, a network, a clock, an environment or dice, or writes a log."""
PURE_ALL_THE_SAME = {"pathlib.PurePath", "pathlib.PurePosixPath"}
IMPURE_CALLS = {"open", "print", "input", "now", "utcnow", "today"}

FILES = sorted(PACKAGE.rglob("*.py"))


def part(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a file imports when it runs; what only type checkers read does not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports out"
            yield from (f"{node.module}.{name.name}" for name in node.names)
        yield from imports(node)


def strangers(source: str, own: str) -> set[str]:
    """The parts of mailbot that a file of the part `own` imports and may not."""
    parts = {name.split(".")[1] for name in imports(ast.parse(source)) if name.startswith("mailbot.")}
    return parts - MAY_IMPORT[own] - {own, "__version__"}


def impurities(source: str) -> set[str]:
    """What a file does that values in, values out cannot need."""
    tree = ast.parse(source)
    modules = {name for name in imports(tree) if any(f"{name}.".startswith(f"{impure}.") for impure in IMPURE)}
    calls = {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return (modules - PURE_ALL_THE_SAME) | (calls & IMPURE_CALLS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_imports_only_the_parts_below_it(file: Path) -> None:
    assert part(file) in MAY_IMPORT, "a new part: say above what it may import"
    assert strangers(file.read_text(), part(file)) == set()


@pytest.mark.parametrize("file", [file for file in FILES if part(file) == "core"], ids=lambda file: file.name)
def test_the_core_touches_nothing_outside(file: Path) -> None:
    assert impurities(file.read_text()) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_file_has_a_name_that_says_nothing(file: Path) -> None:
    assert file.stem not in {"utils", "helpers", "models", "services", "manager"}


def test_the_check_sees_an_import_wherever_it_stands() -> None:
    source = (
        "def f():\n    from mailbot import store\n    import mailbot.mail.imap\n    from mailbot.core import values\n"
    )
    assert strangers(source, "clients") == {"store", "mail"}


def test_the_check_sees_what_is_not_pure() -> None:
    source = "import os.path\nfrom urllib import request\nimport urllib.parse\nx = datetime.now()\nopen('x')\n"
    assert impurities(source) == {"os.path", "urllib.request", "now", "open"}
