"""What each letter and printed document tells: the names that its text may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.core.values import Kind

FRAME = frozenset(
    {
        *("reference", "arrived", "due", "late", "organisation", "person_name", "automatic", "language", "files"),
        *("kind", "outcome", "suspended"),
    }
)
"""What every text may use."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text of one outcome may use beside the frame: names that it must get, and names that may be None."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()

    @classmethod
    def of(cls, required: str = "", optional: str = "") -> Facts:
        """Build from names separated by blanks."""
        return cls(frozenset(required.split()), frozenset(optional.split()))


FACTS: Mapping[str, Facts] = {
    **{f"{kind}/acknowledged": Facts.of() for kind in Kind},
    "erasure/acknowledged": Facts.of(optional="newsletters_stopped"),
    "erasure/clarify": Facts.of(optional="newsletters_stopped"),
    "unsubscribe/done": Facts.of("addresses"),
    "access/granted": Facts.of("holdings", "as_of elsewhere locked questions"),
    "portability/granted": Facts.of("holdings", "as_of locked"),
    "access/nothing_held": Facts.of(),
    "rectification/granted": Facts.of("changes", "recipients undecided"),
    "erasure/granted": Facts.of("erased kept", "recipients"),
    "restriction/granted": Facts.of(optional="recipients"),
    "restriction/lifted": Facts.of("reasons"),
    "rectification/nothing_to_change": Facts.of(optional="reasons"),
    "objection/granted": Facts.of(optional="reasons"),
    "directive/registered": Facts.of("number on text", "wishes executor scope"),
    "directive/modified": Facts.of("number on text replaces", "wishes executor scope"),
    "directive/revoked": Facts.of("number on", "replaces"),
    "directive/challenge": Facts.of("code expires action", "text wishes executor replaces scope general doubt"),
    "heir/communicated": Facts.of("directive holdings", "locked"),
    "heir/granted": Facts.of("done", "directive text"),
    "general/challenge": Facts.of("code expires", "asks details newsletters_stopped doubt"),
    "general/asked_again": Facts.of(),
    "general/warning": Facts.of(),
    "general/neutral": Facts.of(optional="doubt"),
    "general/who": Facts.of(optional="doubt"),
    "general/manual": Facts.of("text"),
    "general/extended": Facts.of("reasons"),
    "general/refused": Facts.of("reasons"),
    "general/partly": Facts.of("granted reasons"),
    "general/cannot_identify": Facts.of(optional="reasons"),
    "general/doubt": Facts.of("reasons"),
    "general/nothing_held": Facts.of(),
    "general/mandate": Facts.of(),
    "general/forwarded": Facts.of(),
    "general/reminder": Facts.of(),
    "general/withdrawn": Facts.of(),
    "general/duplicate": Facts.of("same"),
    "general/not_kept": Facts.of(),
}
"""Every outcome that letters can tell, as `<kind>/<outcome>`; `general` serves kinds without a text of their own."""


DOCUMENTS: Mapping[str, Facts] = {
    "documents/certificate": Facts.of("number on action person", "text wishes executor scope replaces"),
    "documents/receipt": Facts.of("channel asks received_by"),
}
"""Every text that is printed beside the letters; its first line is its title."""
