"""DKIM and ARC verified here, for mailboxes whose receiving server says nothing: bounded in time, size and number.

Whatever a signature does or its library raises, the mail is merely not authenticated by it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dns.resolver

Keys = Callable[[str], bytes | None]
"""The TXT record of a name as one text; None where there is none or nobody answers."""

MAX_BYTES = 16 * 1024 * 1024
_MOST = 3  # signatures tried of one mail: each costs a question to a server that the sender chose
_LISTED = 20  # signatures looked at
_CHAIN = 5  # ARC instances
_KEY_BITS = 1024  # RFC 8301, section 3.2
_SLOW = re.compile(rb"[ \t]{2000}")  # the library's time is quadratic in a run of blanks
_NEEDED = frozenset({b"from", b"to", b"subject", b"date"})
LOOK_UP = 2.0  # seconds for one question
LIMIT = 6.0  # seconds for the questions of one mail


class DnsSignatures:
    """Signatures whose keys `keys` finds."""

    def __init__(self, keys: Keys) -> None:
        """Ask `keys` for records; another source serves tests, or a company with keys of its own."""
        self._keys = keys

    def signer(self, raw: bytes, domains: Collection[str]) -> str | None:
        """The domain of `domains` whose DKIM signature of the whole mail holds; None if none does. Total."""
        if not _checkable(raw):
            return None
        with suppress(Exception):  # hostile signatures make the library raise whatever they like
            return self._signer(raw, domains)
        return None

    def sealed(self, raw: bytes) -> bool:
        """Whether the ARC chain of the mail is whole. Total."""
        import dkim  # noqa: PLC0415 -- with the DNS 6 MB, that a trusted receiver's results make needless

        if not _checkable(raw):
            return False
        with suppress(Exception):  # as above
            chain = dkim.ARC(raw, minkey=_KEY_BITS)
            if sum(name.lower() == b"arc-seal" for name, _ in chain.headers) <= _CHAIN:
                return bool(chain.verify(dnsfunc=_Record(self._keys))[0] == dkim.CV_Pass)
        return False

    def _signer(self, raw: bytes, domains: Collection[str]) -> str | None:
        import dkim  # noqa: PLC0415 -- as above

        record = _Record(self._keys)
        heads = [value for name, value in dkim.DKIM(raw).headers if name.lower() == b"dkim-signature"]
        tried = 0
        for place, value in enumerate(heads[:_LISTED]):
            domain = _whole(value)
            if domain not in domains or tried == _MOST:
                continue
            tried += 1
            with suppress(dkim.DKIMException):
                if dkim.DKIM(raw, minkey=_KEY_BITS).verify(idx=place, dnsfunc=record):
                    return domain
        return None


class _Record:
    """The library's question for one mail's keys; past the time limit there is no answer."""

    def __init__(self, keys: Keys) -> None:
        self._keys, self._end = keys, time.monotonic() + LIMIT

    def __call__(self, name: bytes, timeout: float = LOOK_UP) -> bytes | None:  # noqa: ARG002 -- how the library calls
        if time.monotonic() > self._end:
            return None
        record = self._keys(name.decode("ascii").rstrip("."))
        return None if record is None or _testing(record) else record


def _testing(record: bytes) -> bool:
    """Whether the key is only tried out: then the mail counts as not signed (RFC 6376, section 3.6.1, t=y)."""
    flags = _tags(record)
    return flags is None or b"y" in flags.get(b"t", b"").split(b":")


def _tags(text: bytes) -> Mapping[bytes, bytes] | None:
    """The tags of a record or signature (RFC 6376 section 3.2); None if it has none that can be read."""
    from dkim.util import InvalidTagValueList, parse_tag_value  # noqa: PLC0415 -- as above

    try:
        tags: Mapping[bytes, bytes] = parse_tag_value(text)
    except InvalidTagValueList:
        return None
    return tags


def _whole(signature: bytes) -> str | None:
    """The domain of a signature that covers the whole mail; None for one that covers less, or cannot be read."""
    tags = _tags(signature)
    if tags is None:
        return None
    names = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    if b"l" in tags or not names >= _NEEDED:
        return None
    return tags.get(b"d", b"").decode("ascii", "replace").strip().lower().rstrip(".")


def _checkable(raw: bytes) -> bool:
    return len(raw) <= MAX_BYTES and not _SLOW.search(raw)


# --- the DNS ----------------------------------------------------------------------------------------------------------


def dns_keys(server: str) -> Keys:
    """Records out of the DNS: of `server` (address or address:port), or of the system's where it is empty."""
    kept: dict[str, tuple[float, bytes | None]] = {}

    def look_up(name: str) -> bytes | None:
        end, record = kept.get(name, (0.0, None))
        if time.monotonic() >= end:
            if len(kept) >= _REMEMBERED:
                kept.clear()
            record = _ask(server, name)
            kept[name] = time.monotonic() + _KEPT, record
        return record

    return look_up


_REMEMBERED = 1000  # records
_KEPT = 300.0  # seconds


def _ask(server: str, name: str) -> bytes | None:
    import dns.exception  # noqa: PLC0415 -- as above

    try:
        answers = _resolver(server).resolve(name, "TXT", lifetime=LOOK_UP, search=False)
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    records = [b"".join(answer.strings) for answer in answers]
    return records[0] if len(records) == 1 else None  # several: which one holds is undefined (section 3.6.2.2)


def _resolver(server: str) -> dns.resolver.Resolver:
    import dns.resolver  # noqa: PLC0415 -- as above

    resolver = dns.resolver.Resolver(configure=not server)
    if server:
        address, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        resolver.nameservers, resolver.port = [address], int(port or 53)
    return resolver
