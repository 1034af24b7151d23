"""Log in, log out, change the language, end all one's sessions."""

from __future__ import annotations

import re

from starlette.responses import Response

from mailbot.console import passwords, sessions
from mailbot.console.desk import LANGUAGES
from mailbot.console.visit import NotHere, Page, Visit
from mailbot.core.roles import Right

_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9][\w\-./]*)?")  # no //host, no scheme, no query: a page of ours
_LONGEST = 200  # characters of a name or password


def login(visit: Visit) -> Response:
    """The form; who is logged in already goes on."""
    if visit.account is not None:
        return visit.go(own_path(visit.asked("next")))
    return visit.show("login.html", next=own_path(visit.asked("next")), name="", said="", ask_code=False)


def log_in(visit: Visit) -> Response:
    """Try a name and password: a new session each time, so that no one can be given somebody else's."""
    name, password = visit.typed("name").strip()[:_LONGEST], visit.typed("password")[:_LONGEST]
    back = own_path(visit.typed("next"))
    try:
        code = visit.typed("code").replace(" ", "")[:_LONGEST]
        token = sessions.log_in(visit.desk, visit.request, name, password, visit.now, code)
    except sessions.CodeNeeded:
        return visit.show("login.html", 401, next=back, name=name, said=visit.words("login.code_needed"), ask_code=True)
    except sessions.Braked:
        return visit.show("login.html", 429, next=back, name=name, said=visit.words("login.braked"), ask_code=False)
    except passwords.Crowded:
        return visit.show("login.html", 503, next=back, name=name, said=visit.words("login.crowded"), ask_code=False)
    if token is None:
        return visit.show("login.html", 401, next=back, name=name, said=visit.words("login.wrong"), ask_code=bool(code))
    response = visit.go(back)
    sessions.set_cookie(visit.desk, response, token)
    return response


def own_path(text: str) -> str:
    """The page to go on to, if it is one of ours; else the queue."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def log_out(visit: Visit) -> Response:
    """End this session, or all of this account."""
    if visit.account is not None:
        sessions.log_out(visit.desk, visit.account, visit.now, everywhere=visit.typed("everywhere") == "yes")
    response = visit.go("/login")
    response.delete_cookie(
        sessions.cookie_name(visit.desk), path="/", secure=visit.desk.settings.secure, httponly=True, samesite="strict"
    )
    return response


def language(visit: Visit) -> Response:
    """Speak another language from now on."""
    if visit.account is None or visit.typed("language") not in LANGUAGES:
        raise NotHere
    visit.desk.house.store.sessions.update(visit.account.session, language=visit.typed("language"))
    return visit.go(own_path(visit.typed("back")))


PAGES = (
    Page("/login", login, None),
    Page("/login", log_in, None, post=True, form_limit=10_000),
    Page("/logout", log_out, Right.MEASURE, post=True, form_limit=10_000),
    Page("/language", language, Right.MEASURE, post=True, form_limit=10_000),
)
