"""The commands that users script against, and what `check` does about a part that never answers."""

from __future__ import annotations

import asyncio
import socket
from importlib import import_module

import pytest
import typer
from cli.office import Office
from typer.testing import CliRunner

from mailbot.checking import check_parts
from mailbot.cli import PARTS, command_of, program
from mailbot.config import load

COMMANDS = (
    *("check", "run", "read", "evaluate", "queue", "show", "raw", "approve", "edit", "strike", "refuse"),
    *(
        "extend",
        "lift",
        "inform",
        "reclassify",
        "verify",
        "attribute",
        "withdraw",
        "dismiss",
        "note",
        "merge",
        "resolve",
        "register",
        "directives",
    ),
    *("suppressions", "suppressions add", "suppressions remove", "suppressions filter", "map check", "journal"),
    *("stats", "health", "staff add", "staff remove", "staff list", "backup", "retention", "replay"),
)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_loaded_for_just_its_commands(part: str) -> None:
    app = typer.Typer()
    import_module(f"mailbot.cli.{part}").add(app)
    commands = [one.name or (one.callback.__name__ if one.callback else "") for one in app.registered_commands]
    assert [*commands, *(group.name for group in app.registered_groups)] == PARTS[part].split()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("-c x run --once", "run"),
        ("--config=x stats", "stats"),
        ("--version", "--version"),
        ("", None),
        ("map -h", "map"),
    ],
)
def test_the_command_is_known_before_anything_is_loaded(words: str, command: str | None) -> None:
    assert command_of(words.split()) == command


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_contract_explains_itself(command: str) -> None:
    result = CliRunner().invoke(program(), [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert len(result.stdout.split("Usage:")[1].splitlines()[2].strip()) > 30, "the first line says what it is for"


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in {"run", "raw", "suppressions filter"}])
def test_what_prints_also_prints_json(command: str) -> None:
    result = CliRunner().invoke(program(), [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert "--json" in result.stdout


@pytest.mark.parametrize("words", [["nonsense"], ["show"], ["queue", "--nonsense"], ["refuse", "x", "--ask", "tea"]])
def test_wrong_usage_is_exit_code_2(words: list[str]) -> None:
    assert CliRunner().invoke(program(), words).exit_code == 2


def test_a_server_that_never_answers_holds_nobody_up(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        text = (office.folder / "config.toml").read_text(encoding="utf-8")
        port = silent.getsockname()[1]
        imap = f'host = "127.0.0.1"\nport = {port}\ntls = "none"\nuser = "direction"\npassword_file = "password"'
        text = text.replace(f'host = "maildir:{office.folder}/box"', imap)
        (office.folder / "config.toml").write_text(text, encoding="utf-8")
        problems = asyncio.run(check_parts(load(office.folder / "config.toml"), limit=0.5))
    assert [problem.where.partition(" ")[2] for problem in problems] == ["[mailbox]"]
    assert "no answer within 0.5 seconds" in problems[0].what
