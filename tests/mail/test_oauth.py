"""Access tokens, asked of a provider on loopback."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from servers.process import HOST

from mailbot.interfaces import Away, Misconfigured
from mailbot.mail.oauth import AccessToken


@dataclass
class Provider:
    """What it was asked, and what it answers."""

    url: str = ""
    status: int = 200
    answer: dict[str, object] = field(default_factory=dict)
    forms: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A token endpoint; each token has the number of its request."""
    provider = Provider()

    class Endpoint(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.forms.append(dict(urllib.parse.parse_qsl(form)))
            body = json.dumps({"access_token": f"token {len(provider.forms)}", **provider.answer}).encode()
            self.send_response(provider.status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with http.server.HTTPServer((HOST, 0), Endpoint) as server:
        provider.url = f"http://{HOST}:{server.server_address[1]}/token"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield provider
        server.shutdown()


def test_a_token_is_asked_once_and_again_when_it_is_due_or_wanted_fresh(provider: Provider) -> None:
    token = AccessToken(provider.url, "us", "sécret", scope="mail")
    assert [token(), token(), token(fresh=True), token()] == ["token 1", "token 1", "token 2", "token 2"]
    provider.answer = {"expires_in": 1}
    assert [token(fresh=True), token()] == ["token 3", "token 4"]
    asked = {"client_id": "us", "client_secret": "sécret", "grant_type": "client_credentials", "scope": "mail"}
    assert provider.forms[0] == asked


def test_a_refresh_token_is_used_and_replaced_by_a_newer_one(provider: Provider) -> None:
    provider.answer = {"refresh_token": "second"}
    token = AccessToken(provider.url, "us", lambda: "secret", refresh_token="first")
    token()
    token(fresh=True)
    assert [form["refresh_token"] for form in provider.forms] == ["first", "second"]
    assert {form["grant_type"] for form in provider.forms} == {"refresh_token"}


@pytest.mark.parametrize(("status", "error"), [(400, Misconfigured), (401, Misconfigured), (429, Away), (503, Away)])
def test_a_refusal_is_for_the_operator_and_an_outage_for_later(
    provider: Provider, status: int, error: type[Exception]
) -> None:
    token = AccessToken(provider.url, "us", "secret")
    provider.status = status
    with pytest.raises(error) as raised:
        token()
    assert "secret" not in str(raised.value)
    provider.status = 200
    assert token() == "token 2"


def test_no_provider_is_away(provider: Provider) -> None:
    with pytest.raises(Away):
        AccessToken(provider.url.replace("http:", "https:"), "us", "secret")()


def test_a_secret_never_leaves_in_plain_text() -> None:
    with pytest.raises(Misconfigured, match="https"):
        AccessToken("http://login.example/token", "us", "secret")


def test_no_secret_shows_in_a_print(provider: Provider) -> None:
    assert "hidden" not in repr(AccessToken(provider.url, "us", "hidden", refresh_token="hidden too"))
