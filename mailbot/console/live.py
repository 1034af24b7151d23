"""The live queue: one line to each open page whenever the journal grew (server-sent events)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.responses import StreamingResponse

from mailbot.console.desk import Desk

EVERY = 2.0  # seconds between two looks
SESSION = 30  # looks after which the session is asked for again


def stream(
    desk: Desk, alive: Callable[[], Awaitable[bool]], run: Callable[[Callable[[], Any]], Awaitable[Any]]
) -> StreamingResponse:
    """Events as long as `alive()`; `run` does something in a thread that may use the store."""
    return StreamingResponse(_lines(desk, alive, run), media_type="text/event-stream")


async def _lines(
    desk: Desk, alive: Callable[[], Awaitable[bool]], run: Callable[[Callable[[], Any]], Awaitable[Any]]
) -> AsyncIterator[str]:
    known = await run(lambda: desk.house.store.journal.head().n)
    yield "retry: 5000\n\n"
    looks = 0
    while True:
        await asyncio.sleep(EVERY)
        looks += 1
        if looks % SESSION == 0 and not await alive():
            return
        head = await run(lambda: desk.house.store.journal.head().n)
        yield f"event: changed\ndata: {head}\n\n" if head != known else ": well\n\n"
        known = head
