"""The three state machines, each a table, and the status of a request as a function of them.

Everything that decides which step may follow which stands in this file. A pair (state, event) that is in no table
raises IllegalTransition and changes nothing. docs/states.md is drawn from these tables; a test holds it current.

Asks go their own way: one ask of a request may be done while another is still proving. A release carries asks; when a
release settles, its asks do. A reply belongs to one release; when it is sent, the release is replied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Who(StrEnum):
    """Who may make a transition."""

    STEP = "step"  # the path itself
    POLICY = "policy"  # the path, where rules/policy.toml allows it; else staff
    STAFF = "staff"  # a named human only


class AskState(StrEnum):
    """Where one ask stands."""

    OPEN = "open"
    PROVING = "proving"
    READY = "ready"
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    DISMISSED = "dismissed"
    MERGED = "merged"


class ReleaseState(StrEnum):
    """Where one release stands."""

    PLANNED = "planned"
    APPROVED = "approved"
    PERFORMING = "performing"
    PERFORMED = "performed"
    REPLIED = "replied"
    CLOSED = "closed"
    STALE = "stale"
    UNDONE = "undone"
    BLOCKED = "blocked"


class ReplyState(StrEnum):
    """Where one outgoing mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class IllegalTransition(Exception):
    """This event cannot happen in this state."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a table: in state `source`, `event` leads to `target`; `label` is what staff press."""

    source: str
    event: str
    target: str
    who: Who = Who.STEP
    label: str = ""


A, R, P = AskState, ReleaseState, ReplyState


def _staff_ends(source: AskState) -> tuple[Transition, ...]:
    """The ways in which staff may end an ask that is still alive."""
    return (
        Transition(source, "refused", A.REFUSED, Who.STAFF, "Refuse"),
        Transition(source, "withdrawn", A.WITHDRAWN, Who.STAFF, "Withdrawn by the person"),
        Transition(source, "handed_over", A.HANDED_OVER, Who.STAFF, "Hand over"),
        Transition(source, "dismissed", A.DISMISSED, Who.STAFF, "Not a request"),
        Transition(source, "merged", A.MERGED, Who.STAFF, "Merge"),
    )


ASK = (
    Transition(A.OPEN, "challenged", A.PROVING),
    Transition(A.OPEN, "planned", A.READY),
    Transition(A.PROVING, "confirmed", A.OPEN),
    Transition(A.PROVING, "verified", A.OPEN, Who.STAFF, "Mark as verified"),
    Transition(A.PROVING, "denied", A.DISMISSED),
    Transition(A.PROVING, "unanswered", A.OPEN),
    Transition(A.PROVING, "replan", A.OPEN),
    Transition(A.READY, "replan", A.OPEN),
    Transition(A.READY, "settled", A.DONE),
    Transition(A.READY, "settled_in_part", A.PARTLY),
    *_staff_ends(A.OPEN),
    *_staff_ends(A.PROVING),
    *_staff_ends(A.READY),
    Transition(A.DONE, "reopened", A.OPEN),
    Transition(A.PARTLY, "reopened", A.OPEN),
    Transition(A.REFUSED, "reopened", A.OPEN),
    Transition(A.DISMISSED, "restored", A.OPEN, Who.STAFF, "Asked after all"),
    Transition(A.WITHDRAWN, "restored", A.OPEN, Who.STAFF, "Asked after all"),
)

RELEASE = (
    Transition(R.PLANNED, "approve", R.APPROVED, Who.POLICY, "Release"),
    Transition(R.PLANNED, "outdated", R.STALE),
    Transition(R.PLANNED, "drop", R.UNDONE, Who.STAFF, "Drop"),
    Transition(R.APPROVED, "undo", R.UNDONE, Who.STAFF, "Undo"),
    Transition(R.APPROVED, "outdated", R.STALE),
    Transition(R.APPROVED, "perform", R.PERFORMING),
    Transition(R.PERFORMING, "performed", R.PERFORMED),
    Transition(R.PERFORMING, "outdated", R.STALE),
    Transition(R.PERFORMING, "blocked", R.BLOCKED),
    Transition(R.BLOCKED, "drop", R.UNDONE, Who.STAFF, "Drop"),
    Transition(R.BLOCKED, "approve", R.APPROVED, Who.STAFF, "Try again"),
    Transition(R.PERFORMED, "replied", R.REPLIED),
    Transition(R.REPLIED, "settle", R.CLOSED),
    Transition(R.CLOSED, "bounced", R.BLOCKED),
)

REPLY = (
    Transition(P.WAITING, "send", P.SENDING),
    Transition(P.DEFERRED, "send", P.SENDING),
    Transition(P.SENDING, "sent", P.SENT),
    Transition(P.SENDING, "deferred", P.DEFERRED),
    Transition(P.SENDING, "failed", P.FAILED),
    Transition(P.SENDING, "uncertain", P.UNCERTAIN),
    Transition(P.UNCERTAIN, "sent", P.SENT, Who.STAFF, "It was sent"),
    Transition(P.UNCERTAIN, "resend", P.WAITING, Who.STAFF, "Send again"),
    Transition(P.FAILED, "resend", P.WAITING, Who.STAFF, "Send again"),
    Transition(P.FAILED, "sent", P.SENT, Who.STAFF, "It was sent"),
    Transition(P.SENT, "bounced", P.FAILED),
)

TABLES: Mapping[str, tuple[Transition, ...]] = MappingProxyType({"ask": ASK, "release": RELEASE, "reply": REPLY})
_NEXT = {name: {(row.source, row.event): row for row in table} for name, table in TABLES.items()}


def transition(machine: str, state: str, event: str) -> Transition:
    """The row of `machine` ("ask", "release", "reply") for this state and event; raises IllegalTransition."""
    try:
        return _NEXT[machine][state, event]
    except KeyError:
        message = f"{machine} in state {state} cannot have the event {event}"
        raise IllegalTransition(message) from None


def targets(machine: str, event: str) -> Mapping[str, str]:
    """For one event: each state that it may happen in, and where it leads."""
    return {row.source: row.target for row in TABLES[machine] if row.event == event}


ASK_OVER = frozenset({A.DONE, A.PARTLY, A.REFUSED, A.WITHDRAWN, A.HANDED_OVER, A.DISMISSED, A.MERGED})
RELEASE_OVER = frozenset({R.CLOSED, R.STALE, R.UNDONE})


class RequestState(StrEnum):
    """What a request waits for, most urgent first."""

    TROUBLE = "trouble"  # a release is blocked, a reply failed or is uncertain: staff
    TO_RELEASE = "to_release"  # a release waits for a human
    TO_STAFF = "to_staff"  # an ask is open and the machine has nothing to propose
    LEAVING = "leaving"  # approved, on its way
    PROVING = "proving"  # the person has to confirm
    PREPARING = "preparing"  # the machine will propose an answer
    CLOSED = "closed"


_TROUBLED = frozenset({P.FAILED, P.UNCERTAIN})
_ON_ITS_WAY = frozenset({R.APPROVED, R.PERFORMING, R.PERFORMED})


def request_state(
    asks: Iterable[str], releases: Iterable[str], replies: Iterable[str], *, preparing: bool = False
) -> RequestState:
    """The status of a request from the states of its asks, releases and replies.

    `preparing` says that the step that proposes answers has not looked at it yet.
    """
    ask_states, release_states = set(asks), set(releases)
    alive = ask_states - ASK_OVER
    if R.BLOCKED in release_states or _TROUBLED & set(replies):
        return RequestState.TROUBLE
    if R.PLANNED in release_states:
        return RequestState.TO_RELEASE
    if A.OPEN in alive:
        return RequestState.PREPARING if preparing else RequestState.TO_STAFF
    if _ON_ITS_WAY & release_states:
        return RequestState.LEAVING
    return RequestState.PROVING if A.PROVING in alive else RequestState.CLOSED
