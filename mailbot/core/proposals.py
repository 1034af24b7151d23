"""What the answer to one ask would do and say, as a value: whole, or the reason why staff must decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailbot.core.letters.draft import Section
from mailbot.core.letters.questions import OTHER, Asked
from mailbot.core.mapping.mapshape import TODO
from mailbot.core.portable import DEMANDED
from mailbot.core.values import Action, Export, Kind, Notify, RegisterDirective, RowUpdate, Suppress


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one ask would do and say."""

    actions: tuple[Action, ...]
    section: Section
    reasons: tuple[str, ...] = ()  # why a human has to look at it
    outcome: str = "granted"  # granted partly


def propose_access(
    exports: Sequence[Export],
    elsewhere: Sequence[str],
    reasons: Sequence[str] = (),
    questions: Sequence[Asked] = (),
    *,
    locked: bool = False,
) -> Proposal:
    """The whole answer of GDPR art. 15; one person's records of several companies are told one after the other.

    The questions of a numbered letter are answered in its order; what the copy does not answer is left to staff.
    """
    holdings = tuple(holding for export in exports for holding in export.holdings)
    if not holdings:
        return Proposal((), Section(Kind.ACCESS, "nothing_held"), ("nothing is held: confirm before release",))
    as_of: datetime = exports[0].as_of
    facts = {"holdings": holdings, "as_of": as_of, "locked": locked, "questions": tuple(questions)}
    lacking = tuple(f"{BLANK}: {what}" for what in blanks(exports))
    numbers = ", ".join(one.number for one in questions if one.topic == OTHER)
    unanswered = (f"question {numbers} of the mail is not answered by the copy: `mailbot edit`",) if numbers else ()
    looks = (*lacking, *unanswered, *reasons, *(f"look there too: {title}" for title in elsewhere))
    return Proposal((), Section(Kind.ACCESS, "granted", facts), looks)


BLANK = "blank in the data map"
"""What stands before each thing that the map must still say before a copy may leave."""


def blanks(exports: Sequence[Export]) -> tuple[str, ...]:
    """What of the information of GDPR art. 15(1) the data map leaves blank: holding and part."""
    parts = ("purpose", "recipients", "retention", "source")
    holdings = (holding for export in exports for holding in export.holdings)
    return tuple(dict.fromkeys(f"{h.name} {part}" for h in holdings for part in parts if not _said(getattr(h, part))))


def _said(value: str | Sequence[str]) -> bool:
    """Whether a part has words of the company, and not the gap of a drafted map."""
    parts = [value] if isinstance(value, str) else value
    return any(part.strip() for part in parts) and not any(TODO in part for part in parts)


def propose_portability(exports: Sequence[Export], reasons: Sequence[str], *, locked: bool = False) -> Proposal | str:
    """What the person provided, in a form that machines read (GDPR art. 20); a machine gives more than it demands."""
    holdings = tuple(holding for export in exports for holding in export.holdings)
    if not holdings:
        return "nothing that the person provided is held, as the data map says"
    free = [holding.title for holding in holdings if holding.basis not in DEMANDED]
    remark = (f"art. 20 demands it for consent and contract only, not for: {', '.join(free)}",) if free else ()
    section = Section(Kind.PORTABILITY, "granted", {"holdings": holdings, "as_of": exports[0].as_of, "locked": locked})
    return Proposal((), section, (*reasons, *remark))


def propose_rectification(
    updates: Sequence[RowUpdate], undecided: Sequence[str], needs_staff: Sequence[str], notices: Sequence[Notify]
) -> Proposal | str:
    """Old to new for each cell, and the recipients told of it (art. 19); or why staff must decide (GDPR art. 16)."""
    if undecided and not updates:
        return "; ".join(undecided)
    if not updates:
        return Proposal((), Section(Kind.RECTIFICATION, "nothing_to_change"), ("the data is already as asked",))
    cells = [cell for update in updates for cell in update.cells]
    changes = tuple({"title": c.title or c.column, "old": c.old, "new": c.new} for c in cells)
    told = tuple({tuple(change.items()): change for change in changes}.values())  # the same for each record: once
    facts = {"changes": told, "recipients": tuple(dict.fromkeys(notice.recipient for notice in notices))}
    section = Section(Kind.RECTIFICATION, "granted", facts)
    return Proposal((*updates, *notices), section, (*needs_staff, *undecided))


def propose_stop(updates: Sequence[RowUpdate], address: str) -> Proposal:
    """Newsletters stopped (GDPR art. 21(3))."""
    return Proposal((*updates, Suppress(address)), Section(Kind.UNSUBSCRIBE, "done", {"addresses": (address,)}))


def propose_directive(wanted: RegisterDirective, on: date, *, restated: bool = True) -> Proposal | str:
    """The directive entered in the register, or changed, or revoked (loi 78-17 art. 85).

    `wanted.replaces` is the number in force now, whatever the person asks; the action follows from both.
    """
    action, in_force = wanted.action, wanted.replaces
    if action == "revoke" and in_force is None:
        return "a directive is revoked, but none is in force"
    if action != "revoke":
        action = "modify" if in_force else "define"
    entry = replace(wanted, action=action)
    outcome = {"define": "registered", "modify": "modified", "revoke": "revoked"}[action]
    remarks = {
        "data would go to a third party": "communicate" in entry.wishes,
        "confirmed without its text being shown: ask the person first": not restated and action != "revoke",
    }
    told = tuple(remark for remark, holds in remarks.items() if holds)
    return Proposal((entry,), Section(Kind.DIRECTIVE, outcome, directive_facts(entry, on)), told)


def directive_facts(entry: RegisterDirective, on: date) -> Mapping[str, object]:
    """What letter and certificate tell of an entry of the register."""
    return {
        "number": entry.number,
        "on": on,
        "text": entry.text,
        "wishes": entry.wishes,
        "executor": entry.executor,
        "replaces": entry.replaces,
        "scope": entry.scope,
    }
