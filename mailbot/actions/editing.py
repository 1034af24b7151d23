"""Edit: staff write the answer themselves; what they wrote is looked at and released like any other."""

from __future__ import annotations

import json
from datetime import datetime

from mailbot.actions.finding import Refused, release_named
from mailbot.actions.releasing import our_id
from mailbot.core.canonical import approval_hash
from mailbot.core.letters.draft import Frame, MissingWording, Section, draft
from mailbot.core.letters.markup import to_html
from mailbot.core.moments import iso
from mailbot.core.values import File, Letter
from mailbot.steps.house import House
from mailbot.steps.letters import Thread, compose_letter, letter_json, posted_letter
from mailbot.steps.perform import actions_of
from mailbot.steps.references import is_posted
from mailbot.steps.writing import thread_of
from mailbot.store.journal import Entry
from mailbot.store.requests import Conflict
from mailbot.store.rows import ReleaseRow


def edit(house: House, named: str, text: str, by: str, now: datetime) -> ReleaseRow:
    """Put other words into a planned release; its actions and files stay. Raises Refused.

    A release that staff write by hand gets the frame (reference, dates, contact) around the text.
    """
    request, release = release_named(house, named)
    if not text.strip():
        raise Refused("an empty text: nothing was changed")
    if release.recipient is None:
        who = f"`mailbot attribute {request.reference} --person …`"
        raise Refused(f"{request.reference} has no address on file to write to: {who}")
    thread = thread_of(house, request)
    letter = _edited(house, release, thread, text)
    if is_posted(release.recipient):
        raw = posted_letter(house, thread, letter, now)
    else:
        raw = compose_letter(house, thread, our_id(house, request, release), letter, automatic=False)
    hashed = approval_hash(release.recipient, actions_of(release), raw)
    try:
        with house.store.transaction():
            digest = house.store.blobs.put([raw])[0]
            if release.letter is not None:
                before = json.loads(release.letter)["text"]
                house.store.care.revise(release.id, by, release.hash, before, iso(now))
            house.store.releases.rewrite(
                release.id, letter=letter_json(letter), raw_sha256=digest, hash=hashed, reason=_left(release.reason)
            )
            details = {"release": release.n, "before": release.hash, "after": hashed}
            house.store.journal.append(now, [Entry("release.edited", request.reference, by, details)])
    except Conflict as fault:
        raise Refused(str(fault)) from fault
    return house.store.releases.get(release.id)


def _edited(house: House, release: ReleaseRow, thread: Thread, text: str) -> Letter:
    if release.letter is not None:
        old = json.loads(release.letter)
        return Letter(
            recipient=release.recipient or "",
            language=release.language,
            subject=old["subject"],
            text=text if text.endswith("\n") else text + "\n",
            html=to_html(text, release.language, old["subject"]),
            files=_files(house, release),
        )
    organisation = house.settings.organisation
    frame = Frame(thread.reference, thread.arrived, thread.due, organisation, thread.person_name, automatic=False)
    try:
        return draft(
            house.wording, release.language, release.recipient or "", [Section(None, "manual", {"text": text})], frame
        )
    except MissingWording:
        subject = thread.reference
        html = to_html(text, release.language, subject)
        return Letter(release.recipient or "", release.language, subject, text + "\n", html)


def _files(house: House, release: ReleaseRow) -> tuple[File, ...]:
    """The files that leave with a planned release."""
    listed = json.loads(release.letter or "{}").get("files", [])
    contents = house.store.blobs.get_many(one["sha256"] for one in listed)
    return tuple(File(one["name"], one["media_type"], contents[one["sha256"]]) for one in listed)


def _left(reason: str) -> str:
    """The reason without the part that said that a text was missing."""
    return "; ".join(part for part in reason.split("; ") if "mailbot edit" not in part)
