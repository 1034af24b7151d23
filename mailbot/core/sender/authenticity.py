"""Whether a trusted receiver saw that the From domain itself sent a mail: YES, NO or UNKNOWN, never YES by default.

Only an Authentication-Results header (RFC 8601) of a configured receiver counts, only its topmost one, and only above
the hops that we do not know. Alignment is computed here (RFC 7489, section 3.1, relaxed), from the one From address.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from mailbot.core.address import domain_of
from mailbot.core.sender.results import Result, Results, read_results
from mailbot.core.sender.trace import trusted_zone
from mailbot.core.values import Aligned, Authenticity, Mail

MICROSOFT = "protection.outlook.com"  # the name under which its results without authserv-id are configured

_BAD = frozenset({"fail", "softfail", "hardfail", "reject"})
_UNSURE = frozenset({"temperror", "permerror", "error"})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: host names of our receiving servers, and the authserv-ids that they write."""

    receivers: tuple[str, ...] = ()
    authserv_ids: tuple[str, ...] = ()


def authenticity(mail: Mail, trust: Trust) -> Authenticity:
    """The verdict on the From of `mail` by the results that `trust` lets count. Total."""
    if mail.sender is None:
        return Authenticity(Aligned.NO, f"no sender established: {mail.sender_problem}")
    domain = domain_of(mail.sender.address)
    if not trust.authserv_ids:
        return Authenticity(Aligned.UNKNOWN, "no trusted authserv-id is configured", domain)
    results = _counting(mail, trust)
    if results is None:
        return Authenticity(Aligned.UNKNOWN, "no Authentication-Results of a trusted receiver", domain)
    aligned, because = _judged(results.found, domain, null_sender=_null_sender(mail))
    return Authenticity(aligned, because, domain)


def organisational_domain(domain: str) -> str | None:
    """The registered domain that `domain` belongs to, by the public suffix list; None for a public suffix itself."""
    found = _suffixes().privatesuffix(domain)
    return found if isinstance(found, str) else None


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _counting(mail: Mail, trust: Trust) -> Results | None:
    """The topmost results under a configured name, if they stand where only our receivers write."""
    if "header cut: authentication-results" in mail.oddities:
        return None
    wanted = {name.lower() for name in trust.authserv_ids}
    zone = trusted_zone(mail.headers, trust.receivers)
    for place, (name, value) in enumerate(mail.headers):
        if name != "authentication-results":
            continue
        results = read_results(value)
        if results is None:
            return None  # spoilt, perhaps by the sender's own names: what stands below it may be his
        if results.authserv_id is None:  # Microsoft 365 names itself only by its Received line
            if zone.confirmed and MICROSOFT in wanted and place < zone.end:
                return results
        elif results.authserv_id in wanted:
            return results if place < zone.end else None
    return None


def _judged(found: tuple[Result, ...], domain: str, *, null_sender: bool) -> tuple[Aligned, str]:
    dmarc = [result for result in found if result.method == "dmarc"]
    if any(result.value in _BAD for result in dmarc):
        return Aligned.NO, "dmarc=fail"
    seen = {result.properties.get("header.from") for result in dmarc if result.usable} - {None}
    if any(not _same_organisation(str(name), domain) for name in seen):
        return Aligned.NO, "the receiver judged another From"
    checks = [result for result in found if result.method in {"dkim", "spf"}]
    for result in checks:
        if result.value == "pass" and _same_organisation(_authenticated(result, null_sender=null_sender), domain):
            return Aligned.YES, f"{result.method}=pass, aligned"
    methods = {check.method for check in checks}
    if domain in seen and any(result.value == "pass" and result.usable for result in dmarc):
        if methods == {"dkim", "spf"}:
            return Aligned.UNKNOWN, "dmarc=pass, but neither DKIM nor SPF passed for the From domain"
        return Aligned.YES, "dmarc=pass"
    return _not_aligned(checks, methods)


def _not_aligned(checks: list[Result], methods: set[str]) -> tuple[Aligned, str]:
    """NO where the receiver could tell, UNKNOWN where it could not or did not."""
    if any(check.value in _UNSURE for check in checks):
        return Aligned.UNKNOWN, "the receiver met an error while checking"
    if methods == {"dkim", "spf"} or any(check.value in _BAD for check in checks):
        return Aligned.NO, "neither DKIM nor SPF passed for the From domain"
    return Aligned.UNKNOWN, "the receiver did not check enough"


def _authenticated(result: Result, *, null_sender: bool) -> str:
    """The domain that a DKIM or SPF pass vouches for; nothing where the result is not plain."""
    properties = result.properties
    if not result.usable:
        return ""
    if result.method == "dkim":
        signer, identity = properties.get("header.d"), properties.get("header.i")
        identity = identity.rpartition("@")[2] if identity is not None else None
        if signer and identity and identity != signer and not identity.endswith(f".{signer}"):
            return ""
        return _plain_domain(signer or identity or "")
    names = ("smtp.mailfrom", "smtp.mail", "smtp.envelope-from")
    path = next((properties[name] for name in names if name in properties), "").strip("<>")
    if path:
        return _plain_domain(path.partition("@")[2] if "@" in path else path)
    return _plain_domain(properties.get("smtp.helo", "")) if null_sender else ""


def _plain_domain(name: str) -> str:
    """`name` in its ASCII form if it is a plain domain, else nothing."""
    return "" if "@" in name else domain_of(f"x@{name.strip()}")


def _same_organisation(name: str, domain: str) -> bool:
    """Relaxed alignment: the same domain, or the same registered domain."""
    if not name or not domain:
        return False
    if name == domain:
        return True
    mine = organisational_domain(domain)
    return mine is not None and mine == organisational_domain(name)


def _null_sender(mail: Mail) -> bool:
    return any(value.replace(" ", "") == "<>" for value in mail.header("return-path"))
