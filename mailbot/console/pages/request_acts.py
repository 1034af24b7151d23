"""What the buttons of a request and of a message do: each calls the function that the command line calls."""

from __future__ import annotations

from mailbot.actions import (
    amending,
    answering,
    asking,
    assigning,
    bequeathing,
    correcting,
    deciding,
    doubting,
    ending,
    heirs,
    informing,
    lifting,
    searching,
    striking,
)
from mailbot.console.acts import Act, kinds, one_kind
from mailbot.console.pages.register import SCAN, scan
from mailbot.console.visit import Visit
from mailbot.core.roles import Right
from mailbot.core.values import Change
from mailbot.core.will import WISHES


def _refuse(visit: Visit, ref: str) -> str:
    told = deciding.Refusal(one_kind(visit), visit.typed("ground"), visit.typed("text"), visit.typed("granted"))
    deciding.refuse(visit.desk.house, ref, told, visit.by, visit.now)
    return visit.words("did.refuse")


def _inform(visit: Visit, ref: str) -> str:
    informing.inform(visit.desk.house, ref, visit.typed("outcome"), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.inform")


def _extend(visit: Visit, ref: str) -> str:
    until = deciding.extend(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.extend", day=visit.day(until.isoformat()))


def _reclassify(visit: Visit, ref: str) -> str:
    correcting.reclassify(visit.desk.house, ref, kinds(visit), visit.by, visit.now)
    return visit.words("did.reclassify")


def _attribute(visit: Visit, ref: str) -> str:
    person = correcting.attribute(visit.desk.house, ref, visit.typed("person").strip(), visit.by, visit.now)
    return visit.words("did.attribute", name=person.name)


def _prove(visit: Visit, ref: str) -> str:
    asking.ask_proof(visit.desk.house, ref, visit.by, visit.now)
    return visit.words("did.prove")


def _answer(visit: Visit, ref: str) -> str:
    answering.answer(visit.desk.house, ref, kinds(visit), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.answer")


def _amend(visit: Visit, ref: str) -> str:
    rows = zip(visit.ticked("field"), visit.ticked("old"), visit.ticked("new"), strict=False)
    changes = [Change(field, old.strip() or None, new.strip()) for field, old, new in rows if new.strip()]
    amending.amend(visit.desk.house, ref, changes, visit.by, visit.now)
    return visit.words("did.amend")


def _doubt(visit: Visit, ref: str) -> str:
    doubting.doubt(visit.desk.house, ref, kinds(visit), visit.typed("text"), visit.by, visit.now)
    return visit.words("did.doubt")


def _heirs(visit: Visit, ref: str) -> str:
    erase = bool(visit.typed("erase"))
    nobody = bool(visit.typed("nobody"))
    estate = heirs.Estate(visit.typed("person").strip(), visit.typed("reason"), erase, visit.typed("text"), nobody)
    heirs.settle_estate(visit.desk.house, ref, estate, visit.by, visit.now)
    return visit.words("did.heirs")


def _bequeath(visit: Visit, ref: str) -> str:
    bequest = bequeathing.Bequest(visit.typed("person").strip(), visit.typed("to"), visit.typed("reason"))
    bequeathing.bequeath(visit.desk.house, ref, bequest, visit.by, visit.now)
    return visit.words("did.bequeath")


def _wishes(visit: Visit, ref: str) -> str:
    wished = {wish: visit.ticked(f"of_{wish}") for wish in visit.ticked("wish")[: len(WISHES)]}
    executor = visit.typed("executor").strip() or None
    amending.amend_directive(visit.desk.house, ref, wished, executor, visit.by, visit.now)
    return visit.words("did.wishes")


def _lift(visit: Visit, ref: str) -> str:
    lifting.lift(visit.desk.house, ref, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.lift")


def _look(visit: Visit, ref: str) -> str:
    place = visit.typed("place")
    number = int(place) if place.isdecimal() and len(place) < 4 else 0  # noqa: PLR2004 -- no map names that many
    title = searching.look(visit.desk.house, ref, number, scan(visit), visit.by, visit.now)
    return visit.words("did.look", place=title)


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


def _strike(visit: Visit, ref: str) -> str:
    part = visit.typed("part")
    number = int(part) if part.isdecimal() and len(part) < 6 else -1  # noqa: PLR2004 -- no mail has that many
    striking.strike(visit.desk.house, ref, number, visit.typed("text"), visit.by, visit.now)
    return visit.words("did.strike")


ACTS = (
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
    Act("bequeath", Right.RELEASE, _bequeath),
    Act("wishes", Right.PREPARE, _wishes),
    Act("look", Right.PREPARE, _look, SCAN),
    Act("lift", Right.RELEASE, _lift),
    Act("note", Right.PREPARE, _note),
    Act("assign", Right.PREPARE, _assign),
    Act("withdraw", Right.RELEASE, _withdraw),
    Act("hand-over", Right.RELEASE, _hand_over),
    Act("dismiss", Right.RELEASE, _dismiss),
    Act("merge", Right.RELEASE, _merge),
)
MESSAGE_ACTS = (Act("dismiss", Right.PREPARE, _dismiss), Act("strike", Right.RELEASE, _strike))
