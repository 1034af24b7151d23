"""The path once, without waiting: what `run --once` and the demo do, and what one look of the daemon is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from mailbot import steps
from mailbot.interfaces import Away, MailSender, MailSource, Misconfigured
from mailbot.steps.house import House

_T = TypeVar("_T")

FETCH = 500  # mails a pass over the mailbox: memory stays flat whatever it holds


def now() -> datetime:
    """The one clock of the shell; it enters a step once."""
    return datetime.now(UTC)


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
        new = _guarded(health, "mailbox", lambda: look(house, source, health), 0)
        told("received", new)
        await _work(house, sender, health, told)
        _guarded(health, "mailbox", lambda: hand_back(house, source), 0)
        if not new:
            break
    _guarded(health, "clients", lambda: steps.remind(house, now()), 0)
    while prepared := _guarded(health, "clients", lambda: steps.prepare(house, now()), 0):
        told("prepared", prepared)
    await _work(house, sender, health, told)
    _guarded(health, "mailbox", lambda: hand_back(house, source), 0)
    try:
        steps.watch(house, now())
    finally:  # what was raised before leaves, whatever the calendar failed at
        if "smtp" not in health.away:
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
    if "smtp" in health.away:
        return
    sending = await steps.send(house, sender, now())
    told("sent", sending.tried)
    health.smtp(sending)


def look(house: House, source: MailSource, health: steps.Health) -> int:
    """One pass over the mailbox; how many mails are new here. One worker at a time watches."""
    if not house.store.may_watch():
        return 0
    received = steps.receive(house, source, now(), FETCH)
    health.passed(received)
    return sum(folder.new for folder in received)


def hand_back(house: House, source: MailSource) -> int:
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
