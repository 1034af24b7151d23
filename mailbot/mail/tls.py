"""How a connection to a mail server is protected: the one place for IMAP and SMTP."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Literal, TypeAlias

from mailbot.interfaces import Misconfigured

Tls: TypeAlias = Literal["implicit", "starttls", "none"]
"""TLS from the first byte, TLS after STARTTLS, or plain text (on loopback only)."""


def context(host: str, tls: Tls, ca_file: str | None) -> ssl.SSLContext | None:
    """The TLS context for `host`, None for plain text.

    `ca_file` is a PEM file that is trusted instead of the system's authorities.
    Raises Misconfigured for plain text to another machine and for an unreadable `ca_file`.
    """
    if tls == "none":
        if not is_loopback(host):
            raise Misconfigured(
                f'tls = "none" is allowed on loopback only, not for {host}: use "implicit" or "starttls"'
            )
        return None
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one too
        raise Misconfigured(f"ca_file {ca_file} cannot be read as PEM certificates: {error.strerror}") from error


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its very name: no look-up, which others could answer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def certificate_trouble(error: BaseException) -> str | None:
    """What the operator must mend if `error`, or what caused it, is a TLS refusal; None for any other error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message}): mend it, or name its authority in ca_file"
        if isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER":
            return 'it does not speak TLS on this port: check the port, or use tls = "starttls"'
        cause = cause.__cause__ or cause.__context__
    return None
