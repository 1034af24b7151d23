"""The command line: a thin skin over steps and actions. Exit codes: 0 done, 1 to mend, 2 wrong usage, 75 try later."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from mailbot import __version__
from mailbot.cli import frame

PARTS: Mapping[str, str] = {
    "running": "check run console",
    "demo": "demo",
    "reading": "read",
    "evaluating": "evaluate",
    "looking": "queue show raw",
    "releasing": "approve edit resolve password",
    "deciding": "refuse inform withdraw dismiss merge note reclassify verify attribute register strike look",
    "clock": "extend doubt",
    "papers": "print posted receipt heirs bequeath directive undo",
    "registers": "directives journal backup staff",
    "suppressing": "suppressions",
    "mapping": "map",
    "proving": "evidence",
    "keeping": "lift retention replay",
    "caring": "prove answer amend assign examples",
    "figures": "stats health",
}
"""Module -> its commands, in the order in which `--help` tells them."""


def _version(wanted: bool) -> None:  # noqa: FBT001 -- the signature that typer calls
    if wanted:
        typer.echo(f"mailbot {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")]


def options(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="config.toml; else ./config.toml, $MAILBOT_CONFIG, /etc/mailbot/config.toml."
        ),
    ] = None,
    version: Version = False,  # noqa: ARG001, FBT002
) -> None:
    """Options that stand before the command."""
    frame.chosen["config"] = config


def program(command: str | None = None) -> typer.Typer:
    """The whole command line; with a `command` of it only the part that has it: the others need not be loaded."""
    app = typer.Typer(
        name="mailbot",
        help="Answers the data-protection requests that reach a company by mail.\n\nBegin with `mailbot check`, then"
        " `mailbot run --once` and `mailbot queue`. `mailbot demo` shows it all on sample mails.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    wanted = [part for part, commands in PARTS.items() if command in commands.split()]
    for part in wanted or PARTS:
        import_module(f"mailbot.cli.{part}").add(app)
    return app


def command_of(arguments: Sequence[str]) -> str | None:
    """The command that the arguments name, None if they begin otherwise than with --config FILE and a command."""
    words = list(arguments)
    if words[:1] in (["--config"], ["-c"]):
        del words[:2]
    elif words and words[0].startswith("--config="):
        del words[0]
    return words[0] if words else None


def main() -> None:
    """The `mailbot` command. Output is UTF-8 everywhere; the name of a file that is no text is told by its bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    program(command_of(sys.argv[1:]))()
