"""The daemon: one loop watches the mailbox, one sees to what leaves, until a signal ends both."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from mailbot import notify, steps
from mailbot.interfaces import Away, MailSender, MailSource, Misconfigured
from mailbot.once import hand_back, look, now, run_once
from mailbot.steps.house import House

__all__ = ["Daemon", "now", "run_once"]

TICK = 2.0  # seconds between two looks at what waits to leave
WATCH = 30.0  # seconds between two looks at the calendar: digest, witness, what is away for long


@dataclass(slots=True)
class Daemon:
    """Its loops, until a signal ends them; what is in hand is finished first."""

    house: House
    source: MailSource
    sender: MailSender
    idle: float
    beside: Callable[[asyncio.Event], Awaitable[None]] | None = None  # what runs until the end is near: the console
    health: steps.Health = field(init=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    busy: bool = True  # whether mails are still coming in: exports wait, so that acknowledgements do not
    unread: int = 0  # mails fetched and not read yet, as far as this run knows
    watched: float = -WATCH  # when the calendar was last looked at
    alive: dict[str, float] = field(default_factory=dict)  # when each loop last came round
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _ended: threading.Event = field(default_factory=threading.Event)  # `stopping`, for a thread that waits

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
            self.alive |= {"mailbox": time.monotonic(), "release": time.monotonic(), "telling": time.monotonic()}
            notify.notify("READY=1", "STATUS=watching the mailbox")
            tasks = [self._watch(mailbox), self._release(), self._tell(), self._watchdog()]
            await asyncio.gather(*tasks, *([self.beside(self.stopping)] if self.beside else []))
            notify.notify("STOPPING=1")
            for thread in (mailbox, store):
                await loop.run_in_executor(thread, self.house.store.close)
        await self.sender.close()
        self.source.close()

    def _stop(self) -> None:
        self.stopping.set()
        self._ended.set()
        self.news.set()
        self.source.wake()

    # --- the mailbox ---

    async def _watch(self, executor: ThreadPoolExecutor) -> None:
        """Receive, take in, hand back, wait for news."""
        loop = asyncio.get_running_loop()
        while not self.stopping.is_set():
            pause = 0.0
            try:
                self.busy = await loop.run_in_executor(executor, self._mailbox_pass)
                self._well("receiving")
                self.news.set()
                if not (self.busy or self.stopping.is_set()):
                    await loop.run_in_executor(executor, self._wait)
            except Exception as fault:  # noqa: BLE001 -- whatever it is, the loop goes on and the fault is told
                self.busy = False
                pause = self._trouble("receiving", fault)
            self.alive["mailbox"] = time.monotonic()
            if pause:
                await _at_most(self.stopping, pause)

    def _mailbox_pass(self) -> bool:
        """One bounded pass; whether there was anything to do. What is away holds up nothing else."""
        new = self._ask("mailbox", lambda: look(self.house, self.source, self.health))
        self.unread += new
        read = 0
        while count := self._ask("clients", lambda: steps.take_in(self.house, now())):
            read += count
            self.unread = max(self.unread - count, 0)
            self._loop.call_soon_threadsafe(self.news.set)
            if self.stopping.is_set() or (new and 0 < self.unread <= steps.BATCH):
                break  # the last batch is being read beside us: meanwhile more is fetched
        return bool(new or read or self._ask("mailbox", lambda: hand_back(self.house, self.source)))

    def _wait(self) -> None:
        """Until there is news, at most half a minute; or until it is worth asking what is away."""
        waits = [wait for part in ("mailbox", "clients") if (wait := self.health.wait(part)) > 0]
        longest = min([self.idle, 30.0, *waits])
        if self.health.due("mailbox"):
            self._ask("mailbox", lambda: int(self.source.wait(longest)))
        else:
            self._ended.wait(longest)

    # --- what leaves ---

    async def _release(self) -> None:
        """Perform, send, settle; and the answers to propose when nothing else is to do."""
        while not self.stopping.is_set():
            self.news.clear()
            try:
                pause = 0.0 if await self._release_pass() else TICK
                self._well("releasing")
            except Exception as fault:  # noqa: BLE001 -- as above
                pause = self._trouble("releasing", fault)
            self.alive["release"] = time.monotonic()
            await _at_most(self.news, pause)

    async def _release_pass(self) -> bool:
        """One pass; whether there is more to prepare. What is away holds up nothing else."""
        house, stop = self.house, self.stopping.is_set
        await asyncio.to_thread(steps.recover, house, now())
        while await asyncio.to_thread(self._ask, "clients", lambda: steps.perform(house, now())) and not stop():
            pass
        await asyncio.to_thread(steps.settle_silent, house, now())
        if self.health.due("smtp"):
            self.health.smtp(await steps.send(house, self.sender, now(), stop))
        if self.busy or stop():
            return False
        await asyncio.to_thread(self._ask, "clients", lambda: steps.remind(house, now()))
        return bool(await asyncio.to_thread(self._ask, "clients", lambda: steps.prepare(house, now(), 1)))

    async def _tell(self) -> None:
        """Alarms, digest, witness: also when no mail arrives, and whatever the other loops fail at."""
        while not self.stopping.is_set():
            try:
                if time.monotonic() >= self.watched + WATCH:
                    self.watched = time.monotonic()
                    await asyncio.to_thread(steps.watch, self.house, now())
                if self.health.due("smtp"):
                    self.health.smtp(await steps.send_notices(self.house, self.sender, now(), self.stopping.is_set))
                    self._well("telling")
            except Exception as fault:  # noqa: BLE001 -- as above
                self._trouble("telling", fault)
            self.alive["telling"] = time.monotonic()
            await _at_most(self.stopping, TICK)

    # --- what is away ---

    def _ask(self, part: str, step: Callable[[], int]) -> int:
        """What a step that needs an outside part did; nothing while that part is away, which is said once."""
        if not self.health.due(part):
            return 0
        try:
            done = step()
        except (Away, Misconfigured) as fault:
            self.health.down(part, str(fault))
            return 0
        if done:
            self.health.up(part)
        return done

    def _well(self, loop: str) -> None:
        """A whole pass of a loop: it works, and the store with it."""
        self.health.up(loop)
        self.health.up("store")

    def _trouble(self, loop: str, fault: Exception) -> float:
        """Say what stopped a loop: the store that is away, or a fault of ours; seconds to wait."""
        if isinstance(fault, steps.StoreAway):
            return self.health.down("store", str(fault))
        return self.health.down(loop, steps.where(fault))

    async def _watchdog(self) -> None:
        """Tell systemd that both loops turn; a loop that hangs is what it is there to see."""
        every = notify.watchdog_seconds()
        while every and not self.stopping.is_set():
            oldest = min(self.alive.values(), default=time.monotonic())
            if time.monotonic() - oldest < max(every * 2, 60):
                notify.notify("WATCHDOG=1")
            await _at_most(self.stopping, min(every / 2, 10))


async def _at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
