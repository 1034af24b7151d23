"""The console as an ASGI application: every address, what holds for all of them, and what becomes of faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

from starlette.applications import Starlette
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot.actions.finding import ROLE, Refused
from mailbot.console import live, sessions
from mailbot.console.desk import ConsoleSettings, Desk
from mailbot.console.pages import PAGES
from mailbot.console.visit import NotHere, Page, Visit
from mailbot.interfaces import Away, Misconfigured
from mailbot.log import Log
from mailbot.steps.faults import where
from mailbot.steps.house import House

THREADS = 4  # that render pages: each has its own connection to the store
_T = TypeVar("_T")
_log = Log()

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, forms would come from the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_STATIC = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Console:
    """The application and the threads that it works in; `close()` when it listens no more."""

    def __init__(self, house: House, settings: ConsoleSettings, read: Callable[[str], str]) -> None:
        """Open it on a house; `read` gives the text of a file of templates/. Raises what Desk raises."""
        self.desk = Desk(house, settings, read)
        self._pool = ThreadPoolExecutor(THREADS, "console")
        self._static = {name: self.desk.file(name) for name in _STATIC}
        routes = [Route(page.path, self._endpoint(page), methods=["POST" if page.post else "GET"]) for page in PAGES]
        routes += [
            Route("/static/{name}", self._file, methods=["GET"]),
            Route("/events", self._events, methods=["GET"]),
        ]
        handlers = {HTTPException: self._http_fault, Exception: self._fault}
        self.app = Starlette(
            routes=routes, middleware=[Middleware(_Guard, settings=settings)], exception_handlers=handlers
        )

    # --- one page -----------------------------------------------------------------------------------------------------

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            visit = Visit(self.desk, request, datetime.now(UTC))
            visit.account = await self._run(lambda: sessions.current(self.desk, request, visit.now))
            if page.post:
                visit.form = await _form(request, page.form_limit)
            try:
                return await self._run(lambda: _answer(page, visit))
            finally:
                await visit.form.close()  # a scan is a temporary file

        return endpoint

    async def _run(self, function: Callable[[], _T]) -> _T:
        """Do it in a thread of ours: the store and the client database make their caller wait."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)

    # --- beside the pages ---------------------------------------------------------------------------------------------

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._static:
            raise HTTPException(404)
        return Response(self._static[name], media_type=_STATIC[name], headers={"Cache-Control": "max-age=300"})

    async def _events(self, request: Request) -> Response:
        """The live queue: a line whenever something happened, as long as the session lasts."""

        def account() -> bool:
            return sessions.current(self.desk, request, datetime.now(UTC)) is not None

        if not await self._run(account):
            return PlainTextResponse("", 401)
        return live.stream(self.desk, lambda: self._run(account), self._run)

    async def _http_fault(self, request: Request, fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        return await self._told(request, status)

    async def _fault(self, request: Request, fault: Exception) -> Response:
        _log.error("console page failed", fault=where(fault))  # its own text may hold personal data
        return await self._told(request, 500)

    async def _told(self, request: Request, status: int) -> Response:
        visit = Visit(self.desk, request, datetime.now(UTC))
        with suppress(Exception):  # the store itself may be what failed
            visit.account = await self._run(lambda: sessions.current(self.desk, request, visit.now))
        return await self._run(lambda: _sorry(visit, status))

    def close(self) -> None:
        """End the threads and their connections."""
        together = Barrier(THREADS)

        def leave() -> None:
            with suppress(BrokenBarrierError):
                together.wait(5)
            self.desk.house.store.close()

        for future in [self._pool.submit(leave) for _ in range(THREADS)]:
            future.result()
        self._pool.shutdown()


async def _form(request: Request, limit: int) -> FormData:
    """What was sent, if it is not too much. Raises HTTPException."""
    announced = request.headers.get("content-length", "")
    if not announced.isdigit() or int(announced) > limit:
        raise HTTPException(413 if announced.isdigit() else 411)
    return await request.form(max_files=1, max_fields=500, max_part_size=limit)


def _answer(page: Page, visit: Visit) -> Response:
    """The page, for whom it is."""
    if (barred := _barred(page, visit)) is not None:
        return barred
    ROLE.set(visit.account.role if visit.account else None)
    try:
        response = page.handler(visit)
    except NotHere:
        return _sorry(visit, 404)
    except Refused as fault:  # a page that is only looked at: the request is not there
        return _sorry(visit, 404, told=visit.words.plainly(str(fault)))
    except (Away, Misconfigured) as fault:
        return _sorry(visit, 503, told=visit.words.plainly(str(fault)))
    if page.look and response.status_code < 300:  # noqa: PLR2004 -- a page was shown
        visit.looked(page.look, visit.request.path_params.get("ref"))
    return response


def _barred(page: Page, visit: Visit) -> Response | None:
    """What stands in the way: no session, a role that may not, a form from elsewhere. None: nothing."""
    if page.may is not None and visit.account is None:
        return _to_login(page, visit)
    if page.may is not None and visit.account is not None and not visit.account.may(page.may):
        return _sorry(visit, 403)
    if page.post and not sessions.genuine(visit.request, visit.account, visit.typed("csrf")):
        return _sorry(visit, 403, "error.forged")
    return None


def _to_login(page: Page, visit: Visit) -> Response:
    """A session is over: what somebody was writing is not lost."""
    if page.post:
        return visit.show("expired.html", 401, text=visit.typed("text"), back=visit.request.url.path)
    url = visit.request.url
    return visit.go(f"/login?next={url.path}" if url.path != "/" else "/login")


def _sorry(visit: Visit, status: int, key: str = "", told: str = "") -> Response:
    """An error page; what it says has no personal data."""
    words = visit.words
    known = key or (f"error.{status}" if f"error.{status}" in words.texts else "error.other")
    return visit.show("sorry.html", status, status=status, said=told or words(known))


class _Guard:
    """What holds for every answer: headers that let no other page or script in, and HTTPS where it was promised."""

    def __init__(self, app: ASGIApp, settings: ConsoleSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._settings.secure and scope["scheme"] != "https":
            await PlainTextResponse("HTTPS only", 403, HEADERS)(scope, receive, send)
            return
        if not self._settings.secure and not _loopback_name(Request(scope).headers.get("host", "")):
            await PlainTextResponse("unknown host", 400, HEADERS)(scope, receive, send)  # DNS rebinding
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._settings.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self._app(scope, receive, guarded)


def _loopback_name(host: str) -> bool:
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return name in {"localhost", "127.0.0.1", "[::1]"}
