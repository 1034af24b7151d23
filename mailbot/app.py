"""The wiring: the only file that knows every part. From a configuration to a House, a mail source and a sender."""

from __future__ import annotations

import os
import re
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.clients.directory import open_directory
from mailbot.config import Config, FiledBy, MailServer
from mailbot.content import Content
from mailbot.core.address import domain_of, normalise
from mailbot.core.mapping.datamap import DataMap
from mailbot.core.mapping.mapshape import in_language
from mailbot.core.sender.authenticity import Trust
from mailbot.core.values import Address, Organisation, Problem
from mailbot.failpoint import around
from mailbot.interfaces import MailSource
from mailbot.knowledge import read_knowledge, read_map
from mailbot.mail.imap import ImapSource
from mailbot.mail.maildir import MaildirSettings, MaildirSource
from mailbot.mail.oauth import AccessToken
from mailbot.mail.session import ImapSettings
from mailbot.mail.signatures import DnsSignatures, dns_keys
from mailbot.mail.smtp import SmtpSender
from mailbot.mail.smtp_link import SmtpSettings
from mailbot.readers import Readers
from mailbot.sight import Sight, Unusable
from mailbot.steps.house import House, Keep, Recipient, Settings, Watch
from mailbot.steps.replay import RESTORED
from mailbot.store.signing import Signer
from mailbot.store.store import Store

if TYPE_CHECKING:
    from mailbot.console.application import Console

_JUNK = re.compile(r"\b(junk|spam|ind[ée]sirables?|pourriels?|bulk)\b", re.IGNORECASE)


# --- the house --------------------------------------------------------------------------------------------------------


def open_house(config: Config, today: date, readers: Readers | None = None) -> House:
    """Everything that steps and actions work with. Raises Unusable, StoreAway, Away, NoSecret.

    `readers` that are at work already are taken over; else reading is made ready when it is wanted.
    """
    content = Content(config.content.overlay)
    knowledge = read_knowledge(content)
    datamap = read_map(config, content)
    store = Store(config.store.address() or "")
    directory = open_directory(config.clients.address() or "", datamap, country=config.organisation.country)
    held = bool(store.facts.get(RESTORED))
    settings = _settings(config, datamap, _since(config, store, today), held=held)
    key = read_key(config.keys.file, fresh=store.facts.get("keys") is None, store=store)
    store.journal.signer = Signer(key)
    return House(
        settings=settings,
        store=store,
        clients=directory,
        policy=knowledge.policy,
        wording=knowledge.wording,
        labels=knowledge.labels,
        key=key,
        staff=knowledge.staff,
        readers=readers or open_readers(config),
        evidence=knowledge.evidence,
        signatures=DnsSignatures(dns_keys(config.trust.resolver)) if config.trust.verify else None,
    )


def open_readers(config: Config) -> Readers:
    """What reads the mails of this configuration; nothing is loaded or started yet."""
    return Readers(sight_of(config), config.workers.processes)


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


def _since(config: Config, store: Store, today: date) -> date:
    """[mailbox] since, else the day of the first start: what lay there before is not answered out of the blue."""
    first = store.facts.get("first_start")
    if first is None:
        first = today.isoformat()
        with store.transaction():
            store.facts.set("first_start", first)
    return config.mailbox.since or date.fromisoformat(first)


def read_key(path: Path, *, fresh: bool, store: Store) -> bytes:
    """Our secret key (32 bytes), made at the first start. Raises Unusable if it is lost: tokens and lists need it."""
    if path.is_file():
        with around("keys.read"):
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    elif fresh:
        key = make_key(path)
    else:
        what = "is gone: put back the copy that you kept; without it no token holds"
        raise Unusable([Problem(f"[keys] file {path}", what)])
    if fresh:
        with store.transaction():
            store.facts.set("keys", "made")
    return key


def make_key(path: Path) -> bytes:
    """Write a new key that only its owner reads; raises FileExistsError. The file is there whole or not at all."""
    key = secrets.token_bytes(32)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with around("keys.write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    with around("keys.link"):
        os.link(new, path)  # fails where there is one, as renaming would not
    with around("keys.unlink"):
        new.unlink()
    return key


def _settings(config: Config, datamap: DataMap, since: date, *, held: bool) -> Settings:
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
    return Organisation(own.name, own.address, own.controller, own.contact or "", own.online_space or "", own.country)


# --- the console ------------------------------------------------------------------------------------------------------


def open_console(config: Config, house: House) -> Console:
    """The staff's pages. Raises Unusable for words or templates of an overlay that cannot be used."""
    from mailbot.console.application import Console  # noqa: PLC0415 -- a web server, for who wants pages
    from mailbot.console.desk import ConsoleSettings  # noqa: PLC0415 -- as above

    own = config.console
    settings = ConsoleSettings(
        host=own.host,
        port=own.port,
        cert=own.tls.cert if own.tls else None,
        key=own.tls.key if own.tls else None,
        proxies=tuple(own.proxy),
        queue_time=timedelta(hours=config.deadlines.queue_hours),
        alarms=tuple(config.deadlines.alarms),
        retention=config.retention.model_dump(),
    )
    try:
        return Console(house, settings, Content(config.content.overlay).read)
    except (OSError, ValueError, KeyError) as fault:
        raise Unusable([Problem("templates/console", str(fault))]) from fault


# --- the edges --------------------------------------------------------------------------------------------------------


def open_source(config: Config) -> MailSource:
    """The mailbox: IMAP, or a Maildir where [mailbox] host is `maildir:/path`. Raises Misconfigured, NoSecret."""
    box = config.mailbox
    folders = tuple(box.folders)
    if box.host.startswith("maildir:"):
        path = Path(box.host.removeprefix("maildir:"))
        return MaildirSource(MaildirSettings(path, folders=folders, processed=box.processed, max_size=box.max_size))
    return ImapSource(
        ImapSettings(
            host=box.host,
            port=box.port,
            user=box.user,
            password=box.secret() or "",
            tls=box.tls.value,
            oauth2=_token(box),
            folders=folders,
            processed=box.processed,
            sent_folder=config.outgoing.sent_folder,
            max_size=box.max_size,
            ca_file=str(box.ca_file) if box.ca_file else None,
        )
    )


def open_sender(config: Config) -> SmtpSender:
    """The way out: SMTP. Raises Misconfigured, NoSecret."""
    out = config.outgoing
    return SmtpSender(
        SmtpSettings(
            host=out.host,
            port=out.port,
            tls=out.tls.value,
            user=out.user,
            password=(out.secret() or "") if out.user else "",
            oauth2=_token(out),
            connections=config.workers.connections,
            rate=out.rate or 0,
            ca_file=str(out.ca_file) if out.ca_file else None,
        )
    )


def _token(server: MailServer) -> AccessToken | None:
    own = server.oauth2
    if own is None:
        return None
    return AccessToken(
        url=own.token_url,
        client_id=own.client_id,
        client_secret=own.client_secret() or "",
        scope=own.scope or "",
        refresh_token=own.refresh_token() or "",
    )
