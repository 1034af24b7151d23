"""The releases of a request as its page shows them: changes, letter, what was looked at and what became of it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailbot.actions.looking import Whole
from mailbot.core.canonical import action_from_json
from mailbot.core.plan import SILENT
from mailbot.core.status import ReleaseState, ReplyState
from mailbot.core.values import Notify, RegisterDirective, RowsErase, RowUpdate, Suppress
from mailbot.steps.house import House
from mailbot.steps.references import is_posted
from mailbot.store.rows import ReleaseRow, ReplyRow


@dataclass(frozen=True, slots=True)
class Plan:
    """One release for the page."""

    row: ReleaseRow
    kinds: tuple[str, ...]
    updates: tuple[RowUpdate, ...]
    erasures: tuple[RowsErase, ...]
    notices: tuple[Notify, ...]
    suppressed: tuple[str, ...]
    directives: tuple[RegisterDirective, ...]
    letter: Mapping[str, Any] | None
    reply: ReplyRow | None
    reasons: tuple[str, ...]
    earlier: tuple[Mapping[str, Any], ...] = ()  # words that were replaced, with who and what changed

    @property
    def waits(self) -> bool:
        """Whether a human must say yes."""
        return self.row.status in {ReleaseState.PLANNED, ReleaseState.BLOCKED}

    @property
    def stuck(self) -> bool:
        """Whether a human must say what became of its mail."""
        return self.reply is not None and self.reply.status in {ReplyState.FAILED, ReplyState.UNCERTAIN}

    @property
    def undoable(self) -> bool:
        """Whether it was released and nothing was done yet."""
        return self.row.status == ReleaseState.APPROVED

    @property
    def frozen(self) -> bool:
        """Whether it stopped and froze without anybody's yes, after a notice of death: that is put back as easily."""
        done = self.row.status in {ReleaseState.PERFORMED, ReleaseState.REPLIED, ReleaseState.CLOSED}
        operations = {one.operation for one in self.updates}
        stilled = "restrict" in operations and operations <= {"restrict", "unsubscribe"}
        return done and self.row.purpose == "first" and stilled and not self.erasures

    @property
    def restricts(self) -> bool:
        """Whether it froze a record that is frozen still (GDPR art. 18)."""
        done = self.row.status in {ReleaseState.PERFORMED, ReleaseState.REPLIED, ReleaseState.CLOSED}
        return done and any(one.operation == "restrict" for one in self.updates)

    @property
    def by_post(self) -> bool:
        """Whether its answer is printed and posted."""
        return is_posted(self.row.recipient)

    @property
    def to_post(self) -> bool:
        """Whether that is still to be done."""
        return self.by_post and self.row.status == ReleaseState.PERFORMED

    @property
    def ready(self) -> bool:
        """Whether it has all that it needs to leave: its words, or nothing to say at all."""
        return self.row.raw_sha256 is not None or (self.row.purpose in SILENT and self.row.recipient is None)


def plans_of(house: House, found: Whole) -> list[Plan]:
    """The releases of a request, the latest first."""
    earlier: dict[int, list[Mapping[str, Any]]] = {}
    for row in house.store.care.revisions(release.id for release in found.releases):
        earlier.setdefault(row["release_id"], []).append(row)
    return [
        plan_of(row, found.replies.get(row.id), earlier.get(row.id, ()))
        for row in sorted(found.releases, key=lambda row: -row.n)
    ]


def plan_of(row: ReleaseRow, reply: ReplyRow | None, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
    """One release with its parts as values."""
    actions = [action_from_json(json.dumps(value)) for value in json.loads(row.actions)]
    letter = json.loads(row.letter) if row.letter else None
    texts = [*(one["wording"] for one in earlier), letter["text"] if letter else ""]
    changed = [
        {**one, "diff": differences(before, after)}
        for one, before, after in zip(earlier, texts, texts[1:], strict=False)
    ]
    return Plan(
        row=row,
        kinds=tuple(json.loads(row.asks)),
        updates=tuple(one for one in actions if isinstance(one, RowUpdate)),
        erasures=tuple(one for one in actions if isinstance(one, RowsErase)),
        notices=tuple(one for one in actions if isinstance(one, Notify)),
        suppressed=tuple(one.address for one in actions if isinstance(one, Suppress)),
        directives=tuple(one for one in actions if isinstance(one, RegisterDirective)),
        letter=letter,
        reply=reply,
        reasons=tuple(part for part in row.reason.split("; ") if part),
        earlier=tuple(changed),
    )


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of two texts: ("+", new), ("-", gone), (" ", kept), without long stretches that are the same."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [(line[:1], line[1:]) for line in list(lines)[2:] if not line.startswith("@@")]


def what_was_shown(house: House, found: Whole, hashed: str) -> list[tuple[str, str]] | None:
    """What changed between the letter that was looked at (its hash) and the one that waits now; None without a hash."""
    if not hashed:
        return None
    now = next((row for row in reversed(found.releases) if row.status == ReleaseState.PLANNED), None)
    before = _words(_versions(house, found), hashed)
    return differences(before, json.loads(now.letter)["text"] if now and now.letter else "") if before else []


def _versions(house: House, found: Whole) -> Iterable[tuple[str | None, str]]:
    for row in found.releases:
        yield row.hash, json.loads(row.letter)["text"] if row.letter else ""
    for revision in house.store.care.revisions(row.id for row in found.releases):
        yield revision["hash"], revision["wording"]


def _words(versions: Iterable[tuple[str | None, str]], hashed: str) -> str:
    return next((text for known, text in versions if known == hashed), "")
