"""Open: one message becomes a request with its asks and its first letter, as rows; nothing is written yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mailbot.core.address import normalise
from mailbot.core.death import deceased, named_in
from mailbot.core.first import first
from mailbot.core.identify import Known, proof_of
from mailbot.core.keyed import code
from mailbot.core.letters.questions import Asked, asked
from mailbot.core.moments import iso
from mailbot.core.plan import Arrival, Challenge, First
from mailbot.core.printed import evidence_to_json, fields_to_json
from mailbot.core.thread import asked_lately
from mailbot.core.values import Action, Ask, Kind, MayAnswer, Person, Reading, RowUpdate, Suppress
from mailbot.steps import letters
from mailbot.steps.clock import prompt
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.steps.references import refs_to_json
from mailbot.store.database import Row
from mailbot.store.journal import Entry


@dataclass(frozen=True, slots=True)
class Opened:
    """One new request, ready to be stored."""

    reference: str
    message: int  # the id of the message that it came from
    request: Row
    asks: tuple[Row, ...]
    entry: Entry
    letter: letters.Written | None  # the first letter, or what is done in silence
    challenge: bool  # whether that letter puts a question


def open_request(house: House, one: Identified, reference: str, now: datetime) -> Opened:
    """The request `reference` of one message: decided, its first letter written."""
    clock = house.clock(one.seen.arrived)
    arrival = _arrival(house, one, reference, now)
    decision = first(arrival, house.policy)
    release = decision.release
    thread = _thread(house, one, reference, clock[0])
    return Opened(
        reference=reference,
        message=one.seen.id,
        request=_request_row(one, reference, clock, arrival, decision, now),
        asks=tuple(_ask_row(ask, reference, clock, decision) for ask in arrival.reading.asks),
        entry=Entry("request.opened", reference, details=_told(one, arrival, clock)),
        letter=letters.write(house, thread, release, 1, now) if release else None,
        challenge=release is not None and release.challenge,
    )


def _told(one: Identified, arrival: Arrival, clock: tuple[date, date]) -> dict[str, object]:
    """What the journal says of a new request: no address, no name."""
    return {
        "message": one.seen.sha256,
        "asks": sorted(str(ask.kind) for ask in arrival.reading.asks),
        "arrived": iso(one.seen.arrived),
        "due": clock[0].isoformat(),
        "legal_end": clock[1].isoformat(),
        "found": str(one.found.known),
        "proof": str(arrival.proof),
        "aligned": str(arrival.aligned),
        "mode": arrival.mode,
    }


def _ask_row(ask: Ask, reference: str, clock: tuple[date, date], decision: First) -> Row:
    return {
        "reference": reference,
        "kind": str(ask.kind),
        "status": _ask_state(ask.kind, decision),
        "confidence": ask.confidence,
        "automatic": int(ask.automatic),
        "scope": ask.scope,
        "wanted": ask.when,
        "evidence": json.dumps(evidence_to_json(ask.evidence), ensure_ascii=False),
        "due": clock[0].isoformat(),
        "legal_end": clock[1].isoformat(),
    }


def _new_asks(one: Identified) -> tuple[Ask, ...]:
    """The asks that do not wait for an answer already in the conversation."""
    return tuple(ask for ask in one.seen.reading.asks if ask.kind not in one.conversation.asked)


def _ask_state(kind: Kind, decision: First) -> str:
    if kind in decision.stopped:
        return "ready"
    return "proving" if kind in decision.challenged else "open"


def _arrival(house: House, one: Identified, reference: str, now: datetime) -> Arrival:
    seen = one.seen
    own = one.found.persons if one.found.known is not Known.UNKNOWN else ()
    person = one.found.person
    directive = person is not None and Kind.DIRECTIVE in seen.reading.kinds
    in_force = house.store.directives.in_force(str(person.ref)) if person and directive else None
    stopping = {Kind.UNSUBSCRIBE, Kind.ERASURE} & seen.reading.kinds
    stops: tuple[RowUpdate, ...] = ()
    if stopping:
        stops = tuple(update for p in (*own, *one.named) for update in house.clients.plan_set(p, "unsubscribe"))
    aligned = seen.authenticity.aligned
    caps = house.policy.caps
    capped = one.sent_today >= (caps.per_stranger if one.found.known is Known.UNKNOWN else caps.per_correspondent)
    return Arrival(
        reading=_weighed(one),
        found=one.found,
        sender=seen.sender.address if seen.sender else None,
        aligned=aligned,
        proof=proof_of(one.found, aligned),
        mode=house.stricter(seen.mode),
        worded=seen.reading.language in house.wording.languages,
        capped=capped,
        challenge=Challenge(code(house.key, f"{reference}/1"), _expires(house, now)),
        stops=stops,
        also=tuple(email for p in one.named for email in p.emails if _is_named(one, email)),
        wish=one.seen.own if directive else "",
        questions=_questions(house, one) if Kind.ACCESS in seen.reading.kinds else (),
        in_force=in_force.number if in_force else None,
        general=directive and house.policy.directive.is_general(one.seen.own),
        death=_on_death(house, one) if Kind.HEIR in seen.reading.kinds else (),
        prompt=prompt(house, seen.arrived, now),
        country=house.settings.country,
    )


def _questions(house: House, one: Identified) -> tuple[Asked, ...]:
    return asked(one.seen.own, house.policy.questions.get(one.seen.reading.language, {}))


def _on_death(house: House, one: Identified) -> tuple[Action, ...]:
    """What stops mails to the person whom a notice of death names and freezes the record (design: reversible)."""
    return tuple(action for person in _deceased(house, one) for action in stilled(house, person))


def _deceased(house: House, one: Identified) -> tuple[Person, ...]:
    sender = one.seen.sender.address if one.seen.sender else None
    named = named_in(one.seen.own, sender)
    return deceased(house.clients.find(named), one.found.persons) if named.emails or named.names else ()


def stilled(house: House, person: Person) -> tuple[Action, ...]:
    """Newsletters stopped and record frozen: what is done at once for somebody who is said to have died."""
    updates = [*house.clients.plan_set(person, "unsubscribe"), *house.clients.plan_set(person, "restrict")]
    return (*updates, *(Suppress(email.strip()) for email in person.emails))


def _weighed(one: Identified) -> Reading:
    """The new asks; why a machine is silent all the same. Of a copied mail nothing at all is done by machine."""
    reading = replace(one.seen.reading, asks=_new_asks(one))
    if one.twin:
        silent = MayAnswer(machine=False, because="the same mail came before with other bytes")
        return replace(reading, may_answer=silent, asks=tuple(replace(ask, automatic=False) for ask in reading.asks))
    echoes = {
        "it names a reference of ours, outside its thread": one.mentions and one.conversation.request is None,
        "the sender asked for the same within a day": asked_lately(reading, one.seen.authenticity.aligned, one.lately),
    }
    because = next((because for because, holds in echoes.items() if holds), None)
    if because is None or not reading.may_answer.machine:
        return reading
    return replace(reading, may_answer=MayAnswer(machine=False, because=because))


def _is_named(one: Identified, email: str) -> bool:
    named = {normalise(part) for part in (one.seen.reading.fields.address or "").split(",")}
    return normalise(email) in named


def _expires(house: House, now: datetime) -> date:
    return house.local_day(now + timedelta(days=house.settings.challenge_days))


def _request_row(
    one: Identified, reference: str, clock: tuple[date, date], arrival: Arrival, decision: First, now: datetime
) -> Row:
    seen, found = one.seen, one.found
    persons = found.persons if found.known is Known.KNOWN else ()
    waiting = frozenset(ask.kind for ask in arrival.reading.asks) - decision.stopped - decision.challenged
    fields = {**fields_to_json(seen.reading.fields), "wish": arrival.wish, "persons": seen.reading.persons}
    if decision.doubt:
        fields["doubt"] = {"because": str(decision.doubt.because), "asks": list(map(str, decision.doubt.kinds))}
    if arrival.questions:
        fields["questions"] = [[one.number, one.topic] for one in arrival.questions]
    return {
        "reference": reference,
        "message_id": seen.id,
        "linked_to": one.conversation.request.id if one.conversation.request else None,
        "arrived": iso(seen.arrived),
        "due": clock[0].isoformat(),
        "legal_end": clock[1].isoformat(),
        "mode": arrival.mode,
        "language": seen.reading.language,
        "channel": "mail",
        "sender": normalise(seen.sender.address) if seen.sender else None,
        "found": str(found.known),
        "person": refs_to_json([person.ref for person in persons]) if persons else None,
        "person_name": persons[0].name if persons else None,
        "company": persons[0].company if persons else None,
        "address": found.address,
        "proof": str(arrival.proof),
        "aligned": str(arrival.aligned),
        "fields": json.dumps(fields, ensure_ascii=False),
        "on_behalf": int(seen.reading.on_behalf),
        "preparing": int(bool(waiting)),
        "reason": decision.reason,
        "created_at": iso(now),
    }


def _thread(house: House, one: Identified, reference: str, due: date) -> letters.Thread:
    mail = one.seen.mail
    person = one.found.person
    return letters.Thread(
        request_id=0,
        reference=reference,
        arrived=house.local_day(one.seen.arrived),
        due=due,
        language=one.seen.reading.language,
        person_name=person.name if person else None,
        in_reply_to=mail.message_id if mail else None,
        references=mail.references if mail else (),
    )
