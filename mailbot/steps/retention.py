"""Retention in the client database: what is past its time goes through the same plan as an erasure, with proof."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.canonical import action_from_json
from mailbot.core.erasing.facts import ErasePlan
from mailbot.core.values import Outcome, Performed, PersonRef, RowChange, RowsErase
from mailbot.steps import letters
from mailbot.steps.house import House
from mailbot.steps.perform import told_of
from mailbot.store.journal import Entry

UNDER_WAY = "retention:under_way"
"""The fact that names what was begun: a crash between intent and outcome is settled by the next run."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is past its time, in all."""

    plans: tuple[tuple[PersonRef, ErasePlan], ...]
    by_hand: tuple[str, ...]  # what no machine may erase, and why

    @property
    def rows(self) -> Counter[tuple[str, str]]:
        """How many rows go, by the title of their holding and how they go."""
        found: Counter[tuple[str, str]] = Counter()
        for _, plan in self.plans:
            for gone in plan.gone:
                found[gone.title, gone.how] += gone.rows
        return found


def overdue(house: House, now: datetime) -> Past:
    """What is past its time today by the data map; nothing is written. Raises Away."""
    today = house.local_day(now)
    found = house.clients.overdue(today)
    language = house.settings.languages[0]
    plans = [(ref, house.clients.plan_overdue(ref, today, language)) for ref in found.persons]
    by_hand = [f"{title}: {rows} past their time, and the data map names no erasure" for title, rows in found.unnamed]
    by_hand += [f"{ref}: {why}" for ref, plan in plans for why in plan.undecided]
    return Past(tuple((ref, plan) for ref, plan in plans if plan.changes), tuple(dict.fromkeys(by_hand)))


def erase_overdue(house: House, past: Past, by: str, now: datetime) -> Iterator[tuple[PersonRef, Outcome]]:
    """Erase it person by person, each in one transaction between its intent and its outcome. Raises Away."""
    settle(house, by, now)
    for ref, plan in past.plans:
        if not plan.undecided:
            yield ref, carry_out(house, "retention", str(ref), plan.changes, by, now)


def carry_out(house: House, what: str, about: str, changes: Sequence[RowChange], by: str, now: datetime) -> Outcome:
    """Intent, one transaction in the client database, outcome: journalled as `what`.performing and .performed."""
    details = {"person": about, "changes": told_of(changes)}
    with house.store.transaction():
        house.store.facts.set(UNDER_WAY, {"what": what, "about": about, "changes": letters.actions_json(changes)})
        house.store.journal.append(now, [Entry(f"{what}.performing", by=by, details=details)])
    return _conclude(house, what, about, changes, by, now)


def settle(house: House, by: str, now: datetime) -> Outcome | None:
    """What a crash left between intent and outcome: looked at again, done once. Raises Away."""
    begun = house.store.facts.get(UNDER_WAY)
    if not begun:
        return None
    actions = [action_from_json(json.dumps(value)) for value in json.loads(begun["changes"])]
    changes = [action for action in actions if isinstance(action, RowsErase)]
    return _conclude(house, begun["what"], begun["about"], changes, by, now)


def _conclude(house: House, what: str, about: str, changes: Sequence[RowChange], by: str, now: datetime) -> Outcome:
    outcome = house.clients.perform(changes)
    done = outcome.performed in {Performed.DONE, Performed.ALREADY}
    details: dict[str, object] = {"person": about, "outcome": str(outcome.performed)}
    details |= {"changes": told_of(changes)} if done else {"because": outcome.because}
    with house.store.transaction():
        house.store.facts.set(UNDER_WAY, None)
        house.store.journal.append(now, [Entry(f"{what}.{'performed' if done else 'failed'}", by=by, details=details)])
    return outcome
