"""A mail of ours came back: the answer was not given, and the deadline is not met by it."""

from __future__ import annotations

import json
from datetime import datetime

from mailbot.core.letters.staff import AlarmKind
from mailbot.core.sender.bounce import Fate
from mailbot.steps.alarms import raise_alarm
from mailbot.steps.clock import resume, states_doubt
from mailbot.steps.house import House
from mailbot.steps.identify import Identified
from mailbot.store.journal import Entry
from mailbot.store.outbox import Tried
from mailbot.store.rows import ReleaseRow, ReplyRow


def take_back(house: House, one: Identified, returned: tuple[ReplyRow, ReleaseRow], now: datetime) -> list[Entry]:
    """Reopen what the returned mail had settled, and tell staff; a delay or a second notice changes nothing."""
    reply, release = returned
    bounce = one.seen.returned
    if bounce is None or bounce.fate is not Fate.FAILED or reply.status != "sent":
        return []
    request = house.store.requests.get(release.request_id)
    because = f"returned by the recipient's server ({bounce.status or 'no code'})"
    house.store.outbox.record([Tried(reply, "bounced", {"because": because})])
    if release.status == "closed":
        house.store.releases.move([release.id], "bounced", reason=because)
    kinds = json.loads(release.asks)
    reopened = house.store.requests.move(request.id, kinds, "reopened", outcome="")
    house.store.requests.update(request.id, closed_at=None, reason=because)
    details = {"release": release.n, "reopened": reopened, "message": one.seen.sha256}
    once = f"{request.reference}/{release.n} {reply.attempts}"
    alarm = raise_alarm(house, AlarmKind.RETURNED, request.reference, now, because, once=once)
    day = house.local_day(one.seen.arrived)
    clock = resume(house, request.id, day, counted=False) if states_doubt(request, release) else []
    return [Entry("reply.bounced", request.reference, details=details), *clock, *alarm]


def notice_back(house: House, one: Identified) -> list[Entry]:
    """A mail to our own people came back: `mailbot health` and the next digest say so."""
    bounce, notice = one.seen.returned, one.notice
    if notice is None or bounce is None or bounce.fate is not Fate.FAILED or notice.status != "sent":
        return []
    because = f"returned by the recipient's server ({bounce.status or 'no code'})"
    house.store.notices.record(notice, "bounced", because=because)
    return [Entry("notice.bounced", details={"about": notice.about, "because": because})]
