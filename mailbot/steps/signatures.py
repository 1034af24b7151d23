"""Signatures looked at by ourselves, where no receiver that we trust said anything of a mail that asks or answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailbot.core.sender.authenticity import forwarded, same_organisation
from mailbot.core.sender.forwarded import sealer, tags
from mailbot.core.sender.replay import replay_doubt
from mailbot.core.understanding import Understood
from mailbot.core.values import Aligned, Authenticity, Mail
from mailbot.steps.house import House


def verified(house: House, batch: Sequence[Understood]) -> list[Understood]:
    """The batch, with a verdict of our own where a signature of the sender, or a known forwarder's seal, holds."""
    wanted = [seen for seen in batch if _wanted(house, seen)] if house.signatures else []
    raws = house.store.messages.raw(wanted)
    told = {seen.id: _verdict(house, seen, raws) for seen in wanted}
    return [replace(seen, authenticity=told.get(seen.id, seen.authenticity)) for seen in batch]


def _wanted(house: House, seen: Understood) -> bool:
    """Ordinary post is not looked at: nothing hangs on who wrote it."""
    mail, before = seen.mail, seen.authenticity
    if mail is None or before.aligned is Aligned.YES or not (seen.reading.asks or seen.reading.signals):
        return False
    return _seal(house, mail) or bool(before.untold and _own_signers(mail, before))


def _verdict(house: House, seen: Understood, raws: Mapping[int, bytes]) -> Authenticity:
    mail, before, raw = seen.mail, seen.authenticity, raws.get(seen.id)
    if mail is None or raw is None or house.signatures is None:
        return before
    trust = house.settings.trust
    if before.untold and (own := _own_signers(mail, before)) and (signer := house.signatures.signer(raw, own)):
        doubt = replay_doubt(mail, trust.domains, seen.arrived, lambda name: name in own, signed=True)
        because = f"DKIM signature of {signer} verified here, aligned"
        return Authenticity(Aligned.UNKNOWN if doubt else Aligned.YES, doubt or because, before.domain)
    if _seal(house, mail) and house.signatures.sealed(raw):
        return forwarded(mail, trust) or before
    return before


def _own_signers(mail: Mail, before: Authenticity) -> frozenset[str]:
    """The domains that signed and belong to the sender's organisation."""
    named = (tags(value).get("d", "").lower().rstrip(".") for value in mail.header("dkim-signature"))
    return frozenset(name for name in named if same_organisation(name, before.domain or ""))


def _seal(house: House, mail: Mail) -> bool:
    return sealer(mail, house.settings.trust.forwarders) is not None
