"""What the buttons of one release do: each calls the function that the command line calls."""

from __future__ import annotations

from datetime import date

from mailbot.actions import editing, posting, releasing, undoing
from mailbot.actions.finding import Refused
from mailbot.console.acts import Act, numbered
from mailbot.console.visit import Visit
from mailbot.core.roles import Right


def _release(visit: Visit, ref: str) -> str:
    done = releasing.approve(
        visit.desk.house, numbered(visit, ref), visit.by, visit.typed("hash"), visit.now, authenticated=True
    )
    if not done.complete:
        return visit.words("did.seen")
    minutes = int(visit.desk.house.settings.undo_delay.total_seconds() // 60)
    return visit.words("did.release_delayed", n=minutes) if minutes else visit.words("did.release")


def _edit(visit: Visit, ref: str) -> str:
    editing.edit(visit.desk.house, numbered(visit, ref), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.edit")


def _undo(visit: Visit, ref: str) -> str:
    undoing.undo(visit.desk.house, numbered(visit, ref), visit.by, visit.now)
    return visit.words("did.undo")


def _resolve(visit: Visit, ref: str) -> str:
    how = visit.typed("how")
    if how not in {"sent", "resend"}:
        raise Refused(visit.words("error.choice"))
    releasing.resolve(visit.desk.house, numbered(visit, ref), how, visit.by, visit.now)
    return visit.words("did.resolve")


def _posted(visit: Visit, ref: str) -> str:
    try:
        day = date.fromisoformat(visit.typed("on")) if visit.typed("on") else None
    except ValueError:
        raise Refused(visit.words("error.day")) from None
    posting.was_posted(visit.desk.house, numbered(visit, ref), day, visit.by, visit.now)
    return visit.words("did.posted")


ACTS = (
    Act("release", Right.RELEASE, _release),
    Act("edit", Right.PREPARE, _edit),
    Act("undo", Right.RELEASE, _undo),
    Act("resolve", Right.RELEASE, _resolve),
    Act("posted", Right.RELEASE, _posted),
)
