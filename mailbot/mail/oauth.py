"""Access tokens for mail servers that take no password (RFC 6749): the provider is asked when one is due."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from mailbot.failpoint import around
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail.tls import is_loopback

EARLY = 60.0
"""Seconds before its end when a token is renewed."""
LIFETIME = 3600.0
"""Seconds that a token counts as good where the provider does not say (RFC 6749 section 5.1 only recommends it)."""
CLIENT_ERROR = range(400, 500)
_TOO_MANY = 429


class TokenSource(Protocol):
    """What gives an access token whenever a connection is opened; `fresh` asks for a new one at all events."""

    def __call__(self, *, fresh: bool) -> str:
        """The token. Raises Away if the provider cannot be reached, Misconfigured if it refuses us."""
        ...


@dataclass(slots=True)
class AccessToken:
    """The TokenSource for a client-credentials or refresh-token grant."""

    url: str  # the provider's token endpoint, https (http on loopback only)
    client_id: str
    client_secret: str | Callable[[], str] = field(repr=False)
    scope: str = ""
    refresh_token: str = field(default="", repr=False)  # "" = the client-credentials grant (RFC 6749 section 4.4)
    timeout: float = 10.0  # seconds
    _token: str = field(default="", init=False, repr=False)
    _until: float = field(default=0.0, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        """Raise Misconfigured for a URL that would carry the secret in plain text."""
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise Misconfigured(f"OAuth 2 token endpoint {parts.hostname}: the URL must begin with https://")

    def __call__(self, *, fresh: bool = False) -> str:
        """The token. Raises Away if the provider cannot be reached, Misconfigured if it refuses us."""
        with self._lock:
            if fresh or time.monotonic() >= self._until:
                self._renew()
            return self._token

    def _renew(self) -> None:
        answer = self._ask()
        self._token = str(answer["access_token"])
        self.refresh_token = str(answer.get("refresh_token", self.refresh_token))  # some give a new one each time
        self._until = time.monotonic() + float(str(answer.get("expires_in", LIFETIME))) - EARLY

    def _ask(self) -> dict[str, object]:
        """The provider's answer to one token request (RFC 6749 sections 4.4.2 and 6)."""
        host = urllib.parse.urlsplit(self.url).hostname
        try:
            with (
                around("oauth.ask"),
                urllib.request.urlopen(self.url, self._form(), self.timeout) as response,  # noqa: S310 - checked above
            ):
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in CLIENT_ERROR and error.code != _TOO_MANY:
                raise Misconfigured(
                    f"OAuth 2 provider {host} gives no token (HTTP {error.code}): mend oauth2"
                ) from error
            raise Away(f"OAuth 2 provider {host} answers HTTP {error.code}") from error
        except (OSError, ValueError) as error:
            raise Away(f"OAuth 2 provider {host} cannot be reached: {type(error).__name__}") from error
        if not isinstance(answer, dict) or "access_token" not in answer:
            raise Misconfigured(f"OAuth 2 provider {host} answers without access_token: check the URL")
        return answer

    def _form(self) -> bytes:
        secret = self.client_secret if isinstance(self.client_secret, str) else self.client_secret()
        form = {"client_id": self.client_id, "client_secret": secret}
        if self.refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        else:
            form |= {"grant_type": "client_credentials"}
        if self.scope:
            form["scope"] = self.scope
        return urllib.parse.urlencode(form).encode()
