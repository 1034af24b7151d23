"""The IMAP side of the demo: mailboxes in memory, by pymap. Imported by servers.py alone, when the demo starts."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Self

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Flag, Wildcard
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
_FOLDERS = ("Sent", "Drafts", "Junk", "Trash")
_UNUSED = dict.fromkeys(("cert", "key", "proxy_protocol", "passlib_cfg", "inherited_sockets"))


class _Folder(MailboxData):
    """A folder that keeps keywords; pymap's own drops them without a word."""

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return super().permanent_flags | {Wildcard}


class _Folders(MailboxSet):
    """The folders of one user."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = _Folder(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)  # as pymap wants it
        folder = self._set[name] = _Folder(self._content_cache, self._thread_cache)
        return folder.mailbox_id


class Inboxes:
    """The mailboxes of all users, and the IMAP server before them; lives in one event loop."""

    def __init__(self, config: Config, backend: DictBackend, users: Mapping[str, str]) -> None:
        self._server = IMAPServer(backend.login, config)
        self._folders = {name.casefold(): _Folders() for name in users}
        for name, password in users.items():
            backend.login.users_dict[name] = UserMetadata(config, name, password=password)
            config.set_cache[name] = (self._folders[name.casefold()], FilterSet())

    @classmethod
    async def create(cls, users: Mapping[str, str]) -> Self:
        """Empty mailboxes with the usual folders for `users` (address: password)."""
        os.environ.setdefault("FQDN", "localhost")  # else pymap asks DNS for our name at each greeting
        demo = {"demo_data": False, "demo_user": "", "demo_password": ""}
        options = Namespace(host=HOST, port=0, debug=False, tls=False, **demo, **_UNUSED)
        backend, config = await DictBackend.init(options, hash_context=Cleartext(), invalid_user_sleep=0)
        config.apply_context()
        inboxes = cls(config, backend, users)
        for folders in inboxes._folders.values():
            for name in _FOLDERS:
                await folders.add_mailbox(name)
        return inboxes

    def knows(self, address: str) -> bool:
        """Whether there is a mailbox of this address."""
        return address.casefold() in self._folders

    async def deliver(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        """Put a mail into a folder, which is made if need be. Raises KeyError if nobody has this address."""
        folders = self._folders[address.casefold()]
        with suppress(ValueError):
            if folder != "INBOX":
                await folders.add_mailbox(folder)
        mailbox = await folders.get_mailbox(folder)
        await mailbox.append(AppendMessage(raw, datetime.now(UTC)), recent=True)

    async def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder, oldest first; none if there is no such folder. Raises KeyError as deliver() does."""
        try:
            mailbox = await self._folders[address.casefold()].get_mailbox(folder)
        except KeyError:
            if not self.knows(address):
                raise
            return []
        return [bytes(await message.load_content(FetchRequirement.CONTENT)) async for message in mailbox.messages()]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk IMAP over one connection until its end."""
        with suppress(ConnectionError, asyncio.CancelledError):
            await self._server(reader, writer, SocketInfoLocal(writer))
        writer.close()
