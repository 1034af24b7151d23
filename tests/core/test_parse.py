"""Any bytes become a Mail or raise Unreadable, whatever was done to them; attachments are described and left alone."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.parse import Unreadable, attachment_bytes, parse
from mailbot.core.values import Mail

SAMPLES = Path(__file__).parents[1] / "samples"
RAWS = tuple(path.read_bytes() for path in sorted(SAMPLES.glob("*.eml")))


def mail(body: str | bytes, *headers: str) -> Mail:
    """A mail with these headers and this body, parsed."""
    content = body.encode() if isinstance(body, str) else body
    return parse("\n".join(["From: a@b.fr", *headers, "", ""]).encode() + content)


def html(body: str) -> Mail:
    """An HTML mail, parsed."""
    return mail(body, "Content-Type: text/html; charset=utf-8")


def reads(raw: bytes) -> None:
    """Parse `raw`: a Mail whose every part can be kept, or Unreadable."""
    try:
        found = parse(raw)
    except Unreadable:
        return
    kept = found.text + found.hidden + found.subject + "".join(file.name for file in found.attachments)
    assert "\0" not in kept
    kept.encode()
    assert "\r" not in found.text
    assert all(0 <= start <= end <= len(found.text) for start, end in found.quoted)
    assert (found.sender is None) == (found.sender_problem is not None)
    for file in found.attachments:
        content = attachment_bytes(raw, file.part)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    reads(raw)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"From: a@b.fr",
                b"from :",
                b"Subject: =?utf-8?q?=C3?=",
                b"\n",
                b"\r\n",
                b"\r",
                b"\0",
                b" ",
                b": ",
                b"--b",
                b"--b--",
                b"--c",
                b"<",
                b">",
                b'"',
                b"Content-Type: multipart/mixed; boundary=b",
                b"Content-Type: multipart/alternative; boundary=c",
                b"Content-Type: text/html",
                b"Content-Type: text/plain; charset=utf-7",
                b"Content-Type: message/rfc822",
                b"Content-Transfer-Encoding: base64",
                b"Content-Transfer-Encoding: quoted-printable",
                b"Content-Transfer-Encoding: x-uuencode",
                b"Content-Disposition: attachment; filename*0*=''%",
                b"=?idna?b?AA==?=",
                b"<blockquote>",
                b"</blockquote>",
                b'<p style="color:#fff">',
                b"<div id=appendonsend>",
                b"&#0;&#xd800;",
                b"+2AA-",
                b"=E9",
                b"\xe9",
                b"QUJD",
                b"x",
            ]
        ),
        max_size=40,
    )
)
def test_any_heap_of_the_pieces_of_mails_is_read(pieces: list[bytes]) -> None:
    reads(b"".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RAWS), st.integers(0, 2**32))
def test_a_real_mail_with_damage_is_read(raw: bytes, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    damaged = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(damaged))
        size = chance.choice([1, 1, 2, 30])
        other = chance.randrange(len(raw))
        damaged[place : place + size] = chance.choice(
            [b"", b"\0", b"\n", b"\n\n", b"\xff", b'"', raw[other : other + 50]]
        )
    reads(bytes(damaged))


@pytest.mark.parametrize("raw", [b"", b"\r\n", b" \n\t "])
def test_an_empty_mail_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(4000)),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000,
    ],
)
def test_too_deep_or_too_many_parts_are_left_to_a_human(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="too complex"):
        parse(raw)


@pytest.mark.parametrize(
    "piece", ["<", ">", "(", " ", '"', "> ", "\n", "<div>", "<br>", "<b a=1>", "<blockquote>", "&", "<!--"]
)
def test_megabytes_of_one_mark_are_read(piece: str) -> None:
    body = piece * (3_000_000 // len(piece))
    assert len(html(body).text) <= 1_000_000
    assert len(mail(body).text) <= 1_000_000


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Content-Type", "Date", "References"])
@pytest.mark.parametrize("piece", ['"', "(", "<", "=?a?q?", '\\"', "a@b.fr,", "; x*0*='", " "])
def test_a_header_of_one_repeated_mark_is_read(name: str, piece: str) -> None:
    found = parse(f"{name}: x{piece * (400_000 // len(piece))}\nX-Next: here\n\ntext".encode())
    assert found.header("x-next") == ("here",)
    assert any(oddity.startswith("header cut") for oddity in found.oddities)


def test_attachments_are_described_by_safe_names_and_never_read_as_text() -> None:
    raw = (SAMPLES / "attachments.eml").read_bytes()
    found = parse(raw)
    assert found.text == "Voir la lettre jointe.\nPied de page de la liste."
    assert [(file.part, file.name, file.media_type) for file in found.attachments] == [
        (3, "logo.png", "image/png"),
        (4, "délai.pdf", "application/pdf"),
        (6, "part-6", "message/rfc822"),
    ]
    assert attachment_bytes(raw, 4) == b"%PDF-1.4\n"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.doc", "y.doc"),
        (".bashrc", "bashrc"),
        ("a\tb.pdf", "a b.pdf"),
        ("..", "part-1"),
    ],
)
def test_a_file_name_cannot_leave_its_folder(name: str, safe: str) -> None:
    escaped = name.replace("\\", "\\\\")
    body = f'--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="{escaped}"\n\nx\n--b--'
    assert mail(body, "Content-Type: multipart/mixed; boundary=b").attachments[0].name == safe


def test_bytes_without_any_header_are_no_mail() -> None:
    with pytest.raises(Unreadable, match="no mail"):
        parse(bytes(range(3)) * 50)
