"""The command line: a thin skin over steps and actions. Exit codes: 0 done, 1 to mend, 2 wrong usage, 75 try later."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from mailbot import __version__
from mailbot.cli import (
    caring,
    clock,
    deciding,
    demo,
    evaluating,
    figures,
    frame,
    keeping,
    mapping,
    papers,
    proving,
    reading,
    registers,
    releasing,
    running,
    suppressing,
)

app = typer.Typer(
    name="mailbot",
    help="Answers the data-protection requests that reach a company by mail.\n\nBegin with `mailbot check`, then"
    " `mailbot run --once` and `mailbot queue`. `mailbot demo` shows it all on sample mails.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 -- the signature that typer calls
    if wanted:
        typer.echo(f"mailbot {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")]


@app.callback()
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


PARTS = (
    *(running, demo, reading, evaluating, releasing, deciding, clock, papers, registers, suppressing, mapping),
    *(proving, keeping, caring, figures),
)
for part in PARTS:
    part.add(app)


def main() -> None:
    """The `mailbot` command. Output is UTF-8 everywhere; the name of a file that is no text is told by its bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
