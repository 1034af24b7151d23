"""One request on one screen: who asks what and why we think so, what would change and leave, until when."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from mailbot.actions.amending import FIELDS
from mailbot.actions.finding import request_named
from mailbot.actions.informing import OUTCOMES
from mailbot.actions.looking import Whole, whole
from mailbot.console.marking import Shown, shown
from mailbot.console.pages.queue import counted
from mailbot.console.visit import Page, Visit, facts
from mailbot.core.canonical import action_from_json
from mailbot.core.moments import moment
from mailbot.core.plan import SILENT
from mailbot.core.roles import Right
from mailbot.core.status import ASK_OVER, ReleaseState, ReplyState
from mailbot.core.values import Kind, Notify, Person, RegisterDirective, RowsErase, RowUpdate, Suppress
from mailbot.interfaces import Away
from mailbot.steps.house import House
from mailbot.steps.references import is_posted, refs_from_json
from mailbot.store.elsewhere import LookedRow
from mailbot.store.rows import MessageRow, ReleaseRow, ReplyRow, RequestRow

_TOLD = (
    "release",
    "purpose",
    "asks",
    "added",
    "ended",
    "ground",
    "proof",
    "person",
    "channel",
    "to",
    "into",
    "from",
    "how",
    "because",
)
"""Details of a journal entry that the timeline tells."""
OTHERS = 8  # further requests of the person that are listed


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


def request(visit: Visit) -> Response:
    """The page of one request."""
    house = visit.desk.house
    found = whole(house, request_named(house, visit.part("ref")))
    plans = plans_of(house, found)
    persons, away = _persons(house, found.request)
    alive = [ask for ask in found.asks if ask.status not in ASK_OVER]
    return visit.show(
        "request.html",
        found=found,
        request=found.request,
        alive=alive,
        evidence={ask.id: json.loads(ask.evidence) for ask in found.asks},
        waiting=[plan for plan in plans if plan.waits],
        stuck=[plan for plan in plans if plan.stuck and not plan.waits],
        past=[plan for plan in plans if not plan.waits and not plan.stuck],
        mails=mails(house, found.messages),
        persons=persons,
        away=away,
        matters=_fields(found.request),
        grounds={ask.kind: grounds(house, Kind(ask.kind), visit.words.language) for ask in alive},
        timeline=timeline(house, found.request.reference),
        others=house.store.queue.of_person(found.request.person, found.request.sender, found.request.id, OTHERS),
        assigned=house.store.care.assigned([found.request.id]).get(found.request.id, ""),
        staff=[row["name"] for row in house.store.staff.all() if row["removed_at"] is None],
        outcomes=OUTCOMES,
        places=_places(house, found.request),
        encrypt=house.settings.encrypt and any(plan.letter and plan.letter["files"] for plan in plans),
        lifts=any(plan.restricts for plan in plans) and not any(plan.row.purpose == "lift" for plan in plans),
        fields=FIELDS,
        pauses=house.store.pauses.of_requests([found.request.id])[found.request.id],
        arrived_day=visit.day(house.local_day(moment(found.request.arrived)).isoformat()),
        was=_what_was_shown(house, found, visit.asked("was")),
        **counted(visit),
    )


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


def mails(house: House, rows: Sequence[MessageRow]) -> list[Shown]:
    """The messages of a request as the page shows them."""
    kept = house.store.blobs.known([row.sha256 for row in rows if row.sha256])
    raws = house.store.messages.raw([row for row in rows if row.sha256 in kept])
    return [shown(row, raws.get(row.id), house.rules) for row in rows]


def _persons(house: House, row: RequestRow) -> tuple[list[Person], str]:
    """Who it is, as the client database says now; and why it could not be asked."""
    try:
        found = [house.clients.person(ref) for ref in refs_from_json(row.person)]
    except Away as fault:
        return [], str(fault)
    return [person for person in found if person is not None], ""


def _places(house: House, row: RequestRow) -> list[tuple[str, bool, list[LookedRow]]]:
    """The places outside the database: title, whether a copy waits for a look there, and who looked."""
    looked = house.store.elsewhere.of_request(row.id)
    settings = house.settings
    return [
        (place, place in settings.required, [one for one in looked if one.place == place])
        for place in settings.elsewhere
    ]


def _fields(row: RequestRow) -> dict[str, Any]:
    """What was read beside the kinds, for people."""
    stored = json.loads(row.fields)
    return {key: stored.get(key) for key in ("changes", "address", "wishes", "executor", "reply_to")}


def grounds(house: House, kind: Kind, language: str) -> dict[str, str]:
    """The grounds on which this kind may be refused: each as the person is told, with its law."""
    return {name: ground.told(language) or ground.law for name, ground in house.policy.kind[kind].grounds.items()}


def timeline(house: House, reference: str) -> list[dict[str, Any]]:
    """What happened, from the journal, the latest first."""
    rows = list(house.store.journal.entries(reference))
    return [
        {"at": row["at"], "event": row["event"], "by": json.loads(row["entry"])["by"], "details": _plain(facts(row))}
        for row in reversed(rows)
    ]


def _plain(details: Mapping[str, Any]) -> str:
    """The details of an entry that tell people something: no hashes, no codes."""
    return ", ".join(f"{key} {_value(details[key])}" for key in _TOLD if details.get(key) not in (None, [], ""))


def _value(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def _what_was_shown(house: House, found: Whole, hashed: str) -> list[tuple[str, str]] | None:
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


PAGES = (Page("/r/{ref}", request, Right.READ, look="request"),)
