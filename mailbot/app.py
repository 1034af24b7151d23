"""The wiring: the only file that knows every part. From a configuration to a House, a mail source and a sender."""

from __future__ import annotations

import os
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.clients.directory import open_directory
from mailbot.config import Config, MailServer
from mailbot.content import Content
from mailbot.core.values import Problem
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
from mailbot.settings import settings_of, sight_of
from mailbot.sight import Unusable
from mailbot.steps.house import House
from mailbot.steps.replay import RESTORED
from mailbot.store.signing import Signer
from mailbot.store.store import Store

if TYPE_CHECKING:
    from mailbot.console.application import Console


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
    settings = settings_of(config, datamap, _since(config, store, today), held=held)
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
