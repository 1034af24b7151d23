"""The first letter, which goes at once: it acknowledges, does what needs no human (unsubscribing), and asks.

It asks the address on file to confirm where the right asked for needs proof; it states a doubt where an identification
failed or contradicts itself; and it asks what is meant where that is not plain.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailbot.core.asking import Asking, question
from mailbot.core.doubt import OTHERS, Doubt, stated
from mailbot.core.identify import Known
from mailbot.core.letters.draft import Section
from mailbot.core.plan import PROPOSABLE, Arrival, First, Planned, needed_proof, ordered
from mailbot.core.policy import Policy
from mailbot.core.values import Action, Aligned, Ask, Kind, Suppress

FROZEN = "ALARM: notice of a death: newsletters stopped and record frozen, undone by `mailbot undo`"
"""What staff read of a request that froze a record."""


def first(arrival: Arrival, policy: Policy) -> First:
    """What is said, asked and done at once on a new request."""
    asks = {ask.kind: ask for ask in arrival.reading.asks}
    stopped = frozenset(kind for kind, ask in asks.items() if _stops_now(arrival, ask, policy))
    if _erasure_stops(arrival):  # what is done anyway is told as done, however surely it was read
        stopped |= asks.keys() & {Kind.UNSUBSCRIBE}
    challenged = frozenset(kind for kind in asks if kind not in stopped and _must_prove(arrival, kind, policy))
    silence = _silence(arrival)
    doubt = None if silence else _doubt(arrival, policy, asks.keys() - stopped, challenged)
    sections = () if silence else _first_sections(arrival, policy, stopped, challenged, doubt)
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
    return First(release, stopped, challenged if sections else frozenset(), reason, doubt)


def _doubt(
    arrival: Arrival, policy: Policy, waiting: frozenset[Kind] | set[Kind], challenged: frozenset[Kind]
) -> Doubt | None:
    """The doubt that the letter states, where policy and the country's law let it suspend the time.

    Only if it is asked without undue delay: a question that comes late would take from the person what we lost.
    """
    identity = policy.identity
    if not arrival.prompt or arrival.country not in identity.suspends:
        return None
    doubt = stated(arrival.found, arrival.aligned, arrival.reading, ordered(frozenset(waiting)), ordered(challenged))
    return doubt if doubt and doubt.because in identity.doubts else None


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
    arrival: Arrival, policy: Policy, stopped: frozenset[Kind], challenged: frozenset[Kind], doubt: Doubt | None
) -> tuple[Section, ...]:
    """One section for each ask: done, to be confirmed, or acknowledged. A stranger gets neutral words only."""
    sections = [_done(arrival)] if stopped else []
    kinds = ordered(frozenset(ask.kind for ask in arrival.reading.asks))
    rest = [kind for kind in kinds if kind not in stopped and kind not in challenged]
    for kind in rest:
        section = _acknowledged(arrival, kind, policy, doubt)
        sections += [section] if section not in sections else []
    asked = [kind for kind in kinds if kind in challenged]
    return (*sections, *question(asked, arrival.reading.fields, _asking(arrival, doubt)))


def _acknowledged(arrival: Arrival, kind: Kind, policy: Policy, doubt: Doubt | None) -> Section:
    """How one ask is received. Heirs and authorities are mostly strangers: their letters say nothing of any record."""
    if kind in OTHERS:
        return Section(kind, "acknowledged")
    if arrival.reading.on_behalf:
        return Section(None, "mandate")
    if arrival.found.known is Known.UNKNOWN:
        return Section(None, "neutral", _because(doubt))
    if arrival.found.known is Known.SEVERAL and not _unclear(arrival, kind, policy):
        return Section(None, "who", _because(doubt))
    if kind is not Kind.ERASURE:
        return Section(kind, "acknowledged")
    return Section(
        kind,
        "clarify" if _unclear(arrival, kind, policy) else "acknowledged",
        {"newsletters_stopped": _erasure_stops(arrival)},
    )


def _because(doubt: Doubt | None) -> Mapping[str, object]:
    return {"doubt": doubt.because if doubt else None}


def _done(arrival: Arrival) -> Section:
    own = arrival.found.address if arrival.found.known is Known.KNOWN else None
    return Section(Kind.UNSUBSCRIBE, "done", {"addresses": (own,) if own else ()})


def _asking(arrival: Arrival, doubt: Doubt | None) -> Asking:
    """The wish is restated only to an authenticated sender: else anybody could have us send his words to a client."""
    return Asking(
        code=arrival.challenge.code,
        expires=arrival.challenge.expires,
        wish=arrival.wish if arrival.aligned is Aligned.YES else None,
        in_force=arrival.in_force,
        scope=arrival.scope,
        general=arrival.general,
        stopped=_erasure_stops(arrival),
        doubt=doubt.because if doubt else None,
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
