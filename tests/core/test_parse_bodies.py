"""The text is what was written, whatever charset, encoding and form it travelled in."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.parse import parse
from mailbot.core.values import Mail

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> Mail:
    """A sample mail, parsed."""
    return parse((SAMPLES / f"{name}.eml").read_bytes())


def mail(body: str | bytes, *headers: str) -> Mail:
    """A mail with these headers and this body, parsed."""
    content = body.encode() if isinstance(body, str) else body
    return parse("\n".join(["From: a@b.fr", *headers, "", ""]).encode() + content)


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs"])),
    st.sampled_from(["8bit", "quoted-printable", "base64"]),
)
def test_a_body_comes_back_as_written(body: str, encoding: str) -> None:
    out = EmailMessage(policy=SMTP)
    out["From"] = "a@b.fr"
    out.set_content(body + "\n", charset="utf-8", cte=encoding)
    assert parse(out.as_bytes()).text == mail(body + "\n", "Content-Type: text/plain; charset=utf-8").text


@pytest.mark.parametrize(
    ("label", "content", "text"),
    [
        ("iso-8859-1", b"\xe9 \x80", "é €"),
        ("iso-8859-15", b"\xa4", "€"),
        ("utf-8", "é".encode(), "é"),
        ("utf-8", b"\xe9", "é"),
        ("us-ascii", "é".encode(), "é"),
        ("us-ascii", b"\xe9", "é"),
        ("utf8mb4", "é".encode(), "é"),
        ("unknown-8bit", b"\xe9", "é"),
        ("idna", "é".encode(), "é"),
        ("rot13", b"abc", "abc"),
        ("x\0y", b"abc", "abc"),
        ("utf-16", "é".encode("utf-16"), "é"),
    ],
)
def test_a_charset_is_its_label_else_utf8_else_windows_1252(label: str, content: bytes, text: str) -> None:
    assert mail(content, f'Content-Type: text/plain; charset="{label}"').text == text


def test_a_strange_charset_or_encoding_is_noted() -> None:
    assert sample("mojibake-no-charset").text == "Mon numéro a changé : 06 39 98 64 10\n"
    assert sample("mojibake-no-charset").oddities == ("unknown transfer encoding", "charset replaced by windows-1252")


@pytest.mark.parametrize("content", ["Qm9uam91cg==", "Qm9uam91cg", "Qm9u\n am91cg==", "Qm9uam91c*g=="])
def test_base64_is_read_in_spite_of_blanks_marks_and_lost_padding(content: str) -> None:
    assert mail(content, "Content-Transfer-Encoding: base64").text == "Bonjour"


def test_line_ends_become_lf_and_text_is_composed() -> None:
    assert mail("e\u0301\r\na\rb\0c", "Content-Type: text/plain; charset=utf-8").text == "é\na\nbc"


def test_characters_that_nobody_sees_are_left_out_and_noted() -> None:
    found = mail("sup\u200bprimer \u2060mes\u00ad données 👨\u200d👩", "Content-Type: text/plain; charset=utf-8")
    assert found.text == "supprimer mes données 👨\u200d👩"
    assert "invisible characters removed" in found.oddities


@pytest.mark.parametrize(
    ("delsp", "body", "text"),
    [
        ("no", "Merci de \nme retirer.\n", "Merci de me retirer.\n"),
        ("yes", "Merci de  \nme reti \nrer.\n", "Merci de me retirer.\n"),
        ("no", "> cité \n> encore\nnouveau\n", "> cité encore\nnouveau\n"),
        ("no", "> cité \nnouveau\n", "> cité \nnouveau\n"),
        ("no", " From ici\n-- \nJean\n", "From ici\n-- \nJean\n"),
        ("yes", "une ligne\nune autre\n", "une ligne\nune autre\n"),
    ],
)
def test_flowed_lines_are_joined(delsp: str, body: str, text: str) -> None:
    assert mail(body, f"Content-Type: text/plain; charset=utf-8; format=flowed; delsp={delsp}").text == text


def alternative(plain: str, rich: str) -> Mail:
    """A mail with a plain and an HTML form."""
    parts = f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{rich}\n--b--\n"
    return mail(parts, "Content-Type: multipart/alternative; boundary=b")


@pytest.mark.parametrize(
    ("plain", "text"),
    [("Bonjour", "Bonjour"), ("", "Riche"), (" \n ", "Riche"), ("Ce message est au format HTML.", "Riche")],
)
def test_of_two_forms_the_plain_one_is_read_unless_it_is_a_stub(plain: str, text: str) -> None:
    assert alternative(plain, "<p>Riche</p>").text == text


def test_two_forms_are_no_attachments() -> None:
    assert alternative("Bonjour", "<p>Riche</p>").attachments == ()


def test_a_multipart_without_its_boundary_is_read_as_text() -> None:
    assert mail("Bonjour", "Content-Type: multipart/mixed; boundary=lost").text == "Bonjour"


def test_a_mail_without_headers_or_in_an_mbox_is_read() -> None:
    assert parse(b"Bonjour,\nstop svp\n").text == "Bonjour,\nstop svp\n"
    assert parse(b"From a@b.fr Mon Oct  5 09:00:00 2026\nFrom: a@b.fr\n\nstop").text == "stop"
