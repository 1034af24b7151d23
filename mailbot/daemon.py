"""The loops: one watches the mailbox, one sees to what leaves. `run_once` is the same path without waiting."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from mailbot import notify, steps
from mailbot.interfaces import Away, MailSender, MailSource, Misconfigured
from mailbot.steps.house import House

_T = TypeVar("_T")

FETCH = 500  # mails a pass over the mailbox: memory stays flat whatever it holds
TICK = 2.0  # seconds between two looks at what waits to leave
WATCH = 30.0  # seconds between two looks at the calendar: digest, witness, what is away for long


def now() -> datetime:
    """The one clock of the shell; it enters a step once."""
    return datetime.now(UTC)


# --- once -------------------------------------------------------------------------------------------------------------


async def run_once(house: House, source: MailSource, sender: MailSender, told: Callable[[str, int], None]) -> bool:
    """All that can be done now; `told(step, count)` hears of progress. Whether every outside part answered."""
    with ThreadPoolExecutor(1, "store") as store:
        asyncio.get_running_loop().set_default_executor(store)
        complete = await _whole_pass(house, source, sender, told)
        await asyncio.to_thread(house.store.close)  # that thread's connection
    return complete


async def _whole_pass(house: House, source: MailSource, sender: MailSender, told: Callable[[str, int], None]) -> bool:
    health = steps.Health(house)
    steps.recover(house, now())
    while True:
        new = _guarded(health, "mailbox", lambda: _look(house, source, health), 0)
        told("received", new)
        await _work(house, sender, health, told)
        _guarded(health, "mailbox", lambda: _hand_back(house, source), 0)
        if not new:
            break
    while prepared := _guarded(health, "clients", lambda: steps.prepare(house, now()), 0):
        told("prepared", prepared)
    await _work(house, sender, health, told)
    _guarded(health, "mailbox", lambda: _hand_back(house, source), 0)
    steps.watch(house, now())
    health.smtp(await steps.send_notices(house, sender, now()))
    return not health.away


async def _work(house: House, sender: MailSender, health: steps.Health, told: Callable[[str, int], None]) -> None:
    """Everything between the kept mails and the mails that leave."""
    while read := _guarded(health, "clients", lambda: steps.take_in(house, now()), 0):
        told("read", read)
        await _leave(house, sender, health, told)
    await _leave(house, sender, health, told)


async def _leave(house: House, sender: MailSender, health: steps.Health, told: Callable[[str, int], None]) -> None:
    while _guarded(health, "clients", lambda: steps.perform(house, now()), 0):
        pass
    steps.settle_silent(house, now())
    sending = await steps.send(house, sender, now())
    told("sent", sending.tried)
    health.smtp(sending)


def _look(house: House, source: MailSource, health: steps.Health) -> int:
    """One pass over the mailbox; how many mails are new here. One worker at a time watches."""
    if not house.store.may_watch():
        return 0
    received = steps.receive(house, source, now(), FETCH)
    health.passed(received)
    return sum(folder.new for folder in received)


def _hand_back(house: House, source: MailSource) -> int:
    """Tell the server what is done, and file copies of what was sent."""
    done = 0
    while count := steps.take_out(house, source, FETCH * 10):
        done += count
    while count := steps.file_copies(house, source):
        done += count
    return done + steps.look_up_uncertain(house, source, now())


def _guarded(health: steps.Health, part: str, step: Callable[[], _T], otherwise: _T) -> _T:
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
    beside: Callable[[asyncio.Event], Awaitable[None]] | None = None  # what runs until the end is near: the console
    health: steps.Health = field(init=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    busy: bool = True  # whether mails are still coming in: exports wait, so that acknowledgements do not
    watched: float = -WATCH  # when the calendar was last looked at
    alive: dict[str, float] = field(default_factory=dict)  # when each loop last came round
    _loop: asyncio.AbstractEventLoop = field(init=False)

    def __post_init__(self) -> None:
        """Health is judged from the start."""
        self.health = steps.Health(self.house)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        self._loop = loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        with ThreadPoolExecutor(1, "mailbox") as mailbox, ThreadPoolExecutor(1, "store") as store:
            loop.set_default_executor(store)  # one thread writes: its connection and its order
            await asyncio.to_thread(steps.recover, self.house, now())
            self.alive |= {"mailbox": time.monotonic(), "release": time.monotonic()}
            notify.notify("READY=1", "STATUS=watching the mailbox")
            tasks = [self._watch(mailbox), self._release(), self._watchdog()]
            await asyncio.gather(*tasks, *([self.beside(self.stopping)] if self.beside else []))
            notify.notify("STOPPING=1")
            for thread in (mailbox, store):
                await loop.run_in_executor(thread, self.house.store.close)
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
            except Exception as fault:  # noqa: BLE001 -- whatever it is, the loop goes on and the fault is told
                self.busy = False
                await self._pause(self._trouble("mailbox", fault))
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
        self.health.up("store")
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
                await self._heed()
                prepared = 0 if self.busy else await asyncio.to_thread(steps.prepare, self.house, now(), 1)
                if prepared:
                    pause = 0.0
                    self.health.up("clients")
            except Exception as fault:  # noqa: BLE001 -- as above
                pause = self._trouble("clients", fault)
            self.alive["release"] = time.monotonic()
            await self._pause(pause)

    async def _heed(self) -> None:
        """What our own people must hear of: also when no mail arrives and nothing is to be done."""
        if time.monotonic() >= self.watched + WATCH:
            self.watched = time.monotonic()
            await asyncio.to_thread(steps.watch, self.house, now())
        self.health.smtp(await steps.send_notices(self.house, self.sender, now()))

    def _trouble(self, part: str, fault: Exception) -> float:
        """Say what stopped a loop: an outside part that is away, else our own store; seconds to wait."""
        if isinstance(fault, Away | Misconfigured):
            return self.health.down(part, str(fault))
        return self.health.down("store", steps.where(fault))

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
