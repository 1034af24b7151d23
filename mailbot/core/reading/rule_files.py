"""One file of the rules, read and checked: its tables, keys, types and names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from mailbot.core.values import Kind, Problem

KINDS = frozenset(kind.value for kind in Kind)
SIGNALS = frozenset({"withdrawal", "reminder", "consent", "denial", "see_attachment"})
_OTHERS = frozenset({"words", "guards", "consent", "quoting", "fields", "values", "weights"})
_KEYS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "rule": {
        "id": str,
        "weight": (int, float),
        "any": list,
        "unless": list,
        "where": str,
        "negatable": bool,
        "note": str,
    },
    "guard": {
        "id": str,
        "weight": (int, float),
        "any": list,
        "unless": list,
        "where": str,
        "against": list,
        "scope": str,
        "note": str,
    },
    "signal": {"id": str, "name": str, "negatable": bool, "any": list, "unless": list, "where": str, "note": str},
    "field": {"id": str, "name": str, "any": list, "unless": list, "where": str, "note": str},
}
_NEEDED = {
    "rule": {"id", "weight", "any"},
    "guard": {"id", "any"},
    "signal": {"id", "name", "any"},
    "field": {"id", "name", "any"},
}
_ALLOWED: Mapping[str, frozenset[str]] = {
    "where": frozenset({"subject", "text", "both"}),
    "scope": frozenset({"sentence", "mail"}),
}


@dataclass(slots=True)
class RuleFile:
    """A file of rules: its path, language and stem (“access”, “words”), its text and its data."""

    path: str
    language: str
    stem: str
    text: str
    data: Mapping[str, Any]

    def problem(self, key: str, what: str, near: str = "") -> Problem:
        """A problem with its line, found by the text `near`."""
        line = next((n for n, row in enumerate(self.text.splitlines(), 1) if near and near in row), 1)
        return Problem(f"{self.path}, line {line}, {key}", what)


def parse(path: str, text: str, problems: list[Problem]) -> RuleFile | None:
    """The file at `path`, or None where it is no file of rules or cannot be read: then `problems` says why."""
    pure = PurePosixPath(path)
    if pure.suffix != ".toml" or len(pure.parts) < 2 or pure.parent.name in {"rules", ""}:  # noqa: PLR2004
        return None
    if pure.stem not in KINDS | _OTHERS:
        problems.append(Problem(path, f"is no known file; allowed are {', '.join(sorted(KINDS | _OTHERS))}"))
        return None
    try:
        return RuleFile(path, pure.parent.name, pure.stem, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(path, f"is not TOML: {error}"))
        return None


def table_of(file: RuleFile) -> str:
    """The name of the tables that a file of this stem holds (“rule”), or nothing."""
    if file.stem in KINDS:
        return "rule"
    return {"guards": "guard", "consent": "signal", "fields": "field"}.get(file.stem, "")


def shape_problems(file: RuleFile) -> Iterable[Problem]:
    """What is unknown, missing or of a wrong type in a file."""
    table = table_of(file)
    for key, value in file.data.items():
        if (file.stem == "quoting" and isinstance(value, list)) or (file.stem == "weights" and key == "weights"):
            continue
        if key not in {"words", table} or not key:
            yield file.problem(key, f"unknown; allowed here: words{', ' + table if table else ''}", key)
        elif key == "words":
            yield from (
                file.problem(f"words.{name}", "must be words and phrases between commas, as text", name)
                for name, entries in value.items()
                if not isinstance(entries, str)
            )
        else:
            yield from (problem for entry in value for problem in _entry_problems(file, table, entry))


def _entry_problems(file: RuleFile, table: str, entry: Mapping[str, Any]) -> Iterable[Problem]:
    name = str(entry.get("id", "without id"))
    near = f'"{name}"'
    allowed = _KEYS[table]
    for key in sorted(_NEEDED[table] - set(entry)):
        yield file.problem(f"{table} {name}", f"needs {key}", near)
    for key, value in entry.items():
        if key not in allowed:
            yield file.problem(f"{table} {name}, {key}", f"unknown key; allowed: {', '.join(sorted(allowed))}", near)
        elif not isinstance(value, allowed[key]):
            yield file.problem(f"{table} {name}, {key}", f"wrong type {type(value).__name__}", near)
        elif key in _ALLOWED and value not in _ALLOWED[key]:
            yield file.problem(f"{table} {name}, {key}", f"allowed: {', '.join(sorted(_ALLOWED[key]))}", near)
    if table == "signal" and entry.get("name") not in SIGNALS:
        yield file.problem(f"signal {name}, name", f"allowed: {', '.join(sorted(SIGNALS))}", near)
    for kind in entry.get("against", ()):
        if kind not in KINDS:
            yield file.problem(
                f"guard {name}, against", f"“{kind}” is no kind; allowed: {', '.join(sorted(KINDS))}", near
            )
