"""check, run: does it fit together, and go."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mailbot import calendars, log, memory
from mailbot import config as configuration
from mailbot.app import make_key, open_readers, open_sender, open_source
from mailbot.checking import check_parts
from mailbot.cli.frame import LATER, Json, command, config_path, fail, opened, print_json, say
from mailbot.config import Config
from mailbot.console.desk import check_pages
from mailbot.content import Content
from mailbot.core import deadline
from mailbot.core.values import Problem
from mailbot.daemon import Daemon, run_once
from mailbot.interfaces import MailSender, MailSource
from mailbot.knowledge import read_knowledge, read_map, read_wording
from mailbot.sight import Unusable
from mailbot.steps.house import House


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(check)
    app.command()(run)
    app.command()(console)


@command
def check(
    init: Annotated[bool, typer.Option("--init", help="Make the key file first, if there is none.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say all that is wrong with configuration, rules, templates, data map, mailbox, SMTP and databases."""
    path = config_path()
    config, problems = configuration.check(path)
    found = [*problems, *_check_content(config)]
    if config is not None:
        found += open_readers(config).problems()
        parts = asyncio.run(check_parts(config))
        found += parts
        _first_key(config.keys.file, parts, make=init)
    if as_json:
        print_json({"ok": not found, "problems": [{"where": p.where, "what": p.what} for p in found]})
    elif found:
        fail(*map(str, found))
    else:
        say(f"{path}: all is well (mode {config.policy.mode})" if config else "")
    if found:
        raise typer.Exit(1)


def _first_key(file: Path, problems: Sequence[Problem], *, make: bool) -> None:
    """Make the key file, or say when it will be made; a lost one is a problem, and never made anew."""
    if file.exists() or any(problem.where.endswith("[keys] file") for problem in problems):
        return
    if make:
        make_key(file)
        typer.echo(f"made {file}: keep a copy apart; tokens, lists and seals hang on it", err=True)
    else:
        typer.echo(f"{file} does not exist yet: the first run makes it, or `mailbot check --init`", err=True)


def _check_content(config: Config | None) -> list[Problem]:
    """All that is wrong with rules, texts and data map."""
    content = Content(config.content.overlay if config else None)
    found: list[Problem] = []
    try:
        read_knowledge(content)
    except Unusable as fault:
        found += fault.problems
    found += read_wording(content).check()
    found += check_pages(content.read, content.paths("templates/console", ".html"))
    try:
        if config is not None:
            read_map(config, content)
    except Unusable as fault:
        found += fault.problems
    return found


@command
def run(
    once: Annotated[bool, typer.Option("--once", help="Do all that can be done now, then end.")] = False,  # noqa: FBT002
) -> None:
    """Run the daemon: read the mailbox, prepare answers, send what was released."""
    memory.give_back()
    log.to_standard_error()
    config = configuration.load(config_path())
    readers = open_readers(config)
    if not once:
        deadline.look_up_with(calendars.asked)
        readers.start()  # they load what they need while the rest is looked at here
    if found := [*config.lacks(), *_check_content(config), *readers.problems()]:
        readers.close()
        fail(*map(str, found))
    with opened(readers) as house, house.store.only_runner():
        source, sender = open_source(config), open_sender(config)
        if not once:
            asyncio.run(Daemon(house, source, sender, config.mailbox.idle, _pages(config, house)).run())
            return
        complete = asyncio.run(_once(house, source, sender))
    if not complete:
        fail("something was away (see the lines above); all that was received is kept, try again later", code=LATER)


def _pages(config: Config, house: House) -> Callable[[asyncio.Event], Awaitable[None]] | None:
    """The staff's pages beside the daemon, where [console] enabled says so."""
    if not config.console.enabled:
        return None
    from mailbot.cli.console import beside  # noqa: PLC0415 -- a web server, for the daemon only

    return beside(config, house)


@command
def console() -> None:
    """Show the staff's pages in a browser (`mailbot run` shows them too). Ends with Ctrl-C.

    Accounts with a password log in: `mailbot staff add NAME --password-stdin`.
    """
    from mailbot.cli.console import alone  # noqa: PLC0415 -- as above

    log.to_standard_error()
    alone()


async def _once(house: House, source: MailSource, sender: MailSender) -> bool:
    """One whole pass, with a line that tells how far it is."""
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415 -- not for the daemon

    counts: dict[str, int] = {}
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        task = bar.add_task("starting")

        def told(step: str, count: int) -> None:
            counts[step] = counts.get(step, 0) + count
            bar.update(task, description=", ".join(f"{number} {name}" for name, number in counts.items()))

        try:
            return await run_once(house, source, sender, told)
        finally:
            await sender.close()
            source.close()
            typer.echo(
                ", ".join(f"{counts.get(name, 0)} {name}" for name in ("received", "read", "prepared", "sent")),
                err=True,
            )
