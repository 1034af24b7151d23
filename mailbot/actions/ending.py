"""End what is not to be answered: withdrawn by the person, not a request, handed over, the same as another."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.changing import changing, end_questions, living, take_back, waiting
from mailbot.actions.finding import Refused, message_named, request_named
from mailbot.actions.informing import may_tell, tell_at_once
from mailbot.core.letters.draft import Section
from mailbot.core.status import ASK_OVER
from mailbot.core.triage import FOR_STAFF
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.messages import Verdict
from mailbot.store.rows import AskRow, RequestRow


def withdraw(house: House, named: str, by: str, now: datetime) -> list[str]:
    """The person takes it back: the open asks end, what was planned is dropped, and a letter says so; the kinds.

    Raises Refused.
    """
    return _end(house, request_named(house, named), "withdrawn", by, now)


def hand_over(house: House, named: str, by: str, now: datetime) -> list[str]:
    """Others answer this request (insurer, lawyer, another controller); the kinds that ended. Raises Refused."""
    return _end(house, request_named(house, named), "handed_over", by, now)


def dismiss(house: House, named: str, by: str, now: datetime) -> list[str]:
    """This is no request after all; or, for a message such as m12, it needs nobody. Raises Refused."""
    if named.startswith("m"):
        _dismiss_message(house, named, by, now)
        return []
    return _end(house, request_named(house, named), "dismissed", by, now)


def _end(house: House, request: RequestRow, event: str, by: str, now: datetime) -> list[str]:
    """Let every open ask end by `event`, drop what was planned, close the request if nothing is under way."""
    kinds = sorted(living(house, request))
    with changing(house):
        moved = house.store.requests.move(request.id, kinds, event, outcome=event)
        entries = [Entry(f"ask.{event}", request.reference, by, {"asks": moved})]
        entries += take_back(house, request, waiting(house, request), by, now)
        end_questions(house, request, event, now)
        house.store.requests.update(request.id, preparing=0, reason="")
        if event == "withdrawn" and may_tell(house, request):
            tell_at_once(house, request, Section(None, event), event, by, now)
        busy = bool(house.store.releases.busy([request.id]))
        house.store.requests.close_if_over(request.id, now, busy=busy)
        house.store.journal.append(now, entries)
    return moved


def _dismiss_message(house: House, named: str, by: str, now: datetime) -> None:
    message = message_named(house, named)
    if message.state not in FOR_STAFF or message.dismissed_by is not None:
        raise Refused(f"{named} waits for nobody: it is {message.state}{', dismissed' * bool(message.dismissed_by)}")
    with changing(house):
        house.store.messages.settle([Verdict(message.id, {"dismissed_by": by})])
        details = {"message": message.sha256, "state": message.state}
        house.store.journal.append(now, [Entry("message.dismissed", by=by, details=details)])


# --- the same request twice -------------------------------------------------------------------------------------------


def merge(house: House, gone: str, kept: str, by: str, now: datetime) -> list[str]:
    """Put messages and open asks of `gone` to `kept`; each ask keeps the earlier clock. The kinds. Raises Refused."""
    source, target = request_named(house, gone), request_named(house, kept)
    asks = living(house, source)
    there = {ask.kind: ask for ask in house.store.requests.asks([target.id])[target.id]}
    _must_fit(source, target, asks, there)
    with changing(house):
        moved = house.store.requests.move(source.id, asks, "merged", outcome=f"merged into {target.reference}")
        entries = take_back(house, source, waiting(house, source), by, now)
        end_questions(house, source, "merged", now)
        _receive(house, target, asks, there)
        messages = house.store.messages.of_request(source.id)
        house.store.messages.settle(Verdict(message.id, {"request_id": target.id}) for message in messages)
        house.store.searched.moved([message.id for message in messages], target.id)
        house.store.requests.update(source.id, preparing=0, linked_to=target.id)
        if may_tell(house, source):
            tell_at_once(house, source, Section(None, "duplicate", {"same": target.reference}), "duplicate", by, now)
        house.store.requests.close_if_over(source.id, now, busy=bool(house.store.releases.busy([source.id])))
        merged = [
            Entry("request.merged", source.reference, by, {"into": target.reference, "asks": moved}),
            Entry("request.received", target.reference, by, {"from": source.reference, "asks": _dates(house, target)}),
        ]
        house.store.journal.append(now, [*entries, *merged])
    return moved


def _dates(house: House, request: RequestRow) -> dict[str, dict[str, str]]:
    """The clocks of its living asks, as the journal tells them."""
    asks = living(house, request).values()
    return {ask.kind: {"due": ask.due, "legal_end": ask.legal_end} for ask in asks}


def _must_fit(source: RequestRow, target: RequestRow, asks: dict[str, AskRow], there: dict[str, AskRow]) -> None:
    if source.id == target.id:
        raise Refused(f"{source.reference} cannot be merged into itself")
    if source.person and target.person and source.person != target.person:
        raise Refused(f"{source.reference} and {target.reference} are of different persons")
    over = sorted(kind for kind in asks if kind in there and there[kind].status in ASK_OVER)
    if over:
        what = f"{', '.join(over)} is answered in {target.reference}"
        raise Refused(f"{what}: merge {target.reference} into {source.reference} instead, or answer both")


def _receive(house: House, target: RequestRow, asks: dict[str, AskRow], there: dict[str, AskRow]) -> None:
    """The asks of a merged request, in the one that goes on."""
    for kind, ask in asks.items():
        if kind not in there:
            columns = {name: getattr(ask, name) for name in AskRow.__slots__ if name != "id"}
            house.store.requests.add_ask({**columns, "request_id": target.id, "status": "open"})
        elif ask.due < there[kind].due:
            house.store.requests.update_asks(target.id, [kind], due=ask.due, legal_end=ask.legal_end)
    first = min(living(house, target).values(), key=lambda ask: ask.due)
    new = bool(asks.keys() - there.keys())
    columns = {"preparing": 1} if new else {}
    house.store.requests.update(target.id, due=first.due, legal_end=first.legal_end, closed_at=None, **columns)
