"""The second decision: which answers a machine proposes on an open request, and why the others are left to staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mailbot.core.identify import Known
from mailbot.core.letters.draft import Section
from mailbot.core.letters.questions import OTHER, Asked
from mailbot.core.mapping.mapshape import TODO
from mailbot.core.plan import PROPOSABLE, Planned, needed_proof, ordered
from mailbot.core.policy import Policy
from mailbot.core.portable import DEMANDED
from mailbot.core.values import (
    Action,
    Aligned,
    Export,
    Fields,
    Kind,
    Notify,
    Person,
    Proof,
    RegisterDirective,
    RowUpdate,
    Suppress,
)

ALONE = frozenset({Kind.RESTRICTION, Kind.ERASURE})
"""Kinds whose answer is a release of its own: the one waits for nothing, the other is looked at by itself."""


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """One ask that waits for an answer."""

    kind: Kind
    automatic: bool
    scope: str | None
    when: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a request when its answers are proposed."""

    asks: tuple[OpenAsk, ...]
    known: Known
    proof: Proof
    mode: str
    address: str | None  # the stored address that answers go to
    fields: Fields
    on_behalf: bool
    persons: int  # living persons that the asks concern
    aligned: Aligned = Aligned.UNKNOWN
    weak: tuple[str, ...] = ()  # why the address proves less than it seems
    elsewhere: tuple[str, ...] = ()  # data outside the database that staff must look at before release


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one ask would do and say."""

    actions: tuple[Action, ...]
    section: Section
    reasons: tuple[str, ...] = ()  # why a human has to look at it
    outcome: str = "granted"  # granted partly


def by_hand(case: Case, ask: OpenAsk, policy: Policy) -> str | None:
    """Why a machine proposes no answer to this ask, or None if it may."""
    if ask.kind not in PROPOSABLE:
        return "staff answer this kind"
    if case.known is Known.UNKNOWN:
        return "the writer is not on file"
    if case.known is Known.SEVERAL and ask.kind is not Kind.UNSUBSCRIBE:
        return "several persons share this address"
    if case.on_behalf or case.persons > 1:
        return "asked on behalf of another" if case.on_behalf else "several persons are concerned"
    if case.proof.rank < needed_proof(ask.kind, case.fields, policy).rank:
        return f"proof is {case.proof}; this needs {needed_proof(ask.kind, case.fields, policy)}"
    return None


def weaknesses(address: str | None, persons: Sequence[Person], policy: Policy, today: date) -> tuple[str, ...]:
    """Why the address on file proves less than it seems: a box of several people, or a record changed lately."""
    local = (address or "").partition("@")[0].partition("+")[0].casefold()
    fresh = timedelta(days=policy.identity.fresh_days)
    changed = any(person.changed is not None and today - person.changed < fresh for person in persons)
    remarks = {
        "a box that several people may read": local in policy.identity.generic_boxes,
        f"the record was changed within {fresh.days} days": changed,
    }
    return tuple(remark for remark, holds in remarks.items() if holds)


def doubts(ask: OpenAsk) -> tuple[str, ...]:
    """What in the wish itself a human must weigh: a scope, a date, a reading that is not sure."""
    found = []
    if ask.scope is not None:
        found.append(f"{ask.kind}: asked for a part only")
    if ask.when != "now":
        found.append(f"{ask.kind}: asked for a certain time")
    if not ask.automatic and not found:
        found.append(f"{ask.kind}: the reading is not sure enough")
    return tuple(found)


def _unsure_who(case: Case, kind: Kind) -> tuple[str, ...]:
    """What makes it doubtful that the person asks. Unsubscribing needs no proof, but no forged sender goes unseen."""
    if kind is not Kind.UNSUBSCRIBE:
        return case.weak
    forged = case.aligned is Aligned.NO and case.proof.rank < Proof.CONFIRMED.rank
    return ("the sender's address failed its check",) if forged else ()


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


def releases(case: Case, proposals: Mapping[Kind, Proposal], left: Mapping[Kind, str], policy: Policy) -> list[Planned]:
    """The releases of a request: what policy may release, what a human releases, what staff write themselves."""
    asks = {ask.kind: ask for ask in case.asks}
    reasons = {
        kind: (*proposal.reasons, *doubts(asks[kind]), *_unsure_who(case, kind)) for kind, proposal in proposals.items()
    }
    free = frozenset(kind for kind in proposals if policy.kind[kind].release == "policy" and not reasons[kind])
    planned = []
    if free:
        planned.append(_together(case, proposals, ordered(free), by_policy=case.mode == "live", reasons=()))
    slow = frozenset(proposals) - free
    for group in (*(frozenset({kind}) for kind in sorted(ALONE)), slow - ALONE):
        if rest := ordered(group & slow):
            doubtful = tuple(reason for kind in rest for reason in reasons[kind])
            planned.append(_together(case, proposals, rest, by_policy=False, reasons=doubtful))
    if left:
        why = "; ".join(dict.fromkeys(left.values()))
        kinds = ordered(frozenset(left))
        planned.append(Planned("by_hand", kinds, recipient=case.address, named=case.known is Known.KNOWN, reason=why))
    return planned


def _together(
    case: Case,
    proposals: Mapping[Kind, Proposal],
    kinds: tuple[Kind, ...],
    *,
    by_policy: bool,
    reasons: tuple[str, ...],
) -> Planned:
    chosen = [proposals[kind] for kind in kinds]
    return Planned(
        purpose="answer",
        asks=kinds,
        actions=tuple(action for proposal in chosen for action in proposal.actions),
        sections=tuple(proposal.section for proposal in chosen),
        recipient=case.address,
        named=case.known is Known.KNOWN,
        by_policy=by_policy,
        reason="; ".join(dict.fromkeys(reasons)),
        outcome="partly" if any(proposal.outcome == "partly" for proposal in chosen) else "granted",
    )
