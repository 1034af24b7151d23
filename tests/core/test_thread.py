"""What ties a mail to us, and what an answer to our question settles: every trick goes to staff or to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.keyed import token
from mailbot.core.moments import iso
from mailbot.core.thread import TRIES, Earlier, Question, Settles, asked_lately, repeats, settles, tied_ids, tokens
from mailbot.core.values import Address, Aligned, Ask, Kind, Mail, MayAnswer, Nature, Reading

KEY = b"k" * 32
TOKEN = token(KEY, "2026-00042/1")
OURS = f"<{TOKEN}@acme.example>"
NOW = datetime(2026, 4, 5, 12, tzinfo=UTC)
ADDRESS = "zoe@client.example"
QUESTION = Question(ADDRESS, OURS, "ABCD2345", iso(NOW + timedelta(days=3)), 0)


def mail(
    text: str = "Oui, je confirme.",
    *,
    subject: str = "Re: votre demande",
    sender: str | None = ADDRESS,
    in_reply_to: tuple[str, ...] = (OURS,),
    headers: tuple[tuple[str, str], ...] = (),
) -> Mail:
    return Mail(
        sender=Address("", sender) if sender else None,
        sender_problem=None,
        to=(),
        cc=(),
        reply_to=(),
        subject=subject,
        message_id="<answer@client.example>",
        in_reply_to=in_reply_to,
        references=(),
        date=None,
        headers=headers,
        text=text,
    )


def read(*signals: str, nature: Nature = Nature.PERSON) -> Reading:
    return Reading(nature, MayAnswer(machine=True, because=""), "fr", signals=signals)


YES, NO, NEITHER = read("consent"), read("denial"), read()


def verdict(
    answer: Mail, reading: Reading = YES, aligned: Aligned = Aligned.YES, question: Question = QUESTION
) -> Settles:
    return settles(question, answer, reading, aligned, NOW)[0]


# --- what confirms and denies ---

BEARING = {
    "by the thread": mail(),
    "by the code in the text": mail("Oui ABCD2345", in_reply_to=()),
    "by the code in small letters": mail("oui, abcd2345", in_reply_to=()),
    "by the code in the subject": mail(subject="abcd2345 oui", in_reply_to=()),
    "by the code in what is quoted": mail("Oui.\n\n> Votre code : ABCD2345", in_reply_to=()),
    "by the plus address": mail(in_reply_to=(), headers=(("to", f"<privacy+{TOKEN}@acme.example>"),)),
    "by a Message-ID that a relay rewrote": mail(
        in_reply_to=(), headers=(("references", f"<{TOKEN.upper()}@relay.example>"),)
    ),
}


@pytest.mark.parametrize("how", list(BEARING))
def test_a_yes_that_bears_our_secret_from_the_address_asked_confirms(how: str) -> None:
    assert verdict(BEARING[how]) is Settles.CONFIRMS


@pytest.mark.parametrize("how", list(BEARING))
def test_a_no_denies(how: str) -> None:
    assert verdict(BEARING[how], NO) is Settles.DENIES


def test_the_address_is_compared_as_addresses_are() -> None:
    assert verdict(mail(sender="ZOE@Client.Example")) is Settles.CONFIRMS


# --- what settles nothing ---


@pytest.mark.parametrize(
    "answer",
    [
        mail(in_reply_to=()),
        mail(in_reply_to=("<other@acme.example>",)),
        mail("Oui ABCD234", in_reply_to=()),
        mail("Oui, 2026-00042", in_reply_to=(), subject="[2026-00042]"),
        mail(in_reply_to=(f"<x{TOKEN}@acme.example>",), headers=(("in-reply-to", f"<x{TOKEN}@acme.example>"),)),
        mail(in_reply_to=(), headers=(("subject", TOKEN), ("x-token", TOKEN))),
    ],
)
def test_without_our_secret_a_yes_from_the_right_address_settles_nothing(answer: Mail) -> None:
    assert verdict(answer) is Settles.NOTHING


@pytest.mark.parametrize("nature", sorted(set(Nature) - {Nature.PERSON}))
def test_no_machine_ever_confirms_or_denies(nature: Nature) -> None:
    for signal in ("consent", "denial"):
        assert verdict(mail(), read(signal, nature=nature)) is Settles.NOTHING


# --- what staff must look at ---


@pytest.mark.parametrize("sender", [None, "anne@client.example", "zoe@c1ient.example", "zoe+x@client.example"])
def test_our_secret_from_another_address_is_for_staff(sender: str | None) -> None:
    assert verdict(mail(sender=sender)) is Settles.UNCLEAR
    assert verdict(mail(sender=sender), NO) is Settles.UNCLEAR


@pytest.mark.parametrize("aligned", [Aligned.NO, Aligned.UNKNOWN])
@pytest.mark.parametrize("reading", [YES, NO])
def test_a_yes_or_no_that_could_be_forged_is_for_staff(reading: Reading, aligned: Aligned) -> None:
    found, because = settles(QUESTION, mail(), reading, aligned, NOW)
    assert found is Settles.UNCLEAR
    assert f"aligned: {aligned}" in because


@pytest.mark.parametrize("reading", [NEITHER, read("consent", "denial"), read("withdrawal")])
def test_neither_a_clear_yes_nor_a_clear_no_is_for_staff(reading: Reading) -> None:
    assert verdict(mail(), reading) is Settles.UNCLEAR


def test_after_it_expired_a_question_can_no_longer_be_settled() -> None:
    assert verdict(mail(), question=replace(QUESTION, expires=iso(NOW))) is Settles.CONFIRMS
    assert verdict(mail(), question=replace(QUESTION, expires=iso(NOW - timedelta(seconds=1)))) is Settles.UNCLEAR


def test_guessing_ends_after_a_few_tries() -> None:
    assert verdict(mail(), question=replace(QUESTION, tries=TRIES - 1)) is Settles.CONFIRMS
    assert verdict(mail(), question=replace(QUESTION, tries=TRIES)) is Settles.UNCLEAR


def test_why_an_answer_is_unclear_repeats_nothing_of_it() -> None:
    for answer, reading in [(mail(sender="anne@x.example"), YES), (mail(), NEITHER)]:
        found, because = settles(QUESTION, answer, reading, Aligned.UNKNOWN, NOW)
        assert found is Settles.UNCLEAR
        assert because
        assert "anne" not in because
        assert "confirme" not in because


# --- what ties a mail to us ---


def test_the_nearest_tie_comes_first_and_each_once() -> None:
    tied = replace(mail(in_reply_to=("<c@x>",)), references=("<a@x>", "<b@x>", "<c@x>"))
    assert tied_ids(tied) == ("<c@x>", "<b@x>", "<a@x>")


@given(st.binary(max_size=16), st.sampled_from(["to", "cc", "delivered-to", "references", "in-reply-to"]))
def test_a_token_of_ours_is_found_in_every_header_that_may_carry_it(number: bytes, header: str) -> None:
    own = token(KEY, number.hex())
    assert tokens(mail(headers=((header, f"Privacy <privacy+{own}@acme.example>"),))) == (own,)


def test_a_header_full_of_tokens_is_read_in_bounded_number() -> None:
    flood = " ".join(f"<{token(KEY, str(n))}@x>" for n in range(1000))
    assert len(tokens(mail(headers=(("references", flood), ("to", flood))))) == 20


@given(st.text(max_size=300), st.sampled_from(["to", "cc", "delivered-to", "references", "in-reply-to"]))
def test_any_header_is_searched_for_tokens(text: str, header: str) -> None:
    assert all(len(found) == 26 for found in tokens(mail(headers=((header, text),))))


# --- the same again ---

ASKED = replace(YES, asks=(Ask(Kind.ACCESS, 0.99, automatic=True),))
OPEN = Earlier(frozenset({Kind.ACCESS, Kind.ERASURE}), Aligned.UNKNOWN)


@pytest.mark.parametrize(
    ("reading", "aligned", "earlier", "same"),
    [
        (ASKED, Aligned.UNKNOWN, OPEN, True),
        (ASKED, Aligned.NO, OPEN, True),
        (ASKED, Aligned.YES, OPEN, False),  # the real person is not held up by a forgery that came first
        (ASKED, Aligned.YES, replace(OPEN, aligned=Aligned.YES), True),
        (ASKED, Aligned.UNKNOWN, replace(OPEN, alive=frozenset({Kind.ERASURE})), False),
        (ASKED, Aligned.UNKNOWN, replace(OPEN, alive=frozenset()), False),
        (YES, Aligned.UNKNOWN, OPEN, False),
    ],
)
def test_a_mail_repeats_an_open_request_only_if_it_asks_and_proves_no_more(
    reading: Reading, aligned: Aligned, earlier: Earlier, *, same: bool
) -> None:
    assert repeats(reading, aligned, earlier) is same
    assert asked_lately(reading, aligned, [earlier]) is same
