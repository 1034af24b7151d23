"""What breaks between us and the servers, the disk, the databases and the clock, each while one pass works."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import time_machine
from crash.proxy import ACTIONS, IMAP_STATES, SMTP_STATES, Break, Proxy
from crash.stage import FILE_SIZE
from crash.world import World
from servers.dovecot import PASSWORD
from servers.process import HOST, self_signed

from mailbot import config
from mailbot.app import open_house
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail.imap import ImapSettings, ImapSource
from mailbot.mail.smtp import SmtpSender, SmtpSettings
from mailbot.once import run_once
from mailbot.steps.house import House
from mailbot.store.connect import StoreAway

WAIT = 1.0
"""Seconds that we wait for a server here."""
JUMPS = (timedelta(days=-400), timedelta(days=-1), timedelta(hours=1), timedelta(days=2), timedelta(days=6))


@dataclass(slots=True)
class Scene:
    """One scenario under way."""

    world: World
    imap: Proxy
    smtp: Proxy
    source: ImapSettings
    sender: SmtpSettings
    said: list[str] = field(default_factory=list)

    def works(self) -> None:
        """One pass in this process, with connections of its own."""
        house = open_house(config.load(self.world.folder / "config.toml"), datetime.now(UTC).date())
        source, sender = ImapSource(self.source), SmtpSender(self.sender)
        try:
            asyncio.run(_once(house, source, sender))
            with suppress(Away, Misconfigured):
                source.wait(0.05)
        except StoreAway:
            pass  # as `mailbot run --once` ends then: what it had begun is taken up by the next
        finally:
            source.close()
            house.readers.close()
            house.clients.close()
            house.store.close()


async def _once(house: House, source: ImapSource, sender: SmtpSender) -> None:
    try:
        await run_once(house, source, sender, lambda *_: None)
    finally:
        await sender.close()


@contextmanager
def set_up(world: World) -> Iterator[Scene]:
    """A scene of `world`, with a proxy before each of its servers and little patience."""
    with ExitStack() as stack:
        imap = stack.enter_context(Proxy(world.mailbox.port, "imap"))
        smtp = stack.enter_context(Proxy(world.sink.port, "smtp"))
        source = ImapSettings(
            *(HOST, imap.port, world.mailbox.user, PASSWORD, "none"),
            processed="Handled",
            sent_folder="Sent",
            batch=2,
            connect_timeout=WAIT,
            timeout=WAIT,
        )
        sender = SmtpSettings(
            *(HOST, smtp.port, "none"), connections=2, connect_timeout=WAIT, timeout=WAIT, final_timeout=WAIT
        )
        yield Scene(world, imap, smtp, source, sender)


def _network(scene: Scene, chance: random.Random) -> str:
    """A connection breaks at one state of its protocol."""
    proxy, states = chance.choice(((scene.imap, IMAP_STATES), (scene.smtp, SMTP_STATES)))
    one = Break(chance.choice(states), chance.choice(ACTIONS), chance.choice((1, 1, 1, 2, 3)))
    proxy.arm(one)
    scene.works()
    proxy.disarm()
    return str(one)


def _no_smtp(scene: Scene, _: random.Random) -> str:
    """The outgoing server is down, and comes back."""
    scene.world.sink.stop()
    scene.works()
    scene.world.sink.start()
    return "SMTP down"


def _dovecot_restarts(scene: Scene, chance: random.Random) -> str:
    """The mailbox's server is killed under us, and comes back."""
    dovecot = scene.world.dovecot
    worker = threading.Timer(chance.random() / 4, dovecot.stop)
    worker.start()
    scene.works()
    worker.join()
    dovecot.start()
    return "Dovecot killed"


def _renumbered(scene: Scene, chance: random.Random) -> str:
    """The mailbox gets a new UIDVALIDITY, before anything was read or after."""
    when = chance.choice(("before", "after"))
    if when == "after":
        scene.imap.arm(Break("MOVE", "cut"))
        scene.works()
        scene.imap.disarm()
    for file in (scene.world.home() / "Maildir").glob("dovecot*"):
        if file.is_file():
            file.unlink()
    return f"UIDVALIDITY reset {when} the mails were read"


def _no_clients(scene: Scene, _: random.Random) -> str:
    """The client database is away."""
    file = scene.world.folder / "clients.db"
    file.rename(file.with_suffix(".away"))
    scene.works()
    file.with_suffix(".away").rename(file)
    return "client database away"


def _locked(scene: Scene, chance: random.Random) -> str:
    """Somebody holds a database for a moment: the clients', or our own store."""
    name, how = chance.choice((("clients.db", "EXCLUSIVE"), ("store.db", "IMMEDIATE")))
    with closing(sqlite3.connect(scene.world.folder / name, check_same_thread=False)) as other:
        other.execute(f"BEGIN {how}")
        worker = threading.Timer(chance.random() / 2, other.rollback)
        worker.start()
        scene.works()
        worker.join()
    return f"{name} locked"


def _disk_full(scene: Scene, chance: random.Random) -> str:
    """No file of ours can grow over a size: the store is full somewhere on the way."""
    size = chance.randrange(8, 600) * 1024
    code = scene.world.mailbot("run", "--once", **{FILE_SIZE: str(size)})
    if code not in {0, 75} or "Traceback" in scene.world.log():
        scene.said.append(f"ended with {code}: {scene.world.log()[-1500:]}")
    return f"disk full at {size} bytes"


def _refused(scene: Scene, chance: random.Random) -> str:
    """Password or certificate of the mailbox were changed, and are mended."""
    right = scene.source
    what = chance.choice(("password", "user", "certificate"))
    if what == "certificate":
        folder = scene.world.folder / "tls"
        folder.mkdir(exist_ok=True)
        scene.source = replace(right, tls="starttls", ca_file=str(self_signed(folder)))
    else:
        scene.source = replace(right, password="wrong") if what == "password" else replace(right, user="")
    scene.works()
    scene.source = right
    return f"{what} refused"


def _clock(scene: Scene, chance: random.Random) -> str:
    """The clock is wrong for one pass."""
    jump = chance.choice(JUMPS)
    with time_machine.travel(datetime.now(UTC) + jump, tick=True):
        scene.works()
    return f"clock off by {jump}"


FAULTS: dict[Callable[[Scene, random.Random], str], int] = {
    _network: 60,
    _no_smtp: 4,
    _dovecot_restarts: 4,
    _renumbered: 6,
    _no_clients: 4,
    _locked: 4,
    _disk_full: 8,
    _refused: 5,
    _clock: 5,
}
"""What may break, and how often of a hundred times."""
