"""The loops: one watches the mailbox, one sees to what leaves. `run_once` is the same path without waiting."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from mailbot import notify, steps
from mailbot.core.moments import iso
from mailbot.interfaces import Away, MailSender, MailSource, Misconfigured
from mailbot.steps.house import House

_log = structlog.get_logger()
_T = TypeVar("_T")

FETCH = 500  # mails a pass over the mailbox: memory stays flat whatever it holds
TICK = 2.0  # seconds between two looks at what waits to leave
PAUSES = (2, 5, 15, 30, 60, 120, 300)  # seconds to wait after the first, second, … failure of an outside part


def now() -> datetime:
    """The one clock of the shell; it enters a step once."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Health:
    """What is away, said once when it goes and once when it is back; kept as a fact for `check`, `stats`, `health`."""

    house: House
    away: dict[str, str] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def down(self, part: str, why: str) -> float:
        """Note that a part is away; seconds to wait before the next try."""
        if self.away.get(part) != why:
            _log.warning("away", part=part, why=why)
        self.away[part] = why
        count = self.failures.get(part, 0)
        self.failures[part] = count + 1
        self._keep(part, why)
        return float(PAUSES[min(count, len(PAUSES) - 1)])

    def up(self, part: str) -> None:
        """Note that a part answered."""
        if self.away.pop(part, None) is not None:
            _log.info("back", part=part)
        known = self.house.store.facts.get(f"health:{part}")
        if self.failures.pop(part, 0) or known is None or known["away"]:
            self._keep(part, "")

    def smtp(self, sending: steps.Sending) -> None:
        """Note how the outgoing server did."""
        if sending.away:
            self.down("smtp", sending.away)
        elif sending.tried:
            self.up("smtp")

    def passed(self, received: list[steps.Received]) -> None:
        """Keep the reconciliation of a good pass."""
        self.up("mailbox")
        figures = [{"folder": r.folder, "server": r.on_server, "known": r.known + r.new} for r in received]
        with self.house.store.transaction():
            self.house.store.facts.set("mailbox:last_pass", {"at": iso(now()), "folders": figures})

    def _keep(self, part: str, why: str) -> None:
        with self.house.store.transaction():
            self.house.store.facts.set(f"health:{part}", {"at": iso(now()), "away": why})


# --- once -------------------------------------------------------------------------------------------------------------


async def run_once(house: House, source: MailSource, sender: MailSender, told: Callable[[str, int], None]) -> bool:
    """All that can be done now; `told(step, count)` hears of progress. Whether every outside part answered."""
    health = Health(house)
    steps.recover(house, now())
    while True:
        new = _guarded(health, "mailbox", lambda: _look(house, source, health), 0)
        told("received", new)
        await _work(house, sender, health, told)
        _guarded(health, "mailbox", lambda: _hand_back(house, source), 0)
        if not new:
            break
    while _guarded(health, "clients", lambda: steps.prepare(house, now()), 0):
        told("prepared", 1)
    await _work(house, sender, health, told)
    _guarded(health, "mailbox", lambda: _hand_back(house, source), 0)
    return not health.away


async def _work(house: House, sender: MailSender, health: Health, told: Callable[[str, int], None]) -> None:
    """Everything between the kept mails and the mails that leave."""
    while read := _guarded(health, "clients", lambda: steps.take_in(house, now()), 0):
        told("read", read)
        await _leave(house, sender, health, told)
    await _leave(house, sender, health, told)


async def _leave(house: House, sender: MailSender, health: Health, told: Callable[[str, int], None]) -> None:
    while _guarded(health, "clients", lambda: steps.perform(house, now()), 0):
        pass
    steps.settle_silent(house, now())
    sending = await steps.send(house, sender, now())
    told("sent", sending.tried)
    health.smtp(sending)


def _look(house: House, source: MailSource, health: Health) -> int:
    """One pass over the mailbox; how many mails are new here. One worker at a time watches."""
    if not house.store.may_watch():
        return 0
    received = steps.receive(house, source, now(), FETCH)
    health.passed(received)
    return sum(folder.new for folder in received) + sum(
        folder.on_server - folder.known - folder.new > 0 and folder.new > 0 for folder in received
    )


def _hand_back(house: House, source: MailSource) -> int:
    """Tell the server what is done, and file copies of what was sent."""
    done = 0
    while count := steps.take_out(house, source, FETCH * 10):
        done += count
    while count := steps.file_copies(house, source):
        done += count
    return done + steps.look_up_uncertain(house, source, now())


def _guarded(health: Health, part: str, step: Callable[[], _T], otherwise: _T) -> _T:
    """Run a step; an outside part that is away is said once, and nothing else stops for it.

    What was away in this pass stays so to its end: a later step may have had no need of it.
    """
    try:
        result = step()
    except (Away, Misconfigured) as fault:
        health.down(part, str(fault))
        return otherwise
    if result and part not in health.away:
        health.up(part)
    return result


# --- the daemon -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Daemon:
    """Both loops, until a signal ends them; what is in hand is finished first."""

    house: House
    source: MailSource
    sender: MailSender
    idle: float
    readers: steps.Readers | None = None
    health: Health = field(init=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    busy: bool = True  # whether mails are still coming in: exports wait, so that acknowledgements do not
    alive: dict[str, float] = field(default_factory=dict)  # when each loop last came round
    _loop: asyncio.AbstractEventLoop = field(init=False)

    def __post_init__(self) -> None:
        """Health is judged from the start."""
        self.health = Health(self.house)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        self._loop = loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        with ThreadPoolExecutor(1, "mailbox") as mailbox, ThreadPoolExecutor(1, "store") as store:
            loop.set_default_executor(store)  # one thread writes: its connection and its order
            await asyncio.to_thread(steps.recover, self.house, now())
            notify.notify("READY=1", "STATUS=watching the mailbox")
            tasks = (self._watch(mailbox), self._release(), self._watchdog())
            await asyncio.gather(*tasks)
            notify.notify("STOPPING=1")
        await self.sender.close()
        self.source.close()

    def _stop(self) -> None:
        self.stopping.set()
        self.news.set()
        self.source.wake()

    async def _watch(self, executor: ThreadPoolExecutor) -> None:
        """The mailbox: receive, take in, hand back, wait for news."""
        loop = asyncio.get_running_loop()
        while not self.stopping.is_set():
            try:
                self.busy = await loop.run_in_executor(executor, self._mailbox_pass)
                self.health.up("mailbox")
                self.news.set()
                if not (self.busy or self.stopping.is_set()):
                    await loop.run_in_executor(executor, self.source.wait, min(self.idle, 30.0))
            except (Away, Misconfigured) as fault:
                self.busy = False
                await self._pause(self.health.down("mailbox", str(fault)))
            self.alive["mailbox"] = time.monotonic()

    def _mailbox_pass(self) -> bool:
        """One bounded pass; whether there was anything to do."""
        new = _look(self.house, self.source, self.health)
        read = 0
        try:
            while count := steps.take_in(self.house, now(), self.readers):
                read += count
                self._loop.call_soon_threadsafe(self.news.set)
                self.health.up("clients")
        except (Away, Misconfigured) as fault:
            self.health.down("clients", str(fault))
        return bool(new or read or _hand_back(self.house, self.source))

    async def _release(self) -> None:
        """What leaves: perform, send, settle; and the answers to propose when nothing else is to do."""
        while not self.stopping.is_set():
            self.news.clear()
            pause = TICK
            try:
                while await asyncio.to_thread(steps.perform, self.house, now()):
                    pass
                await asyncio.to_thread(steps.settle_silent, self.house, now())
                self.health.smtp(await steps.send(self.house, self.sender, now()))
                prepared = 0 if self.busy else await asyncio.to_thread(steps.prepare, self.house, now(), 1)
                if prepared:
                    pause = 0.0
                    self.health.up("clients")
            except (Away, Misconfigured) as fault:
                pause = self.health.down("clients", str(fault))
            self.alive["release"] = time.monotonic()
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        """Wait, unless there is news or the end."""
        try:
            await asyncio.wait_for(self.news.wait(), seconds)
        except TimeoutError:
            return

    async def _watchdog(self) -> None:
        """Tell systemd that both loops turn; a loop that hangs is what it is there to see."""
        every = notify.watchdog_seconds()
        while every and not self.stopping.is_set():
            oldest = min(self.alive.values(), default=time.monotonic())
            if time.monotonic() - oldest < max(every * 2, 60):
                notify.notify("WATCHDOG=1")
            await asyncio.sleep(min(every / 2, 10))
