"""The daily digest to staff: what is overdue, due soon, unread or stuck, and how the backlog will go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.core.backlog import Forecast
from mailbot.core.letters.staff import MARK, StaffWords

MONDAY = 0


@dataclass(frozen=True, slots=True)
class Due:
    """One ask, or one message for staff, with its dates; `about` such as "2026-00042 access" or "m12"."""

    about: str
    due: date
    legal_end: date
    approve_by: date
    state: str
    message: bool = False
    paused_since: date | None = None  # a stated doubt is open: the date moves once it is settled


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that somebody must mend; `what` is a key of [trouble] in staff.toml, the rest without personal data."""

    what: str
    about: str = ""
    detail: str = ""

    @property
    def kind(self) -> str:
        """What monitoring goes by."""
        return "mailbox" if self.what in {"unread", "stale"} else self.what

    def told(self, words: StaffWords) -> str:
        """As one line for people."""
        return words.trouble[self.what].format(about=self.about, detail=self.detail)


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that the digest of one day tells."""

    day: date
    dues: tuple[Due, ...]
    troubles: tuple[Trouble, ...]
    forecast: Forecast

    def overdue(self) -> list[Due]:
        """The asks and messages whose day is over, save those whose clock stands."""
        return [one for one in self.dues if one.due < self.day and not one.paused_since]

    def soon(self, days: Sequence[int]) -> list[Due]:
        """What is due within the longest of `days`, and what waits for the person's answer to a doubt."""
        longest = max(days, default=0)
        return [one for one in self.dues if one.paused_since or 0 <= (one.due - self.day).days <= longest]


def is_due(digest: Digest, days: Sequence[int]) -> bool:
    """Whether the digest is to be sent: something is overdue, stuck, or due in exactly one of `days`; or it is Monday.

    The one on Mondays tells that mailbot is alive where there is nothing to tell.
    """
    left = {(one.due - digest.day).days for one in digest.dues}
    return bool(digest.troubles or digest.overdue() or left & set(days)) or digest.day.weekday() == MONDAY


def digest_words(digest: Digest, days: Sequence[int], words: StaffWords) -> tuple[str, str]:
    """Subject and text; `days` as in [deadlines] alarms."""
    own, late, soon = words.digest, digest.overdue(), digest.soon(days)
    subject = own.subject.format(
        day=words.day(digest.day), overdue=len(late), soon=len(soon), troubles=len(digest.troubles)
    )
    parts = [
        (own.overdue, [_line(one, own.late, words) for one in late if not one.message]),
        (own.soon, [_line(one, own.ask, words) for one in soon if not one.message]),
        (own.messages, [_line(one, own.message, words) for one in (*late, *soon) if one.message]),
        (own.troubles, [one.told(words) for one in digest.troubles]),
    ]
    said = [_section(title, lines) for title, lines in parts if lines] or [own.well]
    if digest.forecast.open:
        said.append(_section(own.forecast, [_pace(digest.forecast, words)]))
    return f"{MARK} {subject.removeprefix(MARK).strip()}", "\n\n".join([*said, words.queue, words.footer]) + "\n"


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, "-" * len(title), *(f"- {line}" for line in lines)])


def _line(one: Due, form: str, words: StaffWords) -> str:
    state = words.state.get(one.state, one.state)
    if one.paused_since:
        state = words.digest.paused.format(day=words.day(one.paused_since))
    dates = {"due": words.day(one.due), "legal_end": words.day(one.legal_end), "approve_by": words.day(one.approve_by)}
    return form.format(about=one.about, state=state, **dates)


def _pace(forecast: Forecast, words: StaffWords) -> str:
    if forecast.last is None:
        return words.digest.no_pace.format(open=forecast.open)
    last = words.day(forecast.last)
    return words.digest.pace.format(open=forecast.open, pace=f"{forecast.pace:.1f}", last=last, late=forecast.late)
