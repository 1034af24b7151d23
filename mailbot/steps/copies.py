"""Copies of a person's data: gathered, others masked, our own requests added, written as files that may leave."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailbot.core.keyed import password
from mailbot.core.masking import without_others
from mailbot.core.moments import moment
from mailbot.core.portable import provided
from mailbot.core.values import Column, Export, File, HoldingData, Person
from mailbot.documents import export_files, portable_files, together
from mailbot.documents.labels import Labels
from mailbot.steps.house import House
from mailbot.steps.references import refs_from_json, refs_to_json
from mailbot.store.rows import RequestRow

_BASE64 = 1.4  # what a file takes in a mail, with its line ends


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy under way; `problem` says why it cannot leave by mail, for staff."""

    exports: tuple[Export, ...] = ()
    files: tuple[File, ...] = ()
    reasons: tuple[str, ...] = ()  # what staff look at before release
    problem: str = ""
    locked: bool = False


def access_copy(house: House, request: RequestRow, persons: Sequence[Person], now: datetime) -> Copy:
    """Everything held on the persons (GDPR art. 15); no exports: nothing is held."""
    return _copy(house, request, persons, now, lambda export: export, export_files)


def portable_copy(house: House, request: RequestRow, persons: Sequence[Person], now: datetime) -> Copy:
    """What they provided (GDPR art. 20); no exports: nothing of it is held."""
    return _copy(house, request, persons, now, provided, portable_files)


def communicated_copy(
    house: House, request: RequestRow, person: Person, titles: Collection[str], now: datetime
) -> Copy:
    """Of what is held on one person the holdings of these titles, without his own requests (law 78-17 art. 85)."""

    def part(export: Export) -> Export:
        return replace(export, holdings=tuple(one for one in export.holdings if one.title in titles))

    def write(*facts: Any) -> tuple[File, ...]:  # noqa: ANN401 -- as export_files()
        return export_files(*facts)

    return _copy(house, request, (person,), now, part, write)


def _copy(
    house: House,
    request: RequestRow,
    persons: Sequence[Person],
    now: datetime,
    part: Callable[[Export], Export],
    write: Callable[..., tuple[File, ...]],
) -> Copy:
    found = [house.clients.export(person, request.language, now) for person in persons]
    held = [export for one in found if (export := part(one)).holdings]
    words = house.labels.get(request.language)
    if not held:
        return Copy()
    if words is None:
        return Copy(problem=f"templates/{request.language}/documents/labels.toml is missing")
    if write is export_files:
        held = [replace(one, holdings=(*one.holdings, *_requests(house, one.person, words))) for one in held]
    masked = [without_others(export) for export in held]
    exports = tuple(export for export, _ in masked)
    lock = password(house.key, request.reference) if house.settings.encrypt else None
    written = [write(export, house.settings.organisation, words, lock) for export in exports]
    files = (*together(written, words.file_name, now), *(_found(house, request) if write is export_files else ()))
    reasons = (*_look(exports, sum(count for _, count in masked)), *_phone(request, lock))
    problem = _too_large(house, files) or (_unphoned(persons) if lock else "")
    return Copy(exports, files, reasons, problem, locked=lock is not None)


def _found(house: House, request: RequestRow) -> tuple[File, ...]:
    """The files that staff found elsewhere; each goes as it is."""
    looked = [(row.file_name, row.sha256) for row in house.store.elsewhere.of_request(request.id)]
    contents = house.store.blobs.get_many(digest for _, digest in looked if digest)
    return tuple(
        File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", contents[digest])
        for name, digest in looked
        if name and digest
    )


def _look(exports: Sequence[Export], masked: int) -> tuple[str, ...]:
    """What staff see of columns that may speak of others (art. 15(4))."""
    others = any(column.others for export in exports for holding in export.holdings for column in holding.columns)
    if masked:
        return (f"names or contacts of others are masked in {masked} texts: look whether that is right, and enough",)
    return ("texts about the person may speak of others: look before release",) if others else ()


def _unphoned(persons: Sequence[Person]) -> str:
    """Why an encrypted copy does not leave by mail."""
    if any(person.phones for person in persons):
        return ""
    return "the copy is encrypted and no phone is on file to tell its password by"


def _phone(request: RequestRow, lock: str | None) -> tuple[str, ...]:
    return (
        (f"the copy is encrypted: tell its password by phone (mailbot password {request.reference})",) if lock else ()
    )


def _too_large(house: House, files: Sequence[File]) -> str:
    """Why the copy does not leave by mail; its files are kept for a medium."""
    size = int(sum(len(file.content) for file in files) * _BASE64)
    if size <= house.settings.max_size:
        return ""
    return f"the copy takes {size / 1e6:.1f} MB, more than [outgoing] max_size: hand it over on a medium"


# --- the person's own requests ----------------------------------------------------------------------------------------


def _requests(house: House, person: Person, words: Labels) -> tuple[HoldingData, ...]:
    """What the person asked of us before and now: it is data about him like any other."""
    rows = house.store.requests.naming(refs_to_json([person.ref])[1:-1])
    mine = [row for row in rows if person.ref in refs_from_json(row.person)]
    if not mine:
        return ()
    asks = house.store.requests.asks(row.id for row in mine)
    own = words.requests
    records = tuple(
        (
            row.reference,
            house.local_day(moment(row.arrived)),
            ", ".join(own.kinds[ask.kind] for ask in asks[row.id]),
            own.open if row.closed_at is None else house.local_day(moment(row.closed_at)),
        )
        for row in mine
    )
    titles = (("reference", own.reference), ("arrived", own.arrived), ("rights", own.rights), ("closed", own.closed))
    return (
        HoldingData(
            name="requests",
            title=own.title,
            purpose=own.purpose,
            basis="legal_obligation",
            recipients=(own.recipients,),
            source=own.source,
            retention=own.retention.format(house.settings.kept_years),
            columns=tuple(Column(name, title) for name, title in titles),
            rows=records,
        ),
    )
