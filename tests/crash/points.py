"""The fail points and what should have one, both found in the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "mailbot"
ROOMS = ("store", "clients", "mail", "steps", "app.py", "daemon.py")
"""Where the path goes out of the process; all of it is looked through."""

FILES = {"hardlink_to", "link", "mkdir", "open", "read_bytes", "read_text", "rename", "replace", "rmdir", "unlink"}
FILES |= {"add_folder", "fdopen", "iterdir", "stat", "touch", "write_bytes", "write_text"}
COMMITS = {"atomic", "commit"}
NETWORK = {"IMAPClient", "execute_command", "read_response", "urlopen"}
TALKERS = ("client", "protocol", "maildir")
"""Every method of what bears such a name talks with a server, or with a disk …"""
SILENT = {"has_capability", "is_connected", "socket", "shutdown", "close", "abort", "is_closing"}
"""… save these, which ask or end what is here."""
AMBIGUOUS = {"replace", "link", "open"}
"""Names that other things have too: they count as file operations only of what is called path, file or os."""

ELSEWHERE = {
    "store/store.py": {"backup", "forget_log"},  # commands of staff, not of the path
    "clients/fit.py": {"_error_of"},
    "clients/connect.py": {"_sqlite"},
    "store/database.py": {"transaction", "_made"},  # the first names its points by hand, after its caller
    "store/connect.py": {"commit", "rollback"},  # only words the errors of one
    "mail/oauth.py": {"_ask"},
}


@dataclass(slots=True)
class Found:
    """What one file does outside the process."""

    points: set[str] = field(default_factory=set)
    bare: dict[str, set[str]] = field(default_factory=dict)  # function -> operations in it without a point
    called_bare: set[str] = field(default_factory=set)  # functions of the file that are called without a point
    commits: set[str] = field(default_factory=set)  # functions that open a transaction of the store

    def uncovered(self) -> set[str]:
        """`function: operation` for each that no point stands around, here or at all the calls of the function."""
        return {
            f"{function}: {what}"
            for function, found in self.bare.items()
            for what in found
            if not function.startswith("_") or function in self.called_bare
        }


def files() -> Iterator[Path]:
    """The files of the rooms."""
    for room in ROOMS:
        yield from sorted((PACKAGE / room).glob("*.py")) if (PACKAGE / room).is_dir() else [PACKAGE / room]


def look(source: str) -> Found:
    """What a file does outside the process."""
    found = Found()
    _walk(ast.parse(source), "", "", found)
    return found


def _walk(node: ast.AST, function: str, points: str, found: Found) -> None:
    """Go through `node`, which stands in `function` and, if it is not empty, inside the points named `points`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function, points = node.name, ""
    if isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            _walk(item, function, points, found)
            points = _named(item.context_expr, found) or points
        for statement in node.body:
            _walk(statement, function, points, found)
        return
    if isinstance(node, ast.Call):
        _look_at(node, function, points, found)
    for child in ast.iter_child_nodes(node):
        _walk(child, function, points, found)


def _named(expression: ast.expr, found: Found) -> str:
    """The name given to around(), if that is what stands there."""
    if not (isinstance(expression, ast.Call) and ast.unparse(expression.func) == "around"):
        return ""
    [name] = expression.args
    assert isinstance(name, ast.Constant), "a point has a fixed name"
    found.points.add(str(name.value))
    return str(name.value)


def _look_at(call: ast.Call, function: str, points: str, found: Found) -> None:
    whole = ast.unparse(call.func)
    owner, _, name = whole.rpartition(".")
    if name in {"transaction", "claim"} and owner.endswith("store"):
        found.commits.add(function)
    if points:
        return
    if owner in {"", "self", "link", "cls"}:
        found.called_bare.add(name)
    talks = owner.rpartition(".")[2].lstrip("_").lower() in TALKERS and name not in SILENT
    other = name in AMBIGUOUS and not any(word in owner.lower() for word in ("path", "file", "os"))
    if talks or name in NETWORK | COMMITS or (name in FILES and not other):
        found.bare.setdefault(function, set()).add(whole)


def commits(file: Path, found: Found) -> set[str]:
    """The names of the commits of a file: commit.<module>.<function>."""
    module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    return {f"commit.{module}.{function}" for function in found.commits}


def all_points() -> set[str]:
    """Every point that the code has, each with its two sides."""
    names: set[str] = set()
    for file in files():
        found = look(file.read_text())
        names |= found.points | commits(file, found)
    return {f"{name}:{side}" for name in names for side in ("before", "after")}
