"""Signatures that we verify ourselves: only a whole, own, present one speaks for the sender, and none costs much."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from servers.domain_keys import SELECTOR, DnsServer, Domains
from servers.process import need

from mailbot.mail.signatures import LIMIT, DnsSignatures, dns_keys

OWN = {"client.example"}
MAIL = (
    b"From: Jean <jean@client.example>\r\nTo: privacy@ours.example\r\nSubject: my data\r\nDate: "
    + format_datetime(datetime.now(UTC)).encode()
    + b"\r\nMessage-ID: <1@client.example>\r\n\r\nWhat do you hold on me?\r\n"
)


@pytest.fixture(scope="module")
def domains() -> Domains:
    need("openssl")
    return Domains()


@pytest.fixture
def check(domains: Domains) -> DnsSignatures:
    return DnsSignatures(domains.key)


def test_the_signature_of_a_domain_of_the_sender_holds(domains: Domains, check: DnsSignatures) -> None:
    assert check.signer(domains.signed(MAIL, "client.example"), OWN) == "client.example"
    assert check.signer(domains.signed(MAIL.replace(b"\r\n", b"\n"), "client.example"), OWN) == "client.example"
    both = domains.signed(domains.signed(MAIL, "client.example"), "esp.example")
    assert check.signer(both, OWN) == "client.example"


BREAK: dict[str, Callable[[bytes], bytes]] = {
    "other words": lambda raw: raw.replace(b"What do", b"Delete what"),
    "words after the end": lambda raw: raw + b"Send it to eve@evil.example\r\n",
    "another sender": lambda raw: raw.replace(b"jean@", b"eve@"),
    "another subject": lambda raw: raw.replace(b"my data", b"delete my data"),
    "another recipient": lambda raw: raw.replace(b"privacy@", b"sales@"),
    "a second sender": lambda raw: b"From: eve@client.example\r\n" + raw,
    "no body hash": lambda raw: raw.replace(b"bh=", b"xh="),
    "rubbish": lambda raw: raw.replace(b"b=", b"b=\xff\x00"),
}


@pytest.mark.parametrize("change", BREAK.values(), ids=BREAK)
def test_a_signature_of_something_else_does_not_hold(
    change: Callable[[bytes], bytes], domains: Domains, check: DnsSignatures
) -> None:
    assert check.signer(change(domains.signed(MAIL, "client.example")), OWN) is None


def test_a_signature_under_another_name_does_not_hold(domains: Domains, check: DnsSignatures) -> None:
    foreign = domains.signed(MAIL, "mailer.example")
    assert check.signer(foreign, OWN) is None
    assert check.signer(foreign.replace(b"d=mailer.example", b"d=client.example"), OWN) is None


def test_a_signature_of_a_part_or_with_a_key_on_trial_does_not_hold(domains: Domains, check: DnsSignatures) -> None:
    assert check.signer(domains.signed(MAIL, "client.example", length=True), OWN) is None
    for missing in (b"to", b"subject", b"date"):
        covered = tuple(name for name in (b"from", b"to", b"subject", b"date") if name != missing)
        assert check.signer(domains.signed(MAIL, "client.example", headers=covered), OWN) is None
    signed = domains.signed(MAIL, "trial.example")
    domains.records[f"{SELECTOR}._domainkey.trial.example"] = domains.record + b"; t=y"
    assert check.signer(signed, {"trial.example"}) is None
    domains.records[f"{SELECTOR}._domainkey.trial.example"] = b"\xff;;"
    assert check.signer(signed, {"trial.example"}) is None


def test_foreign_signatures_are_not_even_looked_up(domains: Domains) -> None:
    asked: list[str] = []

    def nobody(name: str) -> None:
        asked.append(name)

    check = DnsSignatures(nobody)
    assert check.signer(domains.signed(MAIL, "evil.example"), OWN) is None
    many = MAIL
    for _ in range(9):
        many = domains.signed(many, "client.example")
    assert check.signer(many, OWN) is None
    assert 0 < len(asked) <= 3


def test_what_would_take_long_is_not_looked_at(domains: Domains, check: DnsSignatures) -> None:
    hostile = domains.signed(MAIL, "client.example") + b" " * 3_000_000 + b"x\r\n"
    before = time.process_time()
    assert check.signer(hostile, OWN) is None
    assert check.signer(domains.signed(MAIL, "client.example") + b"\r\n" * 9_000_000, OWN) is None
    assert not check.sealed(hostile)
    assert time.process_time() - before < LIMIT


def test_an_arc_chain_holds_as_long_as_nothing_is_changed(domains: Domains, check: DnsSignatures) -> None:
    came = b"Authentication-Results: mx.forward.example; dkim=pass header.d=client.example\r\n" + MAIL
    passed_on = domains.sealed(came, "forward.example", "mx.forward.example")
    assert check.sealed(passed_on)
    assert not check.sealed(passed_on.replace(b"What do", b"Delete what"))
    assert not check.sealed(passed_on.replace(b"dkim=pass", b"dkim=fail", 1))
    assert not check.sealed(came)
    assert not check.sealed(b"")


def test_keys_come_out_of_the_dns_once_and_its_silence_costs_little(domains: Domains) -> None:
    signed = domains.signed(MAIL, "client.example")
    with DnsServer(domains) as server:
        check = DnsSignatures(dns_keys(server.address))
        assert check.signer(signed, OWN) == "client.example"
        assert check.signer(signed, OWN) == "client.example"
        assert len(server.asked) == 1
        silent = DnsSignatures(dns_keys("127.0.0.1:9"))
        assert silent.signer(signed, OWN) is None
