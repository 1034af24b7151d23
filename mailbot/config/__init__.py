"""config.toml: where servers, databases, people and limits are named. Secrets are kept elsewhere."""

from mailbot.config.file import Config, ConfigError, check, find_config, load, read_toml
from mailbot.config.forms import loopback
from mailbot.config.login import NoSecret, OAuth2
from mailbot.config.sections import Mode
from mailbot.config.servers import (
    ClientsSection,
    FiledBy,
    MailboxSection,
    MailServer,
    OutgoingSection,
    StoreSection,
    Tls,
)

__all__ = [
    "ClientsSection",
    "Config",
    "ConfigError",
    "FiledBy",
    "MailServer",
    "MailboxSection",
    "Mode",
    "NoSecret",
    "OAuth2",
    "OutgoingSection",
    "StoreSection",
    "Tls",
    "check",
    "find_config",
    "load",
    "loopback",
    "read_toml",
]
