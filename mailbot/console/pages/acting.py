"""What the buttons of a request and a message do: each calls the function that the command line calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from mailbot.actions import (
    amending,
    answering,
    asking,
    assigning,
    correcting,
    deciding,
    doubting,
    ending,
    heirs,
    informing,
    lifting,
    posting,
    releasing,
    searching,
    striking,
    undoing,
)
from mailbot.actions.finding import Refused
from mailbot.console.pages.register import SCAN, scan
from mailbot.console.visit import Page, Visit
from mailbot.core.roles import Right
from mailbot.core.values import Change, Kind

CHANGED = "changed since it was shown"  # of mailbot.actions.releasing.approve


@dataclass(frozen=True, slots=True)
class Act:
    """One button: its name in the address, who may press it, what it calls; that gives what happened, to be told."""

    name: str
    may: Right
    do: Callable[[Visit, str], str]
    form_limit: int = 1_000_000  # bytes


def run(act: Act, base: str) -> Callable[[Visit], Response]:
    """The handler of a button: do it, say what became of it, and show the request again."""

    def handler(visit: Visit) -> Response:
        ref = visit.part("ref")
        try:
            visit.tell(act.do(visit, ref))
        except Refused as fault:
            visit.tell(visit.words.plainly(str(fault)), good=False)
            if act.name == "release" and CHANGED in str(fault):
                return visit.go(f"{base}/{ref}?{urlencode({'was': visit.typed('hash')})}")
        return visit.go(f"{base}/{ref}")

    return handler


# --- a release --------------------------------------------------------------------------------------------------------


def _release(visit: Visit, ref: str) -> str:
    done = releasing.approve(
        visit.desk.house, _numbered(visit, ref), visit.by, visit.typed("hash"), visit.now, authenticated=True
    )
    if not done.complete:
        return visit.words("did.seen")
    minutes = int(visit.desk.house.settings.undo_delay.total_seconds() // 60)
    return visit.words("did.release_delayed", n=minutes) if minutes else visit.words("did.release")


def _edit(visit: Visit, ref: str) -> str:
    releasing.edit(visit.desk.house, _numbered(visit, ref), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.edit")


def _undo(visit: Visit, ref: str) -> str:
    undoing.undo(visit.desk.house, _numbered(visit, ref), visit.by, visit.now)
    return visit.words("did.undo")


def _resolve(visit: Visit, ref: str) -> str:
    how = visit.typed("how")
    if how not in {"sent", "resend"}:
        raise Refused(visit.words("error.choice"))
    releasing.resolve(visit.desk.house, _numbered(visit, ref), how, visit.by, visit.now)
    return visit.words("did.resolve")


def _numbered(visit: Visit, ref: str) -> str:
    number = visit.typed("n")
    if not (number.isdecimal() and number.isascii() and len(number) < 6):  # noqa: PLR2004 -- no request has that many
        raise Refused(visit.words("error.choice"))
    return f"{ref}/{int(number)}"


# --- a request --------------------------------------------------------------------------------------------------------


def _refuse(visit: Visit, ref: str) -> str:
    told = deciding.Refusal(_kind(visit), visit.typed("ground"), visit.typed("text"), visit.typed("granted"))
    deciding.refuse(visit.desk.house, ref, told, visit.by, visit.now)
    return visit.words("did.refuse")


def _inform(visit: Visit, ref: str) -> str:
    informing.inform(visit.desk.house, ref, visit.typed("outcome"), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.inform")


def _extend(visit: Visit, ref: str) -> str:
    until = deciding.extend(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.extend", day=visit.day(until.isoformat()))


def _reclassify(visit: Visit, ref: str) -> str:
    correcting.reclassify(visit.desk.house, ref, _kinds(visit), visit.by, visit.now)
    return visit.words("did.reclassify")


def _attribute(visit: Visit, ref: str) -> str:
    person = correcting.attribute(visit.desk.house, ref, visit.typed("person").strip(), visit.by, visit.now)
    return visit.words("did.attribute", name=person.name)


def _prove(visit: Visit, ref: str) -> str:
    asking.ask_proof(visit.desk.house, ref, visit.by, visit.now)
    return visit.words("did.prove")


def _answer(visit: Visit, ref: str) -> str:
    answering.answer(visit.desk.house, ref, _kinds(visit), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.answer")


def _amend(visit: Visit, ref: str) -> str:
    rows = zip(visit.ticked("field"), visit.ticked("old"), visit.ticked("new"), strict=False)
    changes = [Change(field, old.strip() or None, new.strip()) for field, old, new in rows if new.strip()]
    amending.amend(visit.desk.house, ref, changes, visit.by, visit.now)
    return visit.words("did.amend")


def _doubt(visit: Visit, ref: str) -> str:
    doubting.doubt(visit.desk.house, ref, _kinds(visit), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.doubt")


def _heirs(visit: Visit, ref: str) -> str:
    erase = bool(visit.typed("erase"))
    estate = heirs.Estate(visit.typed("person").strip(), visit.typed("reason"), erase, visit.typed("text"))
    heirs.settle_estate(visit.desk.house, ref, estate, visit.by, visit.now)
    return visit.words("did.heirs")


def _lift(visit: Visit, ref: str) -> str:
    lifting.lift(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.lift")


def _look(visit: Visit, ref: str) -> str:
    place = visit.typed("place")
    number = int(place) if place.isdecimal() and len(place) < 4 else 0  # noqa: PLR2004 -- no map names that many
    title = searching.look(visit.desk.house, ref, number, scan(visit), visit.by, visit.now)
    return visit.words("did.look", place=title)


def _posted(visit: Visit, ref: str) -> str:
    try:
        day = date.fromisoformat(visit.typed("on")) if visit.typed("on") else None
    except ValueError:
        raise Refused(visit.words("error.day")) from None
    posting.was_posted(visit.desk.house, _numbered(visit, ref), day, visit.by, visit.now)
    return visit.words("did.posted")


def _verify(visit: Visit, ref: str) -> str:
    correcting.verify(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.verify")


def _note(visit: Visit, ref: str) -> str:
    deciding.note(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.note")


def _assign(visit: Visit, ref: str) -> str:
    assigning.assign(visit.desk.house, ref, visit.typed("to"), visit.by, visit.now)
    return visit.words("did.assign")


def _withdraw(visit: Visit, ref: str) -> str:
    ending.withdraw(visit.desk.house, ref, visit.by, visit.now)
    return visit.words("did.withdraw")


def _hand_over(visit: Visit, ref: str) -> str:
    ending.hand_over(visit.desk.house, ref, visit.by, visit.now)
    return visit.words("did.hand_over")


def _dismiss(visit: Visit, ref: str) -> str:
    ending.dismiss(visit.desk.house, ref, visit.by, visit.now)
    return visit.words("did.dismiss")


def _merge(visit: Visit, ref: str) -> str:
    into = visit.typed("into").strip()
    ending.merge(visit.desk.house, ref, into, visit.by, visit.now)
    return visit.words("did.merge", ref=into)


def _kind(visit: Visit) -> Kind:
    return _kinds(visit, "kind", 1)[0]


def _kinds(visit: Visit, field: str = "kind", most: int = len(Kind)) -> Sequence[Kind]:
    """The kinds ticked; raises Refused for none and for a word that is none."""
    named = visit.ticked(field)[:most]
    if not named or any(name not in set(Kind) for name in named):
        raise Refused(visit.words("error.kinds"))
    return [Kind(name) for name in named]


# --- a message --------------------------------------------------------------------------------------------------------


def _strike(visit: Visit, ref: str) -> str:
    part = visit.typed("part")
    number = int(part) if part.isdecimal() and len(part) < 6 else -1  # noqa: PLR2004 -- no mail has that many
    striking.strike(visit.desk.house, ref, number, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.strike")


REQUEST_ACTS = (
    Act("release", Right.RELEASE, _release),
    Act("edit", Right.PREPARE, _edit),
    Act("undo", Right.RELEASE, _undo),
    Act("resolve", Right.RELEASE, _resolve),
    Act("refuse", Right.PREPARE, _refuse),
    Act("inform", Right.PREPARE, _inform),
    Act("extend", Right.RELEASE, _extend),
    Act("reclassify", Right.PREPARE, _reclassify),
    Act("attribute", Right.PREPARE, _attribute),
    Act("verify", Right.RELEASE, _verify),
    Act("prove", Right.PREPARE, _prove),
    Act("answer", Right.PREPARE, _answer),
    Act("amend", Right.PREPARE, _amend),
    Act("doubt", Right.RELEASE, _doubt),
    Act("heirs", Right.RELEASE, _heirs),
    Act("look", Right.PREPARE, _look, SCAN),
    Act("lift", Right.RELEASE, _lift),
    Act("posted", Right.RELEASE, _posted),
    Act("note", Right.PREPARE, _note),
    Act("assign", Right.PREPARE, _assign),
    Act("withdraw", Right.RELEASE, _withdraw),
    Act("hand-over", Right.RELEASE, _hand_over),
    Act("dismiss", Right.RELEASE, _dismiss),
    Act("merge", Right.RELEASE, _merge),
)
MESSAGE_ACTS = (Act("dismiss", Right.PREPARE, _dismiss), Act("strike", Right.RELEASE, _strike))

PAGES = (
    *(
        Page(f"/r/{{ref}}/{act.name}", run(act, "/r"), act.may, post=True, form_limit=act.form_limit)
        for act in REQUEST_ACTS
    ),
    *(Page(f"/m/{{ref}}/{act.name}", run(act, "/m"), act.may, post=True) for act in MESSAGE_ACTS),
)
