"""Whether a trusted receiver saw that the From domain itself sent a mail: YES, NO or UNKNOWN, never YES by default.

Only an Authentication-Results header (RFC 8601) of a configured receiver counts, only its topmost one, and only above
the hops that we do not know. Alignment is computed here (RFC 7489, section 3.1, relaxed), from the one From address.
What a known forwarder saw counts where our receiver (or we ourselves) found its ARC chain whole (RFC 8617).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from mailbot.core.address import domain_of
from mailbot.core.sender.forwarded import forwarder_results, sealer
from mailbot.core.sender.replay import replay_doubt
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
    forwarders: tuple[str, ...] = ()  # domains that seal what they pass on (ARC)
    domains: frozenset[str] = frozenset()  # our own, in lower case: a signature must be for a mail to one of them


def authenticity(mail: Mail, trust: Trust, arrived: datetime) -> Authenticity:
    """The verdict on the From of `mail`, which `arrived` then, by the results that `trust` lets count. Total."""
    if mail.sender is None:
        return Authenticity(Aligned.NO, f"no sender established: {mail.sender_problem}")
    domain = domain_of(mail.sender.address)
    if not trust.authserv_ids:
        return Authenticity(Aligned.UNKNOWN, "no trusted authserv-id is configured", domain, untold=True)
    results = _counting(mail, trust)
    if results is None:
        untold = "no Authentication-Results of a trusted receiver"
        return Authenticity(Aligned.UNKNOWN, untold, domain, untold=True)
    aligned, because, by_envelope = _judged(results.found, domain, null_sender=_null_sender(mail))
    if aligned is Aligned.YES and not by_envelope:
        doubt = replay_doubt(mail, trust.domains, arrived, lambda name: same_organisation(name, domain), signed=False)
        return Authenticity(Aligned.UNKNOWN if doubt else aligned, doubt or because, domain)
    whole = any(result.method == "arc" and result.value == "pass" and result.usable for result in results.found)
    if aligned is not Aligned.YES and whole and (told := forwarded(mail, trust)):
        return told
    return Authenticity(aligned, because, domain)


def forwarded(mail: Mail, trust: Trust) -> Authenticity | None:
    """YES if the known forwarder that sealed `mail` last saw its sender pass; its ARC chain must have been verified."""
    seal = sealer(mail, trust.forwarders) if mail.sender else None
    results = forwarder_results(mail, seal[0]) if seal else None
    if seal is None or results is None or mail.sender is None:
        return None
    domain = domain_of(mail.sender.address)
    aligned, because, _ = _judged(results.found, domain, null_sender=False)
    return Authenticity(aligned, f"{because}, as {seal[1]} saw it", domain) if aligned is Aligned.YES else None


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


def _judged(found: tuple[Result, ...], domain: str, *, null_sender: bool) -> tuple[Aligned, str, bool]:
    """The verdict, why, and whether the sender's own server was seen to hand the mail over (SPF)."""
    dmarc = [result for result in found if result.method == "dmarc"]
    if any(result.value in _BAD for result in dmarc):
        return Aligned.NO, "dmarc=fail", False
    seen = {result.properties.get("header.from") for result in dmarc if result.usable} - {None}
    if any(not same_organisation(str(name), domain) for name in seen):
        return Aligned.NO, "the receiver judged another From", False
    checks = [result for result in found if result.method in {"dkim", "spf"}]
    passed = {
        result.method
        for result in checks
        if result.value == "pass" and same_organisation(_authenticated(result, null_sender=null_sender), domain)
    }
    if passed:
        return Aligned.YES, " and ".join(f"{method}=pass" for method in sorted(passed)) + ", aligned", "spf" in passed
    methods = {check.method for check in checks}
    if domain in seen and any(result.value == "pass" and result.usable for result in dmarc):
        if methods == {"dkim", "spf"}:
            return Aligned.UNKNOWN, "dmarc=pass, but neither DKIM nor SPF passed for the From domain", False
        return Aligned.YES, "dmarc=pass", False
    return *_not_aligned(checks, methods), False


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


def same_organisation(name: str, domain: str) -> bool:
    """Relaxed alignment: the same domain, or the same registered domain."""
    if not name or not domain:
        return False
    if name == domain:
        return True
    mine = organisational_domain(domain)
    return mine is not None and mine == organisational_domain(name)


def _null_sender(mail: Mail) -> bool:
    return any(value.replace(" ", "") == "<>" for value in mail.header("return-path"))
