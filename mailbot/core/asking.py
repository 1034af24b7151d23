"""The question to the address on file, in words: what would be done if the person confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.core.letters.draft import Section
from mailbot.core.values import Fields, Kind

REMINDERS = (timedelta(days=3), timedelta(days=7))
"""How long after the question each reminder goes."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question needs to know beside the asks."""

    code: str
    expires: date
    wish: str | None  # the text of a directive; None: not restated, since its writer is not authenticated
    in_force: str | None = None  # the number of the person's directive that holds now
    scope: tuple[str, ...] = ()  # the holdings that a directive is about; none: all
    general: bool = False  # it speaks of all data everywhere
    stopped: bool = False  # newsletters are stopped already
    doubt: str | None = None  # why it is doubtful who asks (core/doubt.py); None: a routine question


def question(kinds: Sequence[Kind], fields: Fields, asking: Asking) -> tuple[Section, ...]:
    """The sections that ask to confirm `kinds`: one for a directive, which needs its own consent, one for the rest."""
    others = tuple(kind for kind in kinds if kind is not Kind.DIRECTIVE)
    facts = {
        "code": asking.code,
        "expires": asking.expires,
        "asks": others,
        "newsletters_stopped": asking.stopped,
        "doubt": asking.doubt,
    }
    sections = (Section(None, "challenge", facts),) if others else ()
    return (*sections, _directive(fields, asking)) if Kind.DIRECTIVE in kinds else sections


def _directive(fields: Fields, asking: Asking) -> Section:
    """The question that restates what would be registered (loi 78-17 art. 85: specific consent).

    In full only where the sender is authenticated: else anybody could have us send words of his to an address on file.
    """
    facts = {
        "code": asking.code,
        "expires": asking.expires,
        "action": fields.action or "define",
        "text": asking.wish if fields.action != "revoke" else None,
        "wishes": fields.wishes,
        "executor": fields.executor if asking.wish is not None else None,
        "replaces": asking.in_force,
        "scope": asking.scope,
        "general": asking.general,
        "doubt": asking.doubt,
    }
    return Section(Kind.DIRECTIVE, "challenge", facts)
