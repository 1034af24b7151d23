"""The sections of config.toml that name a server: mail in, mail out, the two databases."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mailbot.config.forms import OPTIONAL, Address, File, PastDay, Port, Seconds, Size, Texts, Url, loopback
from mailbot.config.login import OAuth2, WithPassword


class Tls(StrEnum):
    """How a connection is kept from being read."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


class FiledBy(StrEnum):
    """Who files what we send: it decides where an uncertain reply is looked for."""

    PROVIDER_SENT = "provider-sent"
    SELF_COPY = "self-copy"
    NONE = "none"


class MailServer(WithPassword):
    """What IMAP and SMTP have in common."""

    ports: ClassVar[Mapping[Tls, int]]

    host: str = ""
    port: Port = 1  # never seen: the usual port of `tls` takes its place
    tls: Tls = Tls.IMPLICIT
    ca_file: File | None = None  # PEM certificates to trust instead of the system's
    user: str = ""
    oauth2: OAuth2 | None = None
    max_size: Annotated[Size, Field(gt=0)] = Size(40_000_000)

    @model_validator(mode="before")
    @classmethod
    def _usual_port(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        by_port = {str(port): tls for tls, port in cls.ports.items() if tls is not Tls.NONE}
        tls = data.get("tls", by_port.get(str(data.get("port")), Tls.IMPLICIT))
        port = cls.ports.get(Tls(tls) if tls in list(Tls) else Tls.IMPLICIT)
        return {"tls": tls, "port": port} | data

    @field_validator("tls")
    @classmethod
    def _plain_on_loopback_only(cls, tls: Tls, info: ValidationInfo) -> Tls:
        host = info.data.get("host", "")
        if tls is Tls.NONE and host and not loopback(host):
            raise ValueError(f'"none" is allowed on loopback only, not for {host}; allowed: "implicit", "starttls"')
        return tls

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if self.oauth2 is not None and (self.password_env is not None or self.password_file is not None):
            raise ValueError("oauth2 and a password: one of them is allowed")
        return self


class MailboxSection(MailServer):
    """Where requests arrive (IMAP)."""

    credential = "mailbox_password"
    ports: ClassVar[Mapping[Tls, int]] = {Tls.IMPLICIT: 993, Tls.STARTTLS: 143, Tls.NONE: 143}

    folders: Annotated[Texts, Field(min_length=1)] = ("INBOX",)
    processed: str = "Processed"  # "": marked by a keyword and left where it is
    since: PastDay = None  # None: the day of the first start
    idle: Annotated[Seconds, Field(ge=1, le=1740)] = 300  # RFC 2177: a server may log out after 30 minutes


class OutgoingSection(MailServer):
    """Where replies leave (SMTP)."""

    credential = "outgoing_password"
    ports: ClassVar[Mapping[Tls, int]] = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}

    sender: Annotated[Address | None, OPTIONAL] = Field(default=None, alias="from")
    sent_folder: str = "Sent"  # "": no copy is filed
    proof: FiledBy = FiledBy.NONE
    plus_addressing: bool = False
    rate: Annotated[int, Field(ge=0)] = 0  # mails a minute; 0: as fast as the server takes them
    encrypt: bool = False  # exports leave as encrypted files


class Database(WithPassword):
    """A database; its password may stand in the URL, but is better kept elsewhere."""

    url: Url | None = None

    def address(self) -> str | None:
        """The URL with the password in it. Raises NoSecret if one is named and not there."""
        password = self.secret()
        if self.url is None or password is None or self.url.startswith("sqlite:"):
            return self.url
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{quote(password, safe='')}@{host}"))


class StoreSection(Database):
    """Our own database."""

    credential = "store_password"

    url: Url = Field(default="sqlite:///mailbot.db", validate_default=True)


class ClientsSection(Database):
    """The company's client database, and the map that says what is where; None: the map that is shipped."""

    credential = "clients_password"

    map: File | None = None
