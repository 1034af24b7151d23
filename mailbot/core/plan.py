"""What to do: from facts to releases, as values. Two decisions: the first letter, and the answers.

The first letter goes at once: it acknowledges, does what needs no human (unsubscribing), and asks the address on file
to confirm where the right asked for needs proof. The answers come after: each is a release of its own kind of yes.
A machine proposes or grants; only a human refuses (rule 6 of the rules that never bend).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.core.asking import Asking, question
from mailbot.core.identify import Found, Known
from mailbot.core.letters.draft import Section
from mailbot.core.letters.questions import Asked
from mailbot.core.policy import Policy
from mailbot.core.values import (
    Action,
    Aligned,
    Ask,
    Fields,
    Kind,
    Proof,
    Reading,
    RowUpdate,
    Suppress,
)

ORDER = (
    Kind.RESTRICTION,
    Kind.UNSUBSCRIBE,
    Kind.ACCESS,
    Kind.PORTABILITY,
    Kind.RECTIFICATION,
    Kind.OBJECTION,
    Kind.ERASURE,
    Kind.DIRECTIVE,
    Kind.HEIR,
    Kind.AUTHORITY,
)
"""The order in which several rights are told and done: frozen first, copied before changed or erased."""

_OTHERS = frozenset({Kind.HEIR, Kind.AUTHORITY})
"""The kinds that concern another than the writer: their acknowledgements are the same for everybody."""

FROZEN = "ALARM: notice of a death: newsletters stopped and record frozen, undone by `mailbot undo`"
"""What staff read of a request that froze a record."""

SILENT = frozenset({"first", "undoing", "lift"})
"""The purposes of releases that may act and answer nobody."""

PROPOSABLE = frozenset(
    {
        Kind.ACCESS,
        Kind.PORTABILITY,
        Kind.RECTIFICATION,
        Kind.UNSUBSCRIBE,
        Kind.DIRECTIVE,
        Kind.ERASURE,
        Kind.RESTRICTION,
    }
)
"""The kinds whose whole answer a machine can propose; all others are acknowledged and answered by staff."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One release as decided, not yet words or bytes."""

    purpose: str  # first answer by_hand
    asks: tuple[Kind, ...]  # the asks that it settles
    actions: tuple[Action, ...] = ()
    sections: tuple[Section, ...] = ()  # none: it acts in silence, or staff write the text
    recipient: str | None = None
    named: bool = False  # the recipient is the person on file and may be greeted by name
    by_policy: bool = False
    reason: str = ""  # why a human has to look
    challenge: bool = False
    outcome: str = "granted"  # of its asks: granted partly

    @property
    def silent(self) -> bool:
        """Whether it acts and answers nobody."""
        return self.purpose in SILENT and not self.sections


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a question to the address on file needs."""

    code: str
    expires: date


@dataclass(frozen=True, slots=True)
class Arrival:
    """All facts on one message that the first letter depends on."""

    reading: Reading
    found: Found
    sender: str | None  # the writing address
    aligned: Aligned
    proof: Proof
    mode: str
    worded: bool  # there are texts in the mail's language
    capped: bool  # this correspondent had enough automatic mail for today
    challenge: Challenge
    stops: tuple[RowUpdate, ...] = ()  # what unsubscribing writes in the client database
    also: tuple[str, ...] = ()  # other addresses named in the mail that are on file
    wish: str = ""  # the new text of the mail: what a directive would register
    questions: tuple[Asked, ...] = ()  # of a numbered letter that asks for a copy
    in_force: str | None = None  # the number of the person's directive that holds now
    general: bool = False  # the directive speaks of all data everywhere, which nobody can register yet
    scope: tuple[str, ...] = ()  # the holdings that a directive is about; none: all
    death: tuple[Action, ...] = ()  # what stops mails to the deceased and freezes the record


@dataclass(frozen=True, slots=True)
class First:
    """The first decision on a request."""

    release: Planned | None
    stopped: frozenset[Kind]  # asks that this release settles
    challenged: frozenset[Kind]  # asks that wait for the person's confirmation
    reason: str  # what staff should know of the request


def ordered(kinds: Sequence[Kind] | frozenset[Kind]) -> tuple[Kind, ...]:
    """The kinds in the order in which they are told and done."""
    return tuple(kind for kind in ORDER if kind in kinds)


def needed_proof(kind: Kind, fields: Fields, policy: Policy) -> Proof:
    """The proof that this ask needs; a change of the mail address takes over an identity and needs a confirmation."""
    if kind is Kind.RECTIFICATION and any(change.field == "email" for change in fields.changes):
        return Proof.CONFIRMED
    return policy.kind[kind].proof


def first(arrival: Arrival, policy: Policy) -> First:
    """What is said, asked and done at once on a new request."""
    asks = {ask.kind: ask for ask in arrival.reading.asks}
    stopped = frozenset(kind for kind, ask in asks.items() if _stops_now(arrival, ask, policy))
    if _erasure_stops(arrival):  # what is done anyway is told as done, however surely it was read
        stopped |= asks.keys() & {Kind.UNSUBSCRIBE}
    challenged = frozenset(kind for kind in asks if kind not in stopped and _must_prove(arrival, kind, policy))
    silence = _silence(arrival)
    sections = () if silence else _first_sections(arrival, policy, stopped, challenged)
    actions = (*(_stopping(arrival) if stopped or _erasure_stops(arrival) else ()), *_on_death(arrival))
    reason = "; ".join(part for part in (_about(arrival), silence) if part)
    if not sections and not actions:
        return First(None, frozenset(), frozenset(), reason)
    release = Planned(
        purpose="first",
        asks=ordered(stopped),
        actions=actions,
        sections=sections,
        recipient=_recipient(arrival) if sections else None,
        named=arrival.found.known is Known.KNOWN and arrival.aligned is not Aligned.NO,
        by_policy=arrival.mode == "live",
        reason="" if arrival.mode == "live" else f"mode {arrival.mode}: a human releases everything",
        challenge=bool(challenged) and bool(sections),
    )
    return First(release, stopped, challenged if sections else frozenset(), reason)


def _stops_now(arrival: Arrival, ask: Ask, policy: Policy) -> bool:
    """Unsubscribing needs no human and no proof, but a mail that fails its sender's check changes nothing."""
    if ask.kind is not Kind.UNSUBSCRIBE or not ask.automatic or policy.kind[ask.kind].release != "policy":
        return False
    if arrival.found.known is Known.UNKNOWN:
        return arrival.aligned is Aligned.YES
    return arrival.aligned is not Aligned.NO


def _unclear(arrival: Arrival, kind: Kind, policy: Policy) -> bool:
    """Whether the person is asked what he means, instead of being asked to confirm it."""
    rule = policy.kind[kind]
    return any(
        ask.kind is kind
        and ask.confidence < rule.clear
        and not any(one.rule.partition("#")[2] in rule.plain for one in ask.evidence)
        for ask in arrival.reading.asks
    )


def _must_prove(arrival: Arrival, kind: Kind, policy: Policy) -> bool:
    """Whether the person must confirm from the address on file before this ask goes on."""
    reading = arrival.reading
    if arrival.found.known is not Known.KNOWN or reading.on_behalf or reading.persons > 1:
        return False
    if kind is Kind.UNSUBSCRIBE:
        return arrival.aligned is Aligned.NO
    if _unclear(arrival, kind, policy):
        return False
    return kind in PROPOSABLE and arrival.proof.rank < needed_proof(kind, reading.fields, policy).rank


def _silence(arrival: Arrival) -> str:
    """Why no machine may write now, or nothing."""
    if not arrival.reading.may_answer.machine:
        return f"not answered by machine: {arrival.reading.may_answer.because}"
    if arrival.found.known is Known.UNKNOWN and arrival.aligned is not Aligned.YES:
        return "not answered by machine: the writer is not on file and the sender is not authenticated"
    if not arrival.worded:
        return f"not answered by machine: no texts in the language {arrival.reading.language}"
    return "not answered by machine: this correspondent had many automatic mails today" if arrival.capped else ""


def _about(arrival: Arrival) -> str:
    """What staff should know of who asks."""
    remarks = {
        "the writer is not on file": arrival.found.known is Known.UNKNOWN,
        "several persons share this address": arrival.found.known is Known.SEVERAL,
        "the sender's address failed its check": arrival.aligned is Aligned.NO,
        "asked on behalf of another": arrival.reading.on_behalf,
        "several persons are concerned": arrival.reading.persons > 1,
        "an answer is wanted at another address": arrival.reading.fields.reply_to is not None,
        "the mail refers to an attachment": "see_attachment" in arrival.reading.signals,
        FROZEN: bool(_on_death(arrival)),
        "ALARM: an authority asks: a human checks law, sender, persons named and channel": (
            Kind.AUTHORITY in arrival.reading.kinds
        ),
    }
    return "; ".join(remark for remark, holds in remarks.items() if holds)


def _recipient(arrival: Arrival) -> str | None:
    return arrival.sender if arrival.found.known is Known.UNKNOWN else arrival.found.address


def _first_sections(
    arrival: Arrival, policy: Policy, stopped: frozenset[Kind], challenged: frozenset[Kind]
) -> tuple[Section, ...]:
    """One section for each ask: done, to be confirmed, or acknowledged. A stranger gets neutral words only."""
    sections = [_done(arrival)] if stopped else []
    kinds = ordered(frozenset(ask.kind for ask in arrival.reading.asks))
    rest = [kind for kind in kinds if kind not in stopped and kind not in challenged]
    for kind in rest:
        section = _acknowledged(arrival, kind, policy)
        sections += [section] if section not in sections else []
    asked = [kind for kind in kinds if kind in challenged]
    return (*sections, *question(asked, arrival.reading.fields, _asking(arrival)))


def _acknowledged(arrival: Arrival, kind: Kind, policy: Policy) -> Section:
    """How one ask is received. Heirs and authorities are mostly strangers: their letters say nothing of any record."""
    if kind in _OTHERS:
        return Section(kind, "acknowledged")
    if arrival.reading.on_behalf:
        return Section(None, "mandate")
    if arrival.found.known is Known.UNKNOWN:
        return Section(None, "neutral")
    if kind is not Kind.ERASURE:
        return Section(kind, "acknowledged")
    return Section(
        kind,
        "clarify" if _unclear(arrival, kind, policy) else "acknowledged",
        {"newsletters_stopped": _erasure_stops(arrival)},
    )


def _done(arrival: Arrival) -> Section:
    own = arrival.found.address if arrival.found.known is Known.KNOWN else None
    return Section(Kind.UNSUBSCRIBE, "done", {"addresses": (own,) if own else ()})


def _asking(arrival: Arrival) -> Asking:
    """The wish is restated only to an authenticated sender: else anybody could have us send his words to a client."""
    return Asking(
        code=arrival.challenge.code,
        expires=arrival.challenge.expires,
        wish=arrival.wish if arrival.aligned is Aligned.YES else None,
        in_force=arrival.in_force,
        scope=arrival.scope,
        general=arrival.general,
        stopped=_erasure_stops(arrival),
    )


def _stopping(arrival: Arrival) -> tuple[Action, ...]:
    """Stop the newsletters of every address meant: in the client database and on our suppression list."""
    own = _recipient(arrival)
    addresses = sorted({*([own] if own else []), *arrival.also})
    return (*arrival.stops, *(Suppress(address) for address in addresses))


def _erasure_stops(arrival: Arrival) -> bool:
    """An erasure ask stops newsletters at once: reversible, and never wrong for who wants to be forgotten."""
    reading = arrival.reading
    plain = not reading.on_behalf and reading.persons == 1 and arrival.aligned is not Aligned.NO
    return (
        plain
        and reading.may_answer.machine  # a robot's mail, one in the junk folder: staff look first
        and arrival.found.known is Known.KNOWN
        and any(ask.kind is Kind.ERASURE and ask.scope is None and ask.when == "now" for ask in reading.asks)
    )


def _on_death(arrival: Arrival) -> tuple[Action, ...]:
    """Stop mails to the deceased and freeze the record at once: both are undone as easily (loi 78-17 art. 85-II)."""
    reading = arrival.reading
    told = Kind.HEIR in reading.kinds and arrival.aligned is not Aligned.NO and reading.may_answer.machine
    return arrival.death if told else ()
