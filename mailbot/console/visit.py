"""One request of a browser: who is there, what was sent, and the page that answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mailbot.console.desk import Desk
from mailbot.console.sessions import Account, language_of
from mailbot.console.wording import Words
from mailbot.core.moments import iso, moment
from mailbot.core.roles import Right
from mailbot.core.status import ReleaseState, RequestState
from mailbot.core.values import Kind
from mailbot.store.database import Row

Handler = Callable[["Visit"], Response]


class NotHere(Exception):
    """There is no such page, request, message or file."""


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the console, who may ask for it, and what answers."""

    path: str
    handler: Handler
    may: Right | None  # None: anybody, logged in or not
    post: bool = False
    look: str = ""  # how the access log calls it; empty: it shows no personal data
    form_limit: int = 1_000_000  # bytes of a form


@dataclass(slots=True)
class Visit:
    """What a handler works with."""

    desk: Desk
    request: Request
    now: datetime
    account: Account | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def words(self) -> Words:
        """The language that this member of staff chose, or that the browser prefers."""
        code = self.account.session.language if self.account else language_of(self.request)
        return self.desk.words.get(code) or self.desk.words["en"]

    @property
    def by(self) -> str:
        """Who acts."""
        if self.account is None:
            raise NotHere
        return self.account.name

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """A value of the address's query, trimmed; empty if it is not there."""
        return _clean(self.request.query_params.get(name, "")).strip()

    def typed(self, name: str) -> str:
        """A text field of the form; empty if it is not there. Line ends as everywhere here."""
        value = self.form.get(name, "")
        return _clean(value) if isinstance(value, str) else ""

    def ticked(self, name: str) -> list[str]:
        """All values of a field of the form."""
        return [_clean(value) for value in self.form.getlist(name) if isinstance(value, str)]

    def tell(self, text: str, *, good: bool = True, more: Mapping[str, str] | None = None) -> None:
        """Say this on the next page."""
        if self.account is not None:
            told = json.dumps({"text": text, "good": good, **(more or {})})
            self.desk.house.store.sessions.update(self.account.session, told=told)

    def looked(self, page: str, what: str | None = None) -> None:
        """Keep that personal data was seen."""
        self.desk.house.store.looks.note(self.by, page, what, iso(self.now))

    # --- answers ---

    def show(self, template: str, code: int = 200, **values: Any) -> Response:  # noqa: ANN401 -- whatever it shows
        """A page."""
        words = self.words
        shown = {
            "t": words,
            "visit": self,
            "account": self.account,
            "told": self._told(),
            "Right": Right,
            "Kind": Kind,
            "ReleaseState": ReleaseState,
            "RequestState": RequestState,
            "path": self.request.url.path,
            "mode": self.desk.house.settings.mode,
            "company": self.desk.house.settings.organisation.name,
            "show": "",
            "q": "",
        }
        text = self.desk.templates.get_template(template).render(**shown | values)
        return HTMLResponse(text, code)

    def _told(self) -> dict[str, Any] | None:
        """What the last action said, once."""
        if self.account is None or not self.account.session.told:
            return None
        self.desk.house.store.sessions.update(self.account.session, told="")
        told: dict[str, Any] = json.loads(self.account.session.told)
        return told

    def go(self, path: str) -> Response:
        """To another page, by GET."""
        return RedirectResponse(path, 303)

    # --- days ---

    def days_left(self, day: str | None) -> int | None:
        """Days from today to a day of the store."""
        if not day:
            return None
        return (date.fromisoformat(day) - self.desk.house.local_day(self.now)).days

    def urgency(self, day: str | None) -> str:
        """How near a day is: late, near, soon, far; by the days at which it alarms."""
        left = self.days_left(day)
        if left is None:
            return "far"
        alarms = sorted(self.desk.settings.alarms) or [0]
        return (
            "late"
            if left < 0
            else "near"
            if left <= alarms[len(alarms) // 2]
            else "soon"
            if left <= alarms[-1]
            else "far"
        )

    def day(self, text: str | None) -> str:
        """A day of the store, for people."""
        return self.words.day(date.fromisoformat(text[:10])) if text else "–"

    def at(self, text: str | None) -> str:
        """A moment of the store, for people."""
        return self.words.moment(moment(text), self.desk.house.settings.zone) if text else "–"

    def left(self, day: str | None) -> str:
        """How long until a day of the store, in words."""
        left = self.days_left(day)
        return "" if left is None else self.words.left(left)


def _clean(text: str) -> str:
    """What was typed, with our line ends and without what no database text holds (NUL, halves of a character)."""
    return text.replace("\r\n", "\n").replace("\0", "").encode(errors="ignore").decode()


def facts(row: Row) -> dict[str, Any]:
    """The details of a journal entry."""
    found = json.loads(row["entry"]).get("details")
    return dict(found or {})
