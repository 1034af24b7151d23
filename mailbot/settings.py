"""What config.toml says, as the values that steps, actions and reading work with."""

from __future__ import annotations

import re
from datetime import date, timedelta

from mailbot.config import Config, FiledBy
from mailbot.core.address import domain_of, normalise
from mailbot.core.mapping.datamap import DataMap
from mailbot.core.mapping.mapshape import in_language
from mailbot.core.sender.authenticity import Trust
from mailbot.core.values import Address, Organisation
from mailbot.sight import Sight
from mailbot.steps.house import Keep, Recipient, Settings, Watch

_JUNK = re.compile(r"\b(junk|spam|ind[ée]sirables?|pourriels?|bulk)\b", re.IGNORECASE)


def sight_of(config: Config) -> Sight:
    """What reading the mails of this configuration depends on."""
    own = _own(config)
    return Sight(
        overlay=config.content.overlay,
        trust=Trust(
            tuple(config.trust.receivers),
            tuple(config.trust.authserv_ids),
            tuple(name.lower().rstrip(".") for name in config.trust.forwarders),
            frozenset(domain_of(address) for address in own),
        ),
        own_addresses=frozenset(normalise(address) for address in own),
        junk_folders=frozenset(folder for folder in config.mailbox.folders if _JUNK.search(folder)),
        language=config.organisation.country.lower(),
    )


def _own(config: Config) -> set[str]:
    """Our own addresses as they are written in the configuration."""
    named = {config.outgoing.sender, config.organisation.contact, config.mailbox.user}
    return {address for address in named if address and "@" in address}


def settings_of(config: Config, datamap: DataMap, since: date, *, held: bool) -> Settings:
    """What steps and actions need; `since`: the day from which mails are answered, `held`: a restored store waits."""
    language = config.organisation.languages[0]
    sender = config.outgoing.sender or ""
    return Settings(
        mode=str(config.policy.mode),
        organisation=_organisation(config),
        zone=config.zone,
        country=config.organisation.country,
        sender=Address(config.organisation.name, sender),
        trust=sight_of(config).trust,
        since=since,
        plus_addressing=config.outgoing.plus_addressing,
        challenge_days=config.trust.challenge_days,
        snapshot_days=config.deadlines.snapshot_days,
        undo_delay=timedelta(minutes=config.deadlines.undo_minutes),
        file_copies=bool(config.outgoing.sent_folder) and config.outgoing.proof is not FiledBy.PROVIDER_SENT,
        sent_folder=config.outgoing.sent_folder,
        proof_folder=config.outgoing.sent_folder if config.outgoing.proof is FiledBy.PROVIDER_SENT else "",
        elsewhere=tuple(in_language(one.title, language) for one in datamap.elsewhere),
        notify=tuple(_recipient(datamap, name, address) for name, address in datamap.recipients.notify.items()),
        restricts=frozenset(one.person for one in datamap.holding if one.change.restrict),
        bounce_days=config.deadlines.bounce_days,
        held=held,
        keep=_keep(config),
        person_keys={name: tuple(kind.key) for name, kind in datamap.person.items()},
        holdings={name: tuple(one.title for one in datamap.holdings(name)) for name in datamap.person},
        languages=config.organisation.languages,
        watch=_watch(config),
        required=frozenset(in_language(one.title, language) for one in datamap.elsewhere if one.required),
        max_size=config.outgoing.max_size,
        encrypt=config.outgoing.encrypt,
        kept_years=round(config.retention.requests / 365.25),
    )


def _watch(config: Config) -> Watch:
    """Who of our people hears of what; where nobody is named, whoever reads the organisation's own mail."""
    staff, contact = config.staff, config.organisation.contact
    alarms_to = staff.alarms_to or ((contact,) if contact else ())
    return Watch(
        alarms_to=alarms_to,
        digest_to=(staff.digest.to or alarms_to) if staff.digest else (),
        digest_at=staff.digest.at if staff.digest else None,
        witness=staff.witness,
        alarm_days=config.deadlines.alarms,
        queue_time=timedelta(hours=config.deadlines.queue_hours),
        away_time=timedelta(minutes=config.deadlines.away_minutes),
    )


def _keep(config: Config) -> Keep:
    days = {name: timedelta(days=getattr(config.retention, name)) for name in Keep.__slots__}
    return Keep(**days)


def _recipient(datamap: DataMap, name: str, address: str) -> Recipient:
    holdings = [one for one in datamap.holding if any(name in texts.values() for texts in one.recipients)]
    return Recipient(name, address, frozenset((one.person, str(one.table)) for one in holdings))


def _organisation(config: Config) -> Organisation:
    own = config.organisation
    return Organisation(
        own.name,
        own.address,
        own.controller,
        own.contact or "",
        own.online_space or "",
        own.country,
        own.transfers,
        own.automated,
    )
