"""Only what a trusted receiver wrote counts, and nothing that a sender can plant passes for it.

The attacks are those of Chen, Paxson and Jiang, "Composition Kills" (USENIX Security 2020), of RFC 8601, section 7,
and variants of them.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.parse import parse
from mailbot.core.sender.authenticity import MICROSOFT, Trust, authenticity
from mailbot.core.values import Aligned

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
OURS = Trust(authserv_ids=("mx.ours.example",))
ZONED = Trust(receivers=("mx.ours.example",), authserv_ids=("mx.ours.example",))
HOP = "Received: from a.client.fr (a.client.fr [192.0.2.1])\n\tby mx.ours.example with ESMTPS; 5 Oct 2026 09:00 +0200\n"
FOREIGN = "Received: from x (x [192.0.2.2]) by relay.evil.example with SMTP; Mon, 5 Oct 2026 08:59:00 +0200\n"
PASS = "Authentication-Results: mx.ours.example; dkim=pass header.d=client.fr\n"


def verdict(headers: str, trust: Trust = OURS, sender: str = "jean@client.fr") -> Aligned:
    """The verdict on a mail with these headers above its From."""
    return authenticity(parse(f"{headers}From: {sender}\nSubject: x\n\ntext".encode()), trust, NOW).aligned


def results(text: str, trust: Trust = OURS, sender: str = "jean@client.fr") -> Aligned:
    """The verdict on results of our own receiver."""
    return verdict(f"Authentication-Results: mx.ours.example; {text}\n", trust, sender)


@pytest.mark.parametrize(
    "text",
    [
        "dkim=pass header.d=client.fr",
        "dkim=pass header.i=@client.fr",
        "dkim=pass header.i=jean@mail.client.fr header.d=client.fr",
        "dkim=pass header.d=mail.client.fr",
        "DKIM=Pass Header.D=CLIENT.FR",
        "dkim/1 = pass (2048-bit key; secure) header.d = client.fr;",
        "dkim=pass(2048-bit key) header.d=client.fr",
        'dkim=pass header.d="client.fr" header.b="Ab/c+d=="',
        'dkim=pass reason="good; signature" header.d=client.fr',
        "spf=pass (ours: domain of jean@client.fr designates 192.0.2.1) smtp.mailfrom=jean@client.fr",
        "spf=pass smtp.mailfrom=client.fr smtp.helo=other.example",
        "spf=fail smtp.mailfrom=list.example; dkim=pass header.d=client.fr",
        "dkim=fail header.d=client.fr; dkim=pass header.d=client.fr",
        "dkim=pass header.d=esp.example; dkim=pass header.d=client.fr; dmarc=pass header.from=client.fr",
        "dmarc=pass (p=NONE sp=NONE) header.from=client.fr",
        "dmarc=pass action=none header.from=client.fr; spf=pass smtp.mailfrom=esp.example",
    ],
)
def test_an_aligned_pass_of_our_receiver_is_yes(text: str) -> None:
    assert results(text) is Aligned.YES


@pytest.mark.parametrize(
    "text",
    [
        "dkim=fail header.d=client.fr; spf=softfail smtp.mailfrom=client.fr",
        "dkim=none; spf=none smtp.mailfrom=client.fr",
        "dkim=none; spf=pass smtp.mailfrom=evil.example",
        "dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
        "dkim=pass header.d=client.fr; dmarc=fail header.from=client.fr",
        "dmarc=pass header.from=client.fr; dmarc=fail header.from=client.fr; dkim=pass header.d=client.fr",
        "dmarc=fail(p=reject dis=none) header.from=client.fr",
        "dmarc=pass header.from=evil.example; dkim=pass header.d=client.fr",
        "spf=fail smtp.mailfrom=client.fr",
    ],
)
def test_a_receiver_that_could_tell_and_saw_no_aligned_pass_means_no(text: str) -> None:
    assert results(text) is Aligned.NO


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "",
        "dkim=temperror header.d=client.fr; spf=none smtp.mailfrom=client.fr",
        "dkim=permerror; spf=temperror smtp.mailfrom=client.fr",
        "iprev=pass policy.iprev=192.0.2.1",
        "auth=pass smtp.auth=jean@client.fr",
        "arc=pass header.oldest-pass=1",
        "dmarc=none header.from=client.fr",
        "dmarc=pass",
        "dmarc=bestguesspass action=none header.from=client.fr",
        "dkim=pass",
        "spf=pass",
        "dmarc=pass header.from=client.fr; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
    ],
)
def test_a_receiver_that_could_not_tell_means_unknown(text: str) -> None:
    assert results(text) is Aligned.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        # look-alikes and subdomain tricks
        "dkim=pass header.d=client.fr.evil.example",
        "dkim=pass header.d=evil-client.fr",
        "dkim=pass header.d=cl\u0456ent.fr",
        "dkim=pass header.d=fr",
        "dkim=pass header.d=.fr",
        "dkim=pass header.d=client.fr@evil.example",
        "dkim=pass header.i=jean@client.fr@evil.example header.d=evil.example",
        "dkim=pass header.i=@client.fr header.d=evil.example",
        "spf=pass smtp.mailfrom=jean@client.fr.evil.example",
        "spf=pass smtp.mailfrom=client.fr@evil.example",
        "spf=pass smtp.mailfrom=x@evil.example@client.fr",
        # comments: a d= or HELO with brackets in it
        "dkim=pass header.d=client.fr(.evil.example",
        "dkim=pass header.d=client.fr(.evil.example; spf=none smtp.helo=x)",
        "dkim=pass header.d=client.fr(x).evil.example",
        "dkim=pass header.d=client.fr (x) .evil.example",
        "dkim=neutral (dkim=pass header.d=client.fr)",
        "dkim=none (; dkim=pass header.d=client.fr",
        "dkim=none \\(; dkim=pass header.d=client.fr) x=(",
        # quotes
        'dkim=pass header.d="client.fr;.evil.example"',
        'dkim=pass header.d="client.fr .evil.example"',
        'spf=none smtp.mailfrom="; dkim=pass header.d=client.fr; x="@evil.example',
        'spf=none smtp.mailfrom="; dkim=pass header.d=client.fr',
        'spf=pass smtp.mailfrom="jean@client.fr"@evil.example',
        'dkim=none reason="; dkim=pass header.d=client.fr"',
        # properties that contradict or do not belong
        "dkim=pass header.d=evil.example header.d=client.fr",
        "dkim=pass header.d=client.fr header.d=evil.example",
        "dkim=pass header.d=client.fr z=@evil.example",
        "dkim=pass header.d=client.fr .evil.example",
        "dkim=pass header.from=client.fr",
        "dkim=pass smtp.mailfrom=client.fr",
        "spf=pass header.d=client.fr",
        "spf=pass smtp.helo=client.fr",
        "spf=pass smtp.mailfrom=evil.example smtp.helo=client.fr",
        "xdkim=pass header.d=client.fr",
        "dkim=passing header.d=client.fr",
        "dkim=fail dkim=pass header.d=client.fr",
    ],
)
def test_what_a_sender_can_plant_inside_our_results_never_passes(text: str) -> None:
    assert results(text) is not Aligned.YES


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Authentication-Results: mx.ours.example.evil.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: evil-mx.ours.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: ours.example; dkim=pass header.d=client.fr\n",
        'Authentication-Results: "mx.ours.example x"; dkim=pass header.d=client.fr\n',
        "Authentication-Results: mx.ours.example(x).evil.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: (mx.ours.example;) evil.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: evil.example; mx.ours.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: mx.ours.example\0; dkim=pass header.d=client.fr\n",
        "Authentication-Results: mx.ours.example dkim=pass header.d=client.fr\n",
        "ARC-Authentication-Results: i=1; mx.ours.example; dkim=pass header.d=client.fr\n",
        "X-Authentication-Results: mx.ours.example; dkim=pass header.d=client.fr\n",
        "Authentication-Results: mx.ours.example; dkim=none; spf=none\n" + PASS,
        "Authentication-Results: mx.ours.example; dkim=pass header.d=client.fr(\n" + PASS,
        "Authentication-Results: mx.ours.example; dkim=pass header.d=client.fr; " + "x" * 4096 + "\n",
        "Authentication-Results: spf=pass smtp.mailfrom=client.fr; dkim=pass header.d=client.fr\n",
    ],
)
def test_results_of_another_name_form_or_place_never_pass(headers: str) -> None:
    assert verdict(headers) is not Aligned.YES


@pytest.mark.parametrize(
    "sender",
    [
        "jean@client.fr\nFrom: eve@evil.example",
        "jean@client.fr\nFrom : eve@evil.example",
        "jean@client.fr, eve@evil.example",
        "eve@evil.example, jean@client.fr",
        "<jean@client.fr><eve@evil.example>",
        "jean@client.fr <eve@evil.example>",
        "<@evil.example,@client.fr:jean@client.fr>",
        "group: jean@client.fr;",
        "jean@client.fr (<eve@evil.example>)",
        "<jean@client.fr(x)@evil.example>",
        "=?utf-8?q?jean=40client.fr?=",
        "=?utf-8?b?amVhbkBjbGllbnQuZnI=?= <=?utf-8?q?eve=40evil.example?=>",
        "jean@client.fr\0@evil.example",
        '"jean@client.fr"@evil.example',
        "",
    ],
)
def test_a_from_that_can_be_read_in_two_ways_is_never_authentic(sender: str) -> None:
    assert verdict(PASS, sender=sender) is Aligned.NO


def test_nothing_passes_where_no_receiver_is_configured() -> None:
    assert verdict(PASS, Trust()) is Aligned.UNKNOWN


def test_the_configured_name_is_compared_without_case_and_the_domain_in_its_ascii_form() -> None:
    header = "Authentication-Results: MX.Ours.Example 1; dkim=pass header.d=xn--socit-esab.fr\n"
    assert verdict(header, sender="x@société.fr") is Aligned.YES


@pytest.mark.parametrize("headers", [PASS + HOP + FOREIGN, HOP + PASS + FOREIGN, HOP + PASS, PASS])
def test_results_above_the_first_unknown_hop_count(headers: str) -> None:
    assert verdict(headers, ZONED) is Aligned.YES


def test_a_gmail_like_hand_over_without_a_name_keeps_the_zone() -> None:
    assert verdict("Received: by 2002:a05:6a10 with SMTP id 1\n" + HOP + PASS + FOREIGN, ZONED) is Aligned.YES


@pytest.mark.parametrize(
    "headers",
    [
        HOP + FOREIGN + PASS,
        FOREIGN + PASS,
        HOP + "Received: by relay.evil.example; Mon, 5 Oct 2026 08:59:00 +0200\n" + PASS,
        FOREIGN.replace("from x (x", "from x (by mx.ours.example") + PASS,
        FOREIGN.replace("relay.evil.example", "mx.ours.example.evil.example") + PASS,
        FOREIGN.replace("relay.evil.example", "evilmx.ours.example") + PASS,
    ],
)
def test_results_below_an_unknown_hop_never_count(headers: str) -> None:
    assert verdict(headers, ZONED) is Aligned.UNKNOWN


def test_results_without_a_name_count_only_under_a_hop_of_configured_microsoft_receivers() -> None:
    microsoft = Trust(receivers=(MICROSOFT,), authserv_ids=(MICROSOFT,))
    hop = f"Received: from a.client.fr (192.0.2.1) by DB5.mail.{MICROSOFT} (2603::1) with Microsoft SMTP Server; x\n"
    found = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=client.fr; dkim=pass (signature was"
        " verified)\n header.d=client.fr;dmarc=pass action=none\n header.from=client.fr;compauth=pass reason=100\n"
    )
    assert verdict(found + hop, microsoft) is Aligned.YES
    assert verdict(hop + found, microsoft) is Aligned.YES
    assert verdict(found, microsoft) is Aligned.UNKNOWN
    assert verdict(FOREIGN + found, microsoft) is Aligned.UNKNOWN
    assert verdict(hop + found, Trust(receivers=(MICROSOFT,), authserv_ids=("mx.ours.example",))) is Aligned.UNKNOWN


def test_the_helo_name_stands_in_only_for_a_null_sender() -> None:
    found = "Authentication-Results: mx.ours.example; spf=pass smtp.helo=mail.client.fr\n"
    assert verdict("Return-Path: <>\n" + found) is Aligned.YES
    assert verdict("Return-Path: <x@evil.example>\n" + found) is Aligned.UNKNOWN


def test_customers_of_one_public_suffix_are_strangers() -> None:
    assert results("dkim=pass header.d=eve.github.io; spf=none", sender="x@jean.github.io") is Aligned.NO


def test_the_verdict_names_the_domain_and_no_person() -> None:
    found = authenticity(parse(PASS.encode() + b"From: Jean <jean@client.fr>\n\n"), OURS, NOW)
    assert (found.domain, "jean" in found.because) == ("client.fr", False)


# --- a signature alone: for us, and soon ---

TO_US = Trust(authserv_ids=("mx.ours.example",), domains=frozenset({"ours.example"}))
SIGNED = "DKIM-Signature: v=1; d=client.fr; s=x; h=From:To:Subject:Date; bh=x; b=x\n"
LETTER = f"{PASS}{SIGNED}To: privacy@ours.example\nDate: Mon, 5 Oct 2026 08:58:00 +0200\n"


def test_a_signed_mail_to_us_that_came_soon_is_authentic() -> None:
    assert verdict(LETTER, TO_US) is Aligned.YES
    assert verdict(LETTER.replace(SIGNED, ""), TO_US) is Aligned.YES


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("To: privacy@ours.example", "To: plumber@elsewhere.example"),
        ("To: privacy@ours.example", "To: undisclosed-recipients:;"),
        ("To: privacy@ours.example", "To: privacy@ours.example.evil.example"),
        ("To: privacy@ours.example", "To: privacy@ours.example\nTo: plumber@elsewhere.example"),
        ("To: privacy@ours.example", 'To: "privacy@ours.example" <plumber@elsewhere.example>'),
        ("5 Oct 2026", "5 Aug 2026"),
        ("5 Oct 2026", "5 Dec 2026"),
        ("Date: ", "X-Date: "),
        ("Date: ", "Date: Mon, 1 Jan 2024 00:00:00 +0000\nDate: "),
        ("h=From:To:Subject:Date", "h=From:Subject:Date"),
        ("h=From:To:Subject:Date", "h=From:To:Date"),
        ("h=From:To:Subject:Date", "h=From:To:Subject"),
        ("bh=x", "l=10; bh=x"),
        (SIGNED, SIGNED + SIGNED.replace(":To", "")),
    ],
)
def test_a_signed_mail_for_others_of_another_time_or_signed_in_part_is_not(before: str, after: str) -> None:
    assert verdict(LETTER.replace(before, after), TO_US) is Aligned.UNKNOWN
    assert verdict(PASS + "To: x@y.example\n", OURS) is Aligned.YES, "without domains of ours nobody can tell"


def test_a_mail_that_its_own_server_handed_over_needs_no_such_care() -> None:
    by_envelope = LETTER.replace("dkim=pass", "spf=pass smtp.mailfrom=client.fr; dkim=pass")
    assert verdict(by_envelope.replace("privacy@ours.example", "list@elsewhere.example"), TO_US) is Aligned.YES


# --- passed on by a forwarder that we know ---

KNOWN = Trust(authserv_ids=("mx.ours.example",), forwarders=("forward.example",))
BROKEN = "spf=fail smtp.mailfrom=client.fr; dkim=fail header.d=client.fr; arc=pass"
SEAL = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=forward.example; s=x; b=x\n"
SAW = "ARC-Authentication-Results: i=1; mx.forward.example; dkim=pass header.d=client.fr; spf=pass smtp.mailfrom=x\n"


def passed_on(found: str = BROKEN, seal: str = SEAL, saw: str = SAW, trust: Trust = KNOWN) -> Aligned:
    return verdict(f"Authentication-Results: mx.ours.example; {found}\n{seal}{saw}", trust)


def test_what_a_known_forwarder_saw_counts_where_its_chain_is_whole() -> None:
    assert passed_on() is Aligned.YES
    second = SEAL.replace("i=1", "i=2").replace("none", "pass") + SEAL.replace("forward", "list")
    assert passed_on(seal=second, saw=SAW.replace("i=1", "i=2") + SAW.replace("pass", "fail")) is Aligned.YES


@pytest.mark.parametrize(
    "change",
    [
        {"found": BROKEN.replace("arc=pass", "arc=fail")},
        {"found": BROKEN.replace("; arc=pass", "")},
        {"found": BROKEN.replace("arc=pass", "arc=none (arc=pass)")},
        {"trust": OURS},
        {"trust": Trust(forwarders=("forward.example",))},
        {"seal": ""},
        {"saw": ""},
        {"seal": SEAL.replace("forward", "evil")},
        {"seal": SEAL.replace("forward.example", "evil.forward.example")},
        {"seal": SEAL.replace("cv=none", "cv=fail")},
        {"seal": SEAL.replace("cv=none", "cv=pass")},
        {"seal": SEAL + SEAL.replace("forward", "evil")},
        {"seal": SEAL + SEAL.replace("forward", "evil").replace("i=1", "i=2").replace("none", "pass")},
        {"seal": SEAL + SEAL.replace("i=1", "i=99")},
        {"seal": SEAL + SEAL.replace("i=1", "i=x")},
        {"saw": SAW.replace("dkim=pass", "dkim=fail")},
        {"saw": SAW.replace("header.d=client.fr", "header.d=evil.example")},
        {"saw": SAW.replace("i=1", "i=2")},
        {"saw": SAW + SAW.replace("mx.forward", "mx.evil")},
        {"saw": SAW.replace("dkim=pass", "dkim=none (dkim=pass") + "\n"},
    ],
    ids=str,
)
def test_no_other_chain_counts(change: dict[str, Any]) -> None:
    assert passed_on(**change) is not Aligned.YES


@settings(deadline=None)
@given(st.text(alphabet='dkimspfa=;:()"\\. \t@headr.mtliv<>\0é-', max_size=200))
def test_any_results_of_strangers_leave_a_stranger_unknown(text: str) -> None:
    assert verdict(f"Authentication-Results: other.example; {text}\n") in {Aligned.UNKNOWN, Aligned.NO}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_header_value_gives_a_verdict(text: str) -> None:
    line = " ".join(text.split())
    assert results(line, ZONED) in set(Aligned)
