"""What the secret key makes: the same for the same, and nothing without the key."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.keyed import CODE_LENGTH, address_digest, code, token, value_digest

KEYS = st.binary(min_size=32, max_size=32)
ONE, OTHER = b"1" * 32, b"2" * 32


@given(KEYS, st.text())
def test_a_token_is_26_signs_of_base32_that_survive_any_relay(key: bytes, text: str) -> None:
    assert re.fullmatch(r"[a-z2-7]{26}", token(key, text))


@given(KEYS, st.text())
def test_a_code_can_be_read_out_on_the_phone(key: bytes, text: str) -> None:
    assert re.fullmatch(rf"[2-9A-HJKMNP-TV-Z]{{{CODE_LENGTH}}}", code(key, text))


@given(KEYS, st.text())
def test_the_same_text_gives_the_same_secrets_again(key: bytes, text: str) -> None:
    for made in (token, code, address_digest, value_digest):
        assert made(key, text) == made(key, text)


@given(st.text(), st.text())
def test_other_text_or_another_key_gives_other_secrets(text: str, other: str) -> None:
    for made in (token, code, value_digest):
        assert made(ONE, text) != made(OTHER, text)
        assert (made(ONE, text) == made(ONE, other)) == (text == other)


def test_a_secret_made_for_one_purpose_tells_nothing_of_the_others() -> None:
    made = {value_digest(ONE, "zoe@client.example"), address_digest(ONE, "zoe@client.example")[:16]}
    assert len(made) == 2


def test_an_address_has_one_digest_however_it_is_written() -> None:
    written = ("zoe@münchen.example", " ZOE@MÜNCHEN.example ", "zoe@xn--mnchen-3ya.example")
    assert len({address_digest(ONE, address) for address in written}) == 1
    assert address_digest(ONE, "zoe@munchen.example") != address_digest(ONE, written[0])


def test_these_values_are_stored_and_printed_in_mails_and_must_never_change() -> None:
    assert token(ONE, "2026-00042/1") == "ub5ahsdwrrs3mezuu77ainxoee"
    assert code(ONE, "2026-00042/1") == "VJ9D45M9"
    assert (
        address_digest(ONE, "zoe@client.example") == "3c387e883f640ff94759f3daa875fddec23f960441d14804ecc11097e1bbf251"
    )
