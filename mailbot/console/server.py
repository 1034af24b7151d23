"""Where the console listens: loopback, or beyond it only with TLS or behind a proxy that was declared."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn

from mailbot.console.application import Console
from mailbot.console.desk import ConsoleSettings

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TICK = 0.1  # seconds between two looks whether it stands, or is to end


class Unsafe(Exception):
    """It would listen where passwords could be read on their way."""


class CannotListen(Exception):
    """The port is taken, or may not be used."""


class _Server(uvicorn.Server):
    """Signals are the caller's: one handler decides for the whole process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def address(settings: ConsoleSettings) -> str:
    """The URL that staff type."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.cert else 'http'}://{host}:{settings.port}"


async def serve(console: Console, stopping: asyncio.Event, standing: asyncio.Event | None = None) -> None:
    """Listen until `stopping`; `standing` is set once browsers can come. Raises Unsafe, CannotListen."""
    settings = console.desk.settings
    if settings.host not in _LOOPBACK and not settings.secure:
        raise Unsafe(f"[console] host: beyond loopback ({settings.host}) tls = {{ cert, key }} or a proxy is needed")
    server = _Server(_config(console))
    task = asyncio.create_task(_listen(server))
    try:
        while not (stopping.is_set() or task.done()):
            if server.started and standing is not None:
                standing.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _TICK if standing and not standing.is_set() else 1.0)
    finally:
        server.should_exit = True
        failed = await task
        console.close()
    if failed:
        raise CannotListen(f"[console] port: {settings.host}:{settings.port} cannot be listened on; is it taken?")


async def _listen(server: uvicorn.Server) -> bool:
    """Serve to the end; whether it never began. uvicorn ends the program where it cannot listen: not ours."""
    try:
        await server.serve()
    except SystemExit:
        return True
    return False


def _config(console: Console) -> uvicorn.Config:
    settings = console.desk.settings
    return uvicorn.Config(
        console.app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.cert,
        ssl_keyfile=settings.key,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,  # addresses and references are personal data
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=1,  # an open stream must not hold the end
        limit_concurrency=200,
        h11_max_incomplete_event_size=64 * 1024,
    )
