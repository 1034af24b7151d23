"""The answers to erasure and restriction, as proposals that a human releases (GDPR art. 17, 18, 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.erasing.facts import ErasePlan, Gone, Kept
from mailbot.core.letters.draft import Section
from mailbot.core.proposals import Proposal
from mailbot.core.values import Action, Kind, Notify, RowUpdate, Suppress


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask whose answer is proposed later: `until` a moment, or until something else happened (None)."""

    because: str
    until: datetime | None = None


def copy_first(
    asked: bool,  # noqa: FBT001 -- a fact, not a switch
    sent: Sequence[datetime],
    when: str,
    days: int,
    now: datetime,
) -> Waiting | str | None:
    """Whether erasure waits for a copy: one is still to be given (`asked`), or was `sent` less than `days` ago.

    A copy that comes back after all was erased could not be given any more. Where the mail itself says when to erase,
    staff decide: the reason as text.
    """
    if not asked and not sent:
        return None
    if when not in {"now", "after_copy"}:
        return "a copy is asked too, and the mail says when to erase: staff decide what comes first"
    if asked:
        return Waiting("erasure waits until the copy was sent")
    until = max(sent) + timedelta(days=days)
    return (
        Waiting(f"erasure waits until {until:%Y-%m-%d}: the copy may still come back", until) if until > now else None
    )


def propose_erasure(
    plans: Sequence[ErasePlan], emails: Sequence[str], notices: Sequence[Notify], elsewhere: Sequence[str]
) -> Proposal | str:
    """All that goes, and what stays, why and until when; or why a machine cannot plan it."""
    if undecided := dict.fromkeys(why for plan in plans for why in plan.undecided):
        return "; ".join(undecided)
    gone = _same(tuple(one for plan in plans for one in plan.gone))
    kept = tuple(dict.fromkeys(one for plan in plans for one in plan.kept))
    if not gone and not kept:
        return "nothing is held on the person any more"
    facts = {
        "erased": gone,
        "kept": kept,
        "recipients": tuple(dict.fromkeys(notice.recipient for notice in notices)),
    }
    actions: tuple[Action, ...] = (
        *(change for plan in plans for change in plan.changes),
        *(Suppress(email, "erased") for email in dict.fromkeys(emails)),
        *notices,
    )
    outcome = "partly" if kept else "granted"
    return Proposal(actions, Section(Kind.ERASURE, "granted", facts), _remarks(kept, elsewhere), outcome)


def _same(gone: Sequence[Gone]) -> tuple[Gone, ...]:
    """The same holding of several records of one person: told once."""
    rows: dict[tuple[str, str], int] = {}
    for one in gone:
        rows[one.title, one.how] = rows.get((one.title, one.how), 0) + one.rows
    return tuple(Gone(title, how, count) for (title, how), count in rows.items())


def _remarks(kept: Sequence[Kept], elsewhere: Sequence[str]) -> tuple[str, ...]:
    """What a human has to weigh before saying yes."""
    needed = [one for one in kept if one.ground == "contract"]
    unnamed = [one.title for one in kept if one.ground == "purpose"]
    remarks = [f"{one.title}: {', '.join(one.columns)} stay while the contract runs" for one in needed]
    remarks += [f"{title}: the data map names no erasure, so it stays" for title in dict.fromkeys(unnamed)]
    return (*remarks, *(f"erase there too: {title}" for title in elsewhere))


def propose_restriction(updates: Sequence[RowUpdate], notices: Sequence[Notify]) -> Proposal:
    """The record frozen (GDPR art. 18): kept and no longer used."""
    recipients = tuple(dict.fromkeys(notice.recipient for notice in notices))
    section = Section(Kind.RESTRICTION, "granted", {"recipients": recipients})
    return Proposal((*updates, *notices), section, () if updates else ("the record is frozen already",))
