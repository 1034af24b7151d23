"""Mails put together by us read back as what was meant, whatever the text."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.letters.compose import MOST_REFERENCES, Envelope, compose, stamp
from mailbot.core.values import Address, File, Letter

LETTER = Letter("client@example.fr", "fr", "Votre demande – 2026-00042", "Bonjour,\n\nà bientôt.\n", "<p>Bonjour</p>\n")
ENVELOPE = Envelope(Address("Astrallys", "direction@example.com"), "<1@example.com>", None, (), "auto-replied")

texts = st.text(max_size=400)
headers = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def lines(text: str) -> str:
    """As it leaves: every line end is one, and the last line is ended."""
    return re.sub(r"\r\n|\r", "\n", text).removesuffix("\n") + "\n"


@given(texts, texts)
@example("From me\n.\n..\nFrom \n.hidden", "From you")
@example("x" * 5000, "é" * 5000)
@example("x" * 75 + "From here", "x" * 75 + ".")
@example("trailing \t\n \n", "\r\r\n\n\r")
@example("🙂 \ufeff\u2028\x0b\x0c\x1c\x85\x00", "😀" * 300)
def test_text_and_html_read_back_as_written(text: str, html: str) -> None:
    raw = compose(replace(LETTER, text=text, html=html), ENVELOPE)
    message = read(raw)
    assert body(message, "plain") == lines(text)
    assert body(message, "html") == lines(html)


@given(texts)
@example("From me\n.\n..\nFrom \n.hidden")
@example("x" * 74 + "From here" + "y" * 100)
def test_every_line_is_short_and_none_is_taken_for_the_start_or_end_of_a_mail(text: str) -> None:
    raw = compose(replace(LETTER, text=text, html=text), ENVELOPE)
    assert raw.isascii()
    assert b"\x00" not in raw
    for line in raw.split(b"\r\n"):
        assert len(line) <= 78
        assert b"\n" not in line
        assert b"\r" not in line
        assert not line.startswith(b"From ")
        assert line != b"."


@given(headers)
@example("=?utf-8?q?hidden?=")
@example(" two  blanks ")
@example("é" * 100)
@example("Bonjour é ü" * 9)
def test_subjects_read_back_as_written_and_stay_in_their_line(subject: str) -> None:
    raw = compose(replace(LETTER, subject=subject), ENVELOPE)
    assert read(raw)["Subject"] == subject
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


@given(headers)
@example('A "quoted" \\ name, with: marks <x@y.z>')
def test_the_sender_reads_back_with_its_name(name: str) -> None:
    sender = read(compose(LETTER, replace(ENVELOPE, sender=Address(name, "direction@example.com"))))["From"]
    assert [address.addr_spec for address in sender.addresses] == ["direction@example.com"]
    assert "".join(sender.addresses[0].display_name.split()) == "".join(name.split())  # blanks between words may fold


@given(
    st.lists(st.tuples(headers.filter(lambda name: name.strip() == name and name), st.binary(max_size=300)), max_size=3)
)
@example([("vos données – été.pdf", b"%PDF"), ("a'b*c%.json", b"{}"), ("x" * 200 + ".txt", b"\n.\n")])
def test_files_read_back_whole_under_their_names(files: list[tuple[str, bytes]]) -> None:
    letter = replace(LETTER, files=tuple(File(name, "application/pdf", content) for name, content in files))
    message = read(compose(letter, ENVELOPE))
    found = [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]
    assert found == files
    assert body(message, "plain") == LETTER.text


HOSTILE = ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\x00b", "\n", "a\r\n\r\n<html>"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_of_a_header_can_begin_another(value: str) -> None:
    wrong = [
        (replace(LETTER, subject=value), ENVELOPE),
        (replace(LETTER, recipient=f"{value}@example.fr"), ENVELOPE),
        (replace(LETTER, recipient=f"a@example.fr{value}"), ENVELOPE),
        (replace(LETTER, language=value), ENVELOPE),
        (replace(LETTER, files=(File(value, "text/plain", b""),)), ENVELOPE),
        (replace(LETTER, files=(File("a", value, b""),)), ENVELOPE),
        (LETTER, replace(ENVELOPE, sender=Address(value, "a@example.fr"))),
        (LETTER, replace(ENVELOPE, sender=Address("A", value))),
        (LETTER, replace(ENVELOPE, message_id=f"<{value}@example.com>")),
        (LETTER, replace(ENVELOPE, in_reply_to=f"<{value}@example.com>")),
        (LETTER, replace(ENVELOPE, references=("<a@b>", value))),
        (LETTER, replace(ENVELOPE, auto_submitted=value)),
        (LETTER, replace(ENVELOPE, reply_to=value)),
        (LETTER, replace(ENVELOPE, loop=value)),
    ]
    for letter, envelope in wrong:
        with pytest.raises(ValueError, match=r"header|address|media type|Message-ID"):
            compose(letter, envelope)


@pytest.mark.parametrize(
    "recipient", ["", "a", "@b", "a@", "a b@c.fr", "a@b.fr,c@d.fr", "<a@b.fr>", "é@b.fr", "a@b@c.fr", "a@b..fr"]
)
def test_an_address_that_no_header_can_carry_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(replace(LETTER, recipient=recipient), ENVELOPE)


def test_an_international_domain_is_written_in_its_ascii_form() -> None:
    assert read(compose(replace(LETTER, recipient="jean@société.fr"), ENVELOPE))["To"] == "jean@xn--socit-esab.fr"


def test_a_reply_stands_in_its_thread_and_says_that_a_machine_wrote_it() -> None:
    envelope = replace(
        ENVELOPE, in_reply_to="<2@client.fr>", references=("<1@client.fr>", "broken id", "<2@client.fr>")
    )
    message = read(compose(LETTER, envelope))
    assert message["In-Reply-To"] == "<2@client.fr>"
    assert message["References"].split() == ["<1@client.fr>", "<2@client.fr>"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Mailbot-Loop"] == "mailbot"
    assert [name for name in message if name in {"Cc", "Bcc", "Date"}] == []


def test_the_middle_of_a_long_thread_is_left_out() -> None:
    ids = tuple(f"<{number}@client.fr>" for number in range(500))
    thread = read(compose(LETTER, replace(ENVELOPE, in_reply_to="<last@client.fr>", references=ids)))[
        "References"
    ].split()
    assert len(thread) == MOST_REFERENCES
    assert thread[0] == "<0@client.fr>"
    assert thread[-2:] == ["<499@client.fr>", "<last@client.fr>"]


def test_a_hostile_id_of_the_mail_answered_does_not_stop_the_answer() -> None:
    envelope = replace(ENVELOPE, in_reply_to="not an id", references=("<" + "x" * 5000 + ">", "<é@b>", "<a b@c>"))
    message = read(compose(LETTER, envelope))
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_the_same_letter_gives_the_same_bytes_and_another_one_others() -> None:
    letter = replace(LETTER, files=(File("a.pdf", "application/pdf", b"%PDF"),))
    assert compose(letter, ENVELOPE) == compose(letter, ENVELOPE)
    assert compose(replace(letter, text="Autre"), ENVELOPE) != compose(letter, ENVELOPE)


def test_the_date_is_set_on_top_and_changes_nothing_else() -> None:
    raw = compose(LETTER, ENVELOPE)
    stamped = stamp(raw, datetime(2026, 3, 5, 10, 0, tzinfo=UTC))
    assert stamped == b"Date: Thu, 05 Mar 2026 10:00:00 +0000\r\n" + raw


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(b"", datetime(2026, 3, 5))  # noqa: DTZ001


def test_a_text_of_other_scripts_is_sent_in_the_shorter_encoding() -> None:
    raw = compose(replace(LETTER, text="Ελληνικά " * 40, html="<p>Bonjour</p>"), ENVELOPE)
    assert raw.count(b"base64") == 1
    assert raw.count(b"quoted-printable") == 1
