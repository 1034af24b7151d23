"""Who is logged in: the cookie, its session, the token against forged forms, and the brake on guessing passwords."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from mailbot.actions import codes
from mailbot.console import passwords
from mailbot.console.desk import LANGUAGES, Desk
from mailbot.core.moments import iso, moment
from mailbot.core.roles import Right, allows
from mailbot.store.journal import Entry
from mailbot.store.sessions import SessionRow

WINDOW = timedelta(minutes=15)
TRIES = {"pair": 5, "address": 30, "name": 50}
"""Failed logins within WINDOW: by one address on one name, by one address, on one name; then nobody is let try."""
_TOUCH = timedelta(minutes=1)  # how often it is written that a session is in use


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff at a browser."""

    name: str
    role: str
    session: SessionRow
    csrf: str

    def may(self, what: Right) -> bool:
        """Whether this role allows it."""
        return allows(self.role, what)


class Braked(Exception):
    """Too many failed logins: nobody tries for a while."""


class CodeNeeded(Exception):
    """The password is right; this account asks for a code of its authenticator too."""


def cookie_name(desk: Desk) -> str:
    """Under HTTPS a name that no other host and no plain page can set."""
    return "__Host-mailbot" if desk.settings.secure else "mailbot"


def current(desk: Desk, request: Request, now: datetime) -> Account | None:
    """Who sends this request; None without a session, or with one that is over."""
    token = request.cookies.get(cookie_name(desk), "")
    session = desk.house.store.sessions.get(token) if token else None
    if session is None or _over(desk, session, now):
        return None
    row = desk.house.store.staff.get(session.name)
    if row is None:
        return None
    if moment(session.seen_at) < now - _TOUCH:
        desk.house.store.sessions.update(session, seen_at=iso(now))
    return Account(session.name, row["role"], session, _csrf(desk, token))


def _over(desk: Desk, session: SessionRow, now: datetime) -> bool:
    idle = moment(session.seen_at) < now - desk.settings.idle
    return idle or moment(session.started_at) < now - desk.settings.longest


def _csrf(desk: Desk, token: str) -> str:
    """What forms of this session carry: of no use without its cookie, and not guessed from it without our key."""
    return hmac.new(desk.house.key, b"console form " + token.encode(), sha256).hexdigest()


def genuine(request: Request, account: Account | None, token: str) -> bool:
    """Whether a form was filled in on our own page: browsers name its origin, and the token is this session's."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    at_home = origin == own if origin is not None else site == "same-origin"
    return at_home and (account is None or hmac.compare_digest(account.csrf.encode(), token.encode()))


# --- in and out -------------------------------------------------------------------------------------------------------


def log_in(desk: Desk, request: Request, name: str, password: str, now: datetime, code: str = "") -> str | None:
    """The token of a new session, or None where name, password and code do not fit.

    Raises Braked, passwords.Crowded; CodeNeeded where the password is right and the account asks for a code too.
    """
    store, whos = desk.house.store, _whos(request, name)
    since = iso(now - WINDOW)
    if any(store.sessions.failures(who, since) >= TRIES[kind] for kind, who in whos.items()):
        raise Braked
    account = store.staff.get(name)
    fits = passwords.right(password, account["password"] if account else None)
    if fits and account and account["totp"]:
        if not code:
            raise CodeNeeded
        fits = codes.good(desk.house, name, account["totp"], code, now)
    if not fits:
        with store.transaction():
            store.sessions.forget_failures(since)
            store.sessions.failed(whos.values(), iso(now))
        return None
    token = secrets.token_urlsafe(32)
    with store.transaction():
        store.sessions.forget(iso(now - desk.settings.longest), iso(now - desk.settings.idle))
        store.sessions.forgive(whos["pair"])
        store.sessions.start(token, name, language_of(request), iso(now))
        store.journal.append(now, [Entry("session.started", by=name)])
    return token


def _whos(request: Request, name: str) -> dict[str, str]:
    """Under what failures are counted, as digests: nobody reads addresses or mistyped passwords there."""
    address = request.client.host if request.client else ""
    parts = {"pair": f"{address} {name}", "address": address, "name": name}
    return {kind: sha256(f"{kind} {part}".encode()).hexdigest() for kind, part in parts.items()}


def log_out(desk: Desk, account: Account, now: datetime, *, everywhere: bool = False) -> None:
    """End this session, or all of the account."""
    store = desk.house.store
    with store.transaction():
        if everywhere:
            store.sessions.end_all(account.name)
        else:
            store.sessions.end(account.session)
        store.journal.append(now, [Entry("session.ended", by=account.name, details={"everywhere": everywhere})])


def set_cookie(desk: Desk, response: Response, token: str) -> None:
    """Give the browser its session: no script reads it, no other site sends it."""
    response.set_cookie(
        cookie_name(desk), token, path="/", secure=desk.settings.secure, httponly=True, samesite="strict"
    )


def language_of(request: Request) -> str:
    """The language that the browser prefers of those that the console speaks."""
    chosen = request.query_params.get("lang", "")
    wanted = [chosen, *(part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))]
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])
