"""Does it all fit together: every outside part opened for real, all problems at once, nothing changed."""

from __future__ import annotations

import asyncio
import os
import pwd
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from mailbot.app import open_sender, open_source
from mailbot.clients.directory import BadUrl, open_directory
from mailbot.clients.survey import survey_url
from mailbot.config import Config, NoSecret
from mailbot.content import Content
from mailbot.core.drafting.uncovered import uncovered
from mailbot.core.mapping.mapfit import unfinished
from mailbot.core.values import Problem
from mailbot.interfaces import Away, Misconfigured
from mailbot.knowledge import read_map, read_vocabulary
from mailbot.mail.imap import ImapSource
from mailbot.sight import Unusable
from mailbot.store.connect import StoreAway
from mailbot.store.store import Store

LIMIT = 30.0
"""Seconds that one part may take to answer."""


async def check_parts(config: Config, limit: float = LIMIT) -> list[Problem]:
    """Open mailbox, SMTP, store, client database and keys as `run` would; all that is wrong, with how to mend it.

    What config.check() told already (a missing host, a missing secret) is not told again. `limit`: seconds a part.
    """
    parts: list[tuple[str, Callable[[], Sequence[Problem]]]] = [
        ("[mailbox]", lambda: _mailbox(config)),
        ("[outgoing]", lambda: _outgoing(config)),
        ("[store] url", lambda: _store(config)),
        ("[clients] url", lambda: check_clients(config)),
    ]
    found = await asyncio.gather(*(_within(f"{config.name} {where}", work, limit) for where, work in parts))
    return [problem for problems in found for problem in problems]


async def _within(where: str, work: Callable[[], Sequence[Problem]], limit: float) -> Sequence[Problem]:
    """What `work` finds; a part that hangs is a problem too, and holds nobody up."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Sequence[Problem]] = loop.create_future()

    def finish(problems: Sequence[Problem]) -> None:
        if not done.done():
            done.set_result(problems)

    def run() -> None:
        problems = _told(where, work)
        with suppress(RuntimeError):  # the loop is closed: we had given up waiting
            loop.call_soon_threadsafe(finish, problems)

    threading.Thread(target=run, daemon=True).start()
    try:
        return await asyncio.wait_for(done, limit)
    except TimeoutError:
        return [Problem(where, f"no answer within {limit:g} seconds: check host, port and firewall")]


def _told(where: str, work: Callable[[], Sequence[Problem]]) -> Sequence[Problem]:
    try:
        return work()
    except (NoSecret, Unusable):
        return ()  # told by the check of the file, or of the data map, itself
    except (Away, Misconfigured, StoreAway, BadUrl) as fault:
        return (Problem(where, str(fault)),)


# --- the parts --------------------------------------------------------------------------------------------------------


def _mailbox(config: Config) -> Sequence[Problem]:
    """Log in, find the folders, and see that mails can be taken out of them."""
    if not config.mailbox.host:
        return ()
    source = open_source(config)
    try:
        if isinstance(source, ImapSource):
            return _in_file(config, source.check())
        source.folders()
    finally:
        source.close()
    path = Path(config.mailbox.host.removeprefix("maildir:"))
    if not os.access(path, os.W_OK):
        return (Problem(f"{config.name} [mailbox] host", f"{path} cannot be written to: mails are moved out of it"),)
    return ()


def _outgoing(config: Config) -> Sequence[Problem]:
    """Connect to the SMTP server, log in, leave; no mail is sent."""
    return _in_file(config, asyncio.run(open_sender(config).check())) if config.outgoing.host else ()


def _in_file(config: Config, problems: Sequence[Problem]) -> Sequence[Problem]:
    """What an edge says of a section, with the name of the file that the section stands in."""
    return [
        Problem(f"{config.name} {problem.where}", problem.what) if problem.where.startswith("[") else problem
        for problem in problems
    ]


def _store(config: Config) -> Sequence[Problem]:
    """Open the store if there is one, and see that the keys it hangs on are there."""
    where = f"{config.name} [store] url"
    url = config.store.address() or ""
    file = sqlite_file(url)
    if (stranger := foreign_store(url)) is not None:
        return (Problem(where, stranger),)
    if file is not None and not file.exists():
        return (*_makeable(where, file), *_keys(config, wanted=False))
    store = Store(url)
    try:
        return _keys(config, wanted=store.facts.get("keys") is not None)
    finally:
        store.close()


def _makeable(where: str, file: Path) -> Sequence[Problem]:
    """Whether a file can be made; `check` itself makes none: the service, not its operator, must own it."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return ()
    return (Problem(where, f"{file} cannot be made: {folder} cannot be written to"),)


def _keys(config: Config, *, wanted: bool) -> Sequence[Problem]:
    """The key file: sound, private, and there where the store was made with it; else the first run makes it."""
    path, where = config.keys.file, f"{config.name} [keys] file"
    if not path.exists():
        gone = "is gone: put back the copy that you kept; without it no token and no list holds"
        return (Problem(where, f"{path} {gone}"),) if wanted else _makeable(where, path)
    try:
        sound = len(bytes.fromhex(path.read_text(encoding="ascii").strip())) == 32  # noqa: PLR2004 -- 256 bits
    except OSError as fault:
        return (Problem(where, f"{path} cannot be read: {fault.strerror}"),)
    except ValueError:
        sound = False
    if not sound:
        return (Problem(where, f"{path} holds no key (64 hex digits): put back the copy that you kept"),)
    if path.stat().st_mode & 0o077:
        return (Problem(where, f"{path} can be read by others: chmod 600 {path}"),)
    return ()


def check_clients(config: Config) -> Sequence[Problem]:
    """Open the client database and lay the data map over it; all problems. Raises NoSecret, Unusable, BadUrl, Away."""
    url = config.clients.address()
    if url is None:
        return ()
    content = Content(config.content.overlay)
    datamap = read_map(config, content)
    directory = open_directory(url, datamap, country=config.organisation.country)
    try:
        found = _in_file(config, directory.check())
    finally:
        directory.close()
    if any(problem.where.endswith("[clients] url") for problem in found):
        return found
    made = survey_url(url, read_vocabulary(content), config.organisation.country)
    return (*found, *unfinished(datamap, config.organisation.languages), *uncovered(made, datamap))


# --- whose store ------------------------------------------------------------------------------------------------------


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL, or None for a server's."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


def foreign_store(url: str) -> str | None:
    """What to do instead, where the SQLite store is another user's: files made by us would lock the service out."""
    file = sqlite_file(url)
    if file is None or not file.exists() or file.stat().st_uid == os.geteuid():
        return None
    owner = file.stat().st_uid
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    return f"the store belongs to {name}: run `sudo -u {name} mailbot …`"
