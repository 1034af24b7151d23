"""ARC (RFC 8617): what a known forwarder saw of a mail before it broke SPF by passing it on."""

from __future__ import annotations

import re

from mailbot.core.sender.results import Results, read_results
from mailbot.core.values import Mail

_MOST = 50  # instances of a chain (section 5.2)
_TAG = re.compile(r"\s*([a-z]+)\s*=\s*([^;]*?)\s*(?:;|\Z)")
_INSTANCE = re.compile(r"\s*i\s*=\s*(\d{1,3})\s*;(.*)", re.DOTALL)


def tags(value: str) -> dict[str, str]:
    """The tags of an ARC-Seal or DKIM-Signature (RFC 6376, section 3.2), the first of each name; blanks taken out."""
    found: dict[str, str] = {}
    for match in _TAG.finditer(value):
        found.setdefault(match[1], "".join(match[2].split()))
    return found


def sealer(mail: Mail, forwarders: tuple[str, ...]) -> tuple[int, str] | None:
    """The last instance of the chain and its domain, if one seal bears it and its domain is a known forwarder."""
    seals = [tags(value) for value in mail.header("arc-seal")]
    numbers = [int(seal.get("i", "")) for seal in seals if re.fullmatch(r"\d{1,3}", seal.get("i", ""), re.ASCII)]
    last = max(numbers, default=0)
    if not 0 < last <= _MOST or len(numbers) != len(seals) or numbers.count(last) != 1:
        return None
    seal = next(seal for seal in seals if seal.get("i") == str(last))
    domain = seal.get("d", "").lower().rstrip(".")
    wanted = "none" if last == 1 else "pass"
    return (last, domain) if seal.get("cv", "").lower() == wanted and domain in forwarders else None


def forwarder_results(mail: Mail, instance: int) -> Results | None:
    """What the sealer of `instance` had found (ARC-Authentication-Results); None unless it says it exactly once."""
    found = [match for value in mail.header("arc-authentication-results") if (match := _INSTANCE.fullmatch(value))]
    mine = [match[2] for match in found if int(match[1]) == instance]
    return read_results(mine[0]) if len(mine) == 1 else None
