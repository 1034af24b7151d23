"""Whatever breaks between us and the servers, nothing is lost and no reply leaves twice; then all goes on by itself.

Each scenario starts from the company of the kill matrix, breaks one to three things while it works, in the order that
its seed gives, and compares what came of it with a run in which nothing broke.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from crash.base import build_base
from crash.proxy import ACTIONS, IMAP_STATES, SMTP_STATES, Break, Proxy
from crash.sink import Sink
from crash.stage import FILE_SIZE, Stage
from crash.matrix import Matrix, Setting
from crash.test_kill_matrix import HERE
from crash.world import World
from path.company import Company
from servers.dovecot import PASSWORD
from servers.process import HOST, self_signed

from mailbot import config
from mailbot.app import open_house
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail.imap import ImapSettings, ImapSource
from mailbot.mail.smtp import SmtpSender, SmtpSettings
from mailbot.once import run_once
from mailbot.store.connect import StoreAway

SEED = 500
SETTING = Setting("outages", HERE)
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

    def works(self) -> bool:
        """One pass in this process; whether everything answered. Each has its own connections."""
        house = open_house(config.load(self.world.folder / "config.toml"), datetime.now(UTC).date())
        source, sender = ImapSource(self.source), SmtpSender(self.sender)
        try:
            complete = asyncio.run(_once(house, source, sender))
            with suppress(Away, Misconfigured):
                source.wait(0.05)
        except StoreAway:
            return False
        finally:
            source.close()
            house.clients.close()
            house.store.close()
        return complete


async def _once(house: object, source: ImapSource, sender: SmtpSender) -> bool:
    try:
        return await run_once(house, source, sender, lambda *_: None)  # type: ignore[arg-type]
    finally:
        await sender.close()


# --- what breaks ------------------------------------------------------------------------------------------------------


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


def _clients_locked(scene: Scene, chance: random.Random) -> str:
    """Somebody holds the client database for a moment."""
    with closing(sqlite3.connect(scene.world.folder / "clients.db", check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        worker = threading.Timer(chance.random(), other.rollback)
        worker.start()
        scene.works()
        worker.join()
    return "client database locked"


def _store_locked(scene: Scene, chance: random.Random) -> str:
    """Somebody holds our own store for a moment."""
    with closing(sqlite3.connect(scene.world.folder / "store.db", check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        worker = threading.Timer(chance.random(), other.rollback)
        worker.start()
        scene.works()
        worker.join()
    return "store locked"


def _disk_full(scene: Scene, chance: random.Random) -> str:
    """No file of ours can grow over a size: the store is full somewhere on the way."""
    size = chance.randrange(8, 600) * 1024
    code = scene.world.mailbot("run", "--once", **{FILE_SIZE: str(size)})
    if code not in {0, 75} or "Traceback" in scene.world.log():
        scene.said.append(f"ended with {code}: {scene.world.log()[-1500:]}")
    return f"disk full at {size} bytes"


def _password(scene: Scene, chance: random.Random) -> str:
    """The mailbox's password was changed, and is mended."""
    right = scene.source
    scene.source = replace(right, password="wrong") if chance.random() < 0.5 else replace(right, user="")
    scene.works()
    scene.source = right
    return "password refused"


def _certificate(scene: Scene, _: random.Random) -> str:
    """The server's certificate is not, or no longer, one that we trust."""
    right = scene.source
    folder = scene.world.folder / "tls"
    folder.mkdir(exist_ok=True)
    scene.source = replace(right, tls="starttls", ca_file=str(self_signed(folder)))
    scene.works()
    scene.source = right
    return "certificate refused"


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
    _clients_locked: 2,
    _store_locked: 2,
    _disk_full: 8,
    _password: 3,
    _certificate: 2,
    _clock: 5,
}
"""What may break, and how often of a hundred times."""


# --- the scenarios ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outages:
    """The scenarios, and what they found."""

    matrix: Matrix
    kinds: Counter[str] = field(default_factory=Counter)
    scenarios: int = 0

    def play(self, seed: int) -> None:
        """One scenario: some passes in which something breaks, then the clean ones, then the comparison."""
        chance = random.Random(seed)  # noqa: S311 -- the same scenario each time
        self.scenarios += 1
        with self.matrix.world(SETTING) as world, _scene(world) as scene:
            what = [f"seed {seed}"]
            for fault in chance.choices(list(FAULTS), list(FAULTS.values()), k=chance.randint(1, 3)):
                what.append(fault(scene, chance))
                self.kinds[fault.__name__.strip("_").replace("_", " ")] += 1
            self.matrix.wrong += [f"{what}: {said}" for said in scene.said]
            for _ in range(6):
                world.does("UPDATE reply SET next_try = '2026-01-01T00:00:00+00:00' WHERE status = 'deferred'")
                if scene.works():
                    break
            self.matrix.finish(world, SETTING)
            self.matrix.judge(world, SETTING, "; ".join(what))

    def __str__(self) -> str:
        """As it is printed."""
        found = self.matrix
        return (
            f"outages: {self.scenarios} scenarios, {self.kinds.total()} faults ({dict(self.kinds)}): {len(found.lost)}"
            f" losses, {len(found.doubled)} doubles, {len(found.wrong)} other faults, {found.uncertain} replies"
            " uncertain and resolved"
        )


@contextmanager
def _scene(world: World) -> Iterator[Scene]:
    with ExitStack() as stack:
        imap = stack.enter_context(Proxy(world.mailbox.port, "imap"))
        smtp = stack.enter_context(Proxy(world.sink.port, "smtp"))
        source = ImapSettings(
            *(HOST, imap.port, world.mailbox.user, PASSWORD, "none"),
            processed="Handled",
            sent_folder="Sent",
            batch=2,
            connect_timeout=2,
            timeout=2,
        )
        sender = SmtpSettings(HOST, smtp.port, "none", connections=2, connect_timeout=2, timeout=2, final_timeout=2)
        yield Scene(world, imap, smtp, source, sender)


@pytest.fixture
def outages(company: Company, sink: Sink, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Outages:
    """What is to be played."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    matrix = Matrix(build_base(company, sink, stage, "sqlite:///store.db"), None)
    matrix.learn(SETTING)
    return Outages(matrix)


def _play(outages: Outages, count: int) -> None:
    for seed in range(SEED, SEED + count):
        outages.play(seed)
    print(outages)  # noqa: T201 -- the figures are the point
    assert (outages.matrix.lost, outages.matrix.doubled, outages.matrix.wrong) == ([], [], [])


def test_whatever_breaks_nothing_is_lost_and_nothing_leaves_twice(outages: Outages) -> None:
    _play(outages, 4)


@pytest.mark.soak
def test_whatever_breaks_five_hundred_times_nothing_is_lost_and_nothing_leaves_twice(outages: Outages) -> None:
    _play(outages, 500)
