"""Identify: who writes, and in which conversation; all look-ups of a batch at once, nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mailbot.core.address import normalise
from mailbot.core.identify import Found, identify
from mailbot.core.keyed import value_digest
from mailbot.core.moments import iso, moment
from mailbot.core.status import ASK_OVER, AskState
from mailbot.core.thread import Earlier, likeness, may_be_caused, repeats, tied_ids, tokens
from mailbot.core.understanding import Understood
from mailbot.core.values import Aligned, Kind, Match, Person
from mailbot.steps.house import House
from mailbot.steps.receive import RENUMBERED
from mailbot.store.notices import NoticeRow
from mailbot.store.rows import AskRow, ChallengeRow, MessageRow, ReleaseRow, ReplyRow, RequestRow

_MERGES = 20  # requests merged one into the other
_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a message is tied to."""

    request: RequestRow | None = None
    asks: tuple[AskRow, ...] = ()
    questions: tuple[ChallengeRow, ...] = ()  # open questions to this sender
    returned: tuple[ReplyRow, ReleaseRow] | None = None  # the mail of ours that it returns
    repeated: bool = False  # it only says the same again, outside the thread

    @property
    def asked(self) -> frozenset[Kind]:
        """What waits for an answer already: asked again after it was answered, it is a new ask with its own clock."""
        return frozenset(Kind(ask.kind) for ask in self.asks if ask.status not in ASK_OVER)


@dataclass(frozen=True, slots=True)
class Identified:
    """One message with who writes and in which conversation."""

    seen: Understood
    found: Found
    conversation: Conversation
    named: tuple[Person, ...] = ()  # persons on file at the other address that the mail names
    sent_today: int = 0
    mentions: bool = False  # names a reference of ours
    twin: bool = False  # an earlier mail bore the same Message-ID with other bytes
    notice: NoticeRow | None = None  # the mail to our own people that it is, or returns
    digest: str | None = None  # of its text, keyed; None where it asks nothing
    lately: tuple[Earlier, ...] = ()  # what this sender asked within a day and waits for


@dataclass(frozen=True, slots=True)
class _Ties:
    """What our Message-IDs in a batch lead to."""

    replies: Mapping[str, tuple[ReplyRow, ReleaseRow]] = field(default_factory=dict)
    requests: Mapping[int, RequestRow] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)  # the client's own mails: Message-ID -> request id
    twins: frozenset[str] = frozenset()  # Message-IDs that came before, with other bytes
    alike: frozenset[int] = frozenset()  # messages like one that came before their mailbox was renumbered
    notices: Mapping[str, NoticeRow] = field(default_factory=dict)  # mails to our own people
    same: Mapping[str, Sequence[MessageRow]] = field(default_factory=dict)  # digest -> earlier mails with that text
    digests: Mapping[int, str] = field(default_factory=dict)  # of the texts that ask something, by message
    lately: Mapping[str, Sequence[tuple[RequestRow, Earlier]]] = field(default_factory=dict)  # by sender, open ones


def identify_all(house: House, batch: Sequence[Understood], now: datetime) -> list[Identified]:
    """Find the writer of each message and its conversation. Raises Away if the client database cannot be reached."""
    matches = house.clients.by_email(sorted({address for seen in batch for address in _addresses(seen)}))
    digests = {seen.id: value_digest(house.key, seen.folded) for seen in batch if seen.reading.asks and seen.folded}
    same = _same_text(house, [seen for seen in batch if seen.id in digests], digests)
    ties = replace(_ties(house, batch), same=same, digests=digests, lately=_lately(house, batch))
    found = [identify(seen.sender, matches.get(seen.sender.address, ()) if seen.sender else ()) for seen in batch]
    written = {normalise(seen.sender.address) for seen in batch if seen.sender}
    stored = {one.address for one in found if one.address}
    counts = house.store.outbox.sent_since(sorted(written | stored), iso(now - timedelta(days=1)))
    return [_identified(house, seen, one, matches, ties, counts) for seen, one in zip(batch, found, strict=True)]


def _identified(
    house: House,
    seen: Understood,
    found: Found,
    matches: Mapping[str, Sequence[Match]],
    ties: _Ties,
    counts: Mapping[str, int],
) -> Identified:
    sender = seen.sender
    named = tuple(match.person for address in _named(house, seen) for match in matches.get(address, ()))
    addresses = {found.address, normalise(sender.address)} if sender else set()
    sent = sum(counts.get(address, 0) for address in addresses if address)
    mentions = any(house.store.requests.by_reference(reference) for reference in seen.reading.fields.references[:5])
    own = seen.mail.message_id if seen.mail else None
    back = [own or "", *(seen.returned.message_ids if seen.returned else ())]
    notice = next((ties.notices[tied] for tied in back if tied in ties.notices), None)
    twin = own in ties.twins or seen.id in ties.alike
    talk = _conversation(house, seen, ties)
    lately = _echoed(seen, ties.lately.get(normalise(sender.address), ())) if sender and seen.reading.asks else ()
    return Identified(seen, found, talk, named, sent, mentions, twin, notice, ties.digests.get(seen.id), lately)


def _lately(house: House, batch: Sequence[Understood]) -> dict[str, list[tuple[RequestRow, Earlier]]]:
    """The open requests by address, of the senders in the batch, to which a mail of the batch could be an echo."""
    asking = [seen for seen in batch if seen.sender and seen.reading.asks]
    if not asking:
        return {}
    senders = {normalise(seen.sender.address) for seen in asking if seen.sender}
    rows = house.store.requests.lately(senders, iso(min(seen.arrived for seen in asking) - _LATELY))
    letters = house.store.releases.of_requests(row.id for row in rows)
    rows = [
        row for row in rows if any(release.raw_sha256 for release in letters[row.id])
    ]  # what was silent has no echo
    asks = house.store.requests.asks(row.id for row in rows)
    found: dict[str, list[tuple[RequestRow, Earlier]]] = {}
    for row in rows:
        alive = frozenset(Kind(ask.kind) for ask in asks[row.id] if ask.status not in ASK_OVER)
        found.setdefault(row.sender or "", []).append((row, Earlier(alive, Aligned(row.aligned))))
    return found


def _echoed(seen: Understood, known: Sequence[tuple[RequestRow, Earlier]]) -> tuple[Earlier, ...]:
    """What the sender asked in the day before, as far as it is open and a letter of ours may have caused this mail.

    What came before we opened the earlier request cannot be the echo of its acknowledgement: a person wrote twice.
    """
    since = iso(seen.arrived - _LATELY)
    return tuple(
        earlier
        for row, earlier in known
        if row.arrived >= since and may_be_caused(seen.arrived, moment(row.created_at))
    )


def _same_text(house: House, asking: Sequence[Understood], digests: Mapping[int, str]) -> dict[str, list[MessageRow]]:
    senders = {normalise(seen.sender.address) for seen in asking if seen.sender}
    found: dict[str, list[MessageRow]] = {}
    for row in house.store.messages.of_digests(set(digests.values()), senders) if senders else ():
        found.setdefault(row.digest or "", []).append(row)
    return found


def _addresses(seen: Understood) -> Iterable[str]:
    if seen.sender:
        yield seen.sender.address
    yield from _split(seen.reading.fields.address)


def _split(addresses: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (addresses or "").split(",") if "@" in part)


def _named(house: House, seen: Understood) -> tuple[str, ...]:
    """The other addresses that the mail names; more than policy allows are left to staff."""
    named = _split(seen.reading.fields.address)
    return named if len(named) <= house.policy.caps.named_addresses else ()


def _ties(house: House, batch: Sequence[Understood]) -> _Ties:
    ids = {tied for seen in batch for tied in _all_ties(house, seen)}
    own = [seen.mail.message_id for seen in batch if seen.mail and seen.mail.message_id]
    known = {row.message_id for row in house.store.messages.by_message_ids(own) if row.message_id}
    twins = frozenset(known | {one for one, count in Counter(own).items() if count > 1})
    back = {tied for seen in batch if seen.returned for tied in seen.returned.message_ids}
    notices = {row.message_id: row for row in house.store.notices.by_message_ids({*own, *back})}
    alike = _alike(house, batch)
    if not ids:
        return _Ties(twins=twins, alike=alike, notices=notices)
    replies = house.store.outbox.by_message_ids(ids)
    releases = house.store.releases.many(reply.release_id for reply in replies)
    earlier = {row.message_id: row.request_id for row in house.store.messages.by_message_ids(ids) if row.request_id}
    wanted = {*(release.request_id for release in releases.values()), *earlier.values()}
    return _Ties(
        replies={reply.message_id: (reply, releases[reply.release_id]) for reply in replies},
        requests=house.store.requests.many(wanted),
        earlier={key: value for key, value in earlier.items() if key},
        twins=twins,
        alike=alike,
        notices=notices,
    )


def _alike(house: House, batch: Sequence[Understood]) -> frozenset[int]:
    """Messages that may be old ones with new bytes: read after a folder was renumbered, like one known before."""
    since = house.store.facts.get(RENUMBERED)
    if since is None:
        return frozenset()
    likes = {seen.id: like for seen in batch if seen.mail and (like := likeness(seen.mail))}
    return frozenset(house.store.messages.alike(likes, since))


def _all_ties(house: House, seen: Understood) -> tuple[str, ...]:
    """Every Message-ID that could be ours or an earlier one of the client's."""
    if seen.mail is None:
        return ()
    ids = [*tied_ids(seen.mail), *(message_id(house, token) for token in tokens(seen.mail))]
    return tuple(dict.fromkeys([*ids, *(seen.returned.message_ids if seen.returned else ())]))


def message_id(house: House, token: str) -> str:
    """The Message-ID that a mail of ours with this token bears."""
    return f"<{token}@{house.settings.sender.address.rpartition('@')[2]}>"


def _conversation(house: House, seen: Understood, ties: _Ties) -> Conversation:
    ids = _all_ties(house, seen)
    if seen.returned:
        return Conversation(returned=next((ties.replies[tied] for tied in ids if tied in ties.replies), None))
    if seen.mail is None or seen.sender is None:
        return Conversation()
    address = normalise(seen.sender.address)
    questions = house.store.challenges.open_for(ids, [address]) if _may_answer_question(seen) else []
    request = _request(ids, ties, address)
    written = f"{seen.mail.subject}\n{seen.mail.text}".upper()
    if request is None and (mine := [question for question in questions if question.code in written]):
        request = house.store.requests.get(mine[0].request_id)
    before = None if request else _repeated(house, seen, ties, address)
    request = _living_on(house, request) if request else before
    asks = house.store.requests.asks([request.id])[request.id] if request else []
    return Conversation(request, tuple(asks), tuple(questions), repeated=before is not None)


def _living_on(house: House, request: RequestRow) -> RequestRow:
    """The request itself, or the one that it was merged into."""
    for _ in range(_MERGES):
        asks = house.store.requests.asks([request.id])[request.id]
        if request.linked_to is None or {ask.status for ask in asks} != {AskState.MERGED}:
            break
        request = house.store.requests.get(request.linked_to)
    return request


def _repeated(house: House, seen: Understood, ties: _Ties, address: str) -> RequestRow | None:
    """The open request that this sender made with the very same words."""
    digest = ties.digests.get(seen.id)
    for row in ties.same.get(digest, ()) if digest else ():
        if row.sender != address or row.request_id is None:
            continue
        asks = house.store.requests.asks([row.request_id])[row.request_id]
        alive = frozenset(Kind(ask.kind) for ask in asks if ask.status not in ASK_OVER)
        if repeats(seen.reading, seen.authenticity.aligned, Earlier(alive, Aligned(row.aligned or "unknown"))):
            return house.store.requests.get(row.request_id)
    return None


def _may_answer_question(seen: Understood) -> bool:
    """Whether it is worth asking for open questions: a thread of ours, a yes or a no."""
    mail = seen.mail
    return mail is not None and (bool(tied_ids(mail)) or bool({"consent", "denial"} & set(seen.reading.signals)))


def _request(ids: Iterable[str], ties: _Ties, address: str) -> RequestRow | None:
    """The request of the nearest tie, if the writer is the one whom it belongs to: a token alone never joins."""
    for tied in ids:
        pair = ties.replies.get(tied)
        request_id = pair[1].request_id if pair else ties.earlier.get(tied)
        request = ties.requests.get(request_id) if request_id else None
        if request and address in {normalise(mine) for mine in (request.sender, request.address) if mine}:
            return request
    return None
