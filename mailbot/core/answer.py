"""The second decision: which answers a machine proposes on an open request, and why the others are left to staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.core.identify import Known
from mailbot.core.plan import PROPOSABLE, Planned, needed_proof, ordered
from mailbot.core.policy import Policy
from mailbot.core.proposals import Proposal
from mailbot.core.values import Aligned, Fields, Kind, Person, Proof

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
