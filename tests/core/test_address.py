"""Addresses are compared trimmed, folded and in IDNA form; look-alikes stay different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.address import domain_of, is_address, normalise


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        (" Jean.Dupont@Client.FR ", "jean.dupont@client.fr"),
        ("jean+pub@client.fr", "jean+pub@client.fr"),
        ("x@Société.fr", "x@xn--socit-esab.fr"),
        ("x@client.fr.", "x@client.fr"),
        ("ÉLODIE@client.fr", "élodie@client.fr"),
        ("e\u0301lodie@client.fr", "élodie@client.fr"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_the_same_mailbox_has_one_form(written: str, compared: str) -> None:
    assert normalise(written) == compared


@pytest.mark.parametrize(
    "alike", ["mar\u212a@client.fr", "mar\uff4b@client.fr", "mark\u200b@client.fr", "m\u0430rk@client.fr"]
)
def test_a_look_alike_is_not_the_address_that_it_imitates(alike: str) -> None:
    assert normalise(alike) != "mark@client.fr"


@pytest.mark.parametrize("domain", ["client.\u212aim", "c\u0131ient.fr", "xn--client-.fr", "clıent.fr"])
def test_a_look_alike_domain_is_not_the_domain_that_it_imitates(domain: str) -> None:
    assert domain_of(f"x@{domain}") not in {"client.kim", "client.fr", "cient.fr"}


@pytest.mark.parametrize(
    "text", ["a@b.fr", "a.b+c@d-e.f.fr", "élodie@société.fr", "root@localhost", "o'neil@x.ie", "_a@b_c.fr"]
)
def test_a_plain_mailbox_is_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.fr",
        "a@b@c.fr",
        "a b@c.fr",
        '"a b"@c.fr',
        "a@[192.0.2.1]",
        "a@b..fr",
        ".a@b.fr",
        "a.@b.fr",
        "a@-b.fr",
        "a@b.fr>",
        "a(b)@c.fr",
        "a@b.fr\0",
        "a@b.fr\n",
        "a\u200bb@c.fr",
        "=?utf-8?q?a?=@b.fr",
        "a@b.fr,c@d.fr",
    ],
)
def test_what_two_programs_could_read_in_two_ways_is_no_address(text: str) -> None:
    assert not is_address(text)


@given(st.text(max_size=80))
def test_the_compared_form_is_its_own_compared_form(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
