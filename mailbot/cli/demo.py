"""demo: everything at work on this machine alone, with sample mails and a sample client database."""

from __future__ import annotations

import asyncio
import getpass
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mailbot import log
from mailbot.actions.passwords import hashed
from mailbot.actions.telling import told
from mailbot.app import open_house, open_sender, open_source
from mailbot.cli.frame import cell, command, say
from mailbot.core.moments import iso
from mailbot.daemon import Daemon, now, run_once
from mailbot.demo.world import CONSOLE_PASSWORD, DemoWorld, what_clients_got
from mailbot.steps.house import House


def add(app: typer.Typer) -> None:
    """Hang this command on the program."""
    app.command("demo")(demo)


@command
def demo(
    once: Annotated[bool, typer.Option("--once", help="Handle the sample mails, one line each, then end.")] = False,  # noqa: FBT002
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Keep the databases here; else they go at the end.")
    ] = None,
) -> None:
    """Show mailbot at work: mail servers on loopback, a sample client database and sample mails of all kinds."""
    log.to_standard_error()
    with DemoWorld(folder) as world:
        house = open_house(world.config, date.today())  # noqa: DTZ011 -- the day here, for the first start only
        try:
            _hire(house)
            asyncio.run(_pass(world, house))
            _tell(house)
            if not once:
                _invite(world)
                asyncio.run(_stay(world, house))
        finally:
            house.clients.close()
            house.store.close()


def _hire(house: House) -> None:
    """Accounts for whoever started the demo and for a data protection officer, both with the demo's password."""
    for name, role in ((getpass.getuser(), "approver"), ("dpo", "dpo")):
        house.store.staff.add(name, role, hashed(CONSOLE_PASSWORD), iso(now()))


async def _pass(world: DemoWorld, house: House) -> None:
    """All sample mails, once through."""
    source, sender = open_source(world.config), open_sender(world.config)
    try:
        await run_once(house, source, sender, lambda _step, _count: None)
    finally:
        await sender.close()
        source.close()


def _tell(house: House) -> None:
    """One plain line a mail: subject, read as, who asks, what was done or waits, until when."""
    for message in house.store.messages.all():
        line = told(house, message)
        subject = (message.subject or "(no subject)")[:44]
        say(" | ".join(cell(part) for part in (subject, line.read_as, line.who, line.what, line.until)))


def _invite(world: DemoWorld) -> None:
    """Where to look, and what to type in another terminal."""
    program = sys.argv[0] if sys.argv[0].endswith("mailbot") else "mailbot"
    config = f"{program} --config {world.folder / 'config.toml'}"
    own = world.config.console
    say(
        "",
        f"The console stands at http://{own.host}:{own.port}: log in as {getpass.getuser()} (or dpo),"
        f" password {CONSOLE_PASSWORD}",
        "mailbot now watches the demo's mailbox. In another terminal:",
        f"  {config} queue                  what waits for a yes",
        f"  {config} show REF               one request whole",
        f"  {config} approve REF            release it: it leaves within seconds",
        f"  {config} journal                every step, in a chain that proves itself",
        f"  {len(what_clients_got(world))} mails lie in clients' mailboxes: IMAP 127.0.0.1:{world.servers.imap_port},"
        f" SMTP 127.0.0.1:{world.servers.smtp_port}, any address of the samples, password demo",
        "Ctrl-C ends it.",
    )


async def _stay(world: DemoWorld, house: House) -> None:
    """The daemon itself with its console, until Ctrl-C."""
    from mailbot.cli.console import beside  # noqa: PLC0415 -- a web server, for who stays

    source, sender, idle = open_source(world.config), open_sender(world.config), world.config.mailbox.idle
    await Daemon(house, source, sender, idle, beside=beside(world.config, house)).run()
