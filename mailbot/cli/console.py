"""The staff's pages, alone or beside the daemon: loaded only where they are shown, with the web server below them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from mailbot.app import open_console
from mailbot.cli.frame import configuration, fail, opened, say
from mailbot.config import Config
from mailbot.console.desk import ConsoleSettings
from mailbot.console.server import CannotListen, Unsafe, address, serve
from mailbot.log import Log
from mailbot.steps.house import House

_log = Log()


def alone() -> None:
    """The pages until a signal; Unsafe and CannotListen end as one line."""
    with opened() as house:
        try:
            asyncio.run(_alone(configuration(), house))
        except (Unsafe, CannotListen) as fault:
            fail(str(fault))


async def _alone(config: Config, house: House) -> None:
    stopping, standing = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    console = open_console(config, house)
    listening = asyncio.create_task(serve(console, stopping, standing))
    told = asyncio.create_task(_tell(console.desk.settings, standing))
    try:
        await listening
    finally:
        told.cancel()


async def _tell(settings: ConsoleSettings, standing: asyncio.Event) -> None:
    await standing.wait()
    say(f"the console stands at {address(settings)}; Ctrl-C ends it")


def beside(config: Config, house: House) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The console as the daemon runs it: where it cannot listen that is said, and mails go on. Raises Unusable."""
    console = open_console(config, house)

    async def show(stopping: asyncio.Event) -> None:
        try:
            await serve(console, stopping)
        except (Unsafe, CannotListen) as fault:
            _log.warning("no console", why=str(fault))

    return show
