"""Recipients of data are told what was corrected, erased or restricted (GDPR art. 19): released and sent with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from mailbot.core.keyed import token
from mailbot.core.letters.markup import to_html
from mailbot.core.letters.notice import notice_words
from mailbot.core.moments import iso, moment
from mailbot.core.values import Kind, Letter, Notify, Person, RowChange
from mailbot.steps import letters
from mailbot.steps.house import House
from mailbot.steps.identify import message_id
from mailbot.store.rows import ReleaseRow


def notices(
    house: House, person: Person, kind: Kind, changes: Sequence[RowChange], reference: str
) -> tuple[Notify, ...]:
    """One mail for each recipient of what `changes` touch; none where nothing changes."""
    touched = {(change.person.kind, change.table) for change in changes}
    language = house.settings.languages[0]
    found = []
    for one in house.settings.notify:
        if one.places & touched:
            subject, text = notice_words(
                house.wording, language, kind, person, changes, reference, house.settings.organisation
            )
            found.append(Notify(one.name, one.address, language, subject, text))
    return tuple(found)


def tell_recipient(house: House, row: ReleaseRow, told: Notify, now: datetime) -> dict[str, object]:
    """Let the mail leave, inside the caller's transaction, as a release of its own; what the journal says of it."""
    request = house.store.requests.get(row.request_id)
    n = house.store.releases.next_n(request.id)
    our_id = message_id(house, token(house.key, f"{request.reference}/{n}"))
    letter = Letter(
        told.address, told.language, told.subject, told.text, to_html(told.text, told.language, told.subject)
    )
    about = letters.Thread(
        request.id,
        request.reference,
        arrived=house.local_day(moment(request.arrived)),
        due=date.fromisoformat(request.due),
        language=told.language,
        person_name=None,
        in_reply_to=None,
    )
    raw = letters.compose_letter(house, about, our_id, letter, automatic=False)
    digest = house.store.blobs.put([raw])[0]
    release = {
        "request_id": request.id,
        "n": n,
        "purpose": "notice",
        "status": "approved",
        "asks": "[]",
        "actions": "[]",
        "recipient": told.address,
        "language": told.language,
        "letter": letters.letter_json(letter),
        "raw_sha256": digest,
        "hash": hashlib.sha256(raw).hexdigest(),
        "reason": f"goes with {request.reference}/{row.n} (GDPR art. 19)",
        "approved_by": row.approved_by,
        "approved_at": row.approved_at,
        "planned_at": iso(now),
        "as_of": None,
    }
    ids = house.store.releases.add([release])
    house.store.outbox.add([letters.reply_row(ids[request.id, n], release, our_id, now)])
    return {"recipient": told.recipient, "release": n, "raw": digest}
