"""There is one strict sender or none; the other headers are read as far as they go."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.core.parse import parse
from mailbot.core.values import Mail

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> Mail:
    """A sample mail, parsed."""
    return parse((SAMPLES / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("jean@client.fr", ""),
        ("<jean@client.fr>", ""),
        ("Jean Roy <jean@client.fr>", "Jean Roy"),
        ('"Roy, Jean" <jean@client.fr>', "Roy, Jean"),
        ('"direction@ours.fr" <jean@client.fr>', "direction@ours.fr"),
        ("jean@client.fr (Jean Roy)", "Jean Roy"),
        ("=?utf-8?q?Ren=C3=A9=2C_x=40y=2Efr?= <jean@client.fr>", "René, x@y.fr"),
        ("=?x-none?q?Ren=E9?= <jean@client.fr>", "René"),
        ("=?utf-8?b?!!!?= <jean@client.fr>", None),
        ("Jean\n\tRoy\n <jean@client.fr>", "Jean Roy"),
        ("J. O'Neil (Paris) <jean@client.fr>", "J. O'Neil"),
        ("jean@client.fr <jean@client.fr>", "jean@client.fr"),
        ("jean@CLIENT.FR", ""),
    ],
)
def test_one_plain_mailbox_is_the_sender(line: str, name: str | None) -> None:
    found = parse(f"From: {line}\n\nx".encode())
    assert found.sender is not None
    assert found.sender.address == "jean@client.fr"
    assert name in {None, found.sender.name}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("To: a@b.fr", "no From header"),
        ("From: a@b.fr\nFrom: c@d.fr", "several From headers"),
        ("From: a@b.fr\nFROM : c@d.fr", "several From headers"),
        ("From: a@b.fr, c@d.fr", "several addresses in From"),
        ("From: a@b.fr,", "an empty entry in the list"),
        ("From: , a@b.fr", "an empty entry in the list"),
        ("From:", "no address in From"),
        ("From: Jean", "no valid address in From"),
        ("From: Jean a@b.fr", "no address in From"),
        ("From: =?utf-8?q?a=40b=2Efr?=", "an encoded word inside the address"),
        ("From: x <=?utf-8?q?a?=@b.fr>", "an encoded word inside the address"),
        ("From: g: a@b.fr;", "group or route syntax"),
        ("From: <@x.fr:a@b.fr>", "group or route syntax"),
        ("From: <a@b.fr> <c@d.fr>", "several addresses in one entry"),
        ("From: <a@b.fr> c", "words after the address"),
        ("From: c@d.fr <a@b.fr>", "another address in the unquoted name"),
        ("From: a@b.fr (c@d.fr)", "an address or a bracket inside a comment"),
        ("From: a@b.fr (c", "an address or a bracket inside a comment"),
        ('From: "a <a@b.fr>', "a quote or bracket that is not closed"),
        ("From: <a@b.fr", "a quote or bracket that is not closed"),
        ("From: a@b.fr\0", "no valid address in From"),
        ("From: a@b.fr\rFrom: c@d.fr", "the header section can be read in two ways"),
        (" From: c@d.fr\nFrom: a@b.fr", "the header section can be read in two ways"),
        ("From: " + "x" * 5000 + " <a@b.fr>", "From header too long"),
        ("X: y\n" * 1500 + "From: a@b.fr", "header section too long"),
    ],
)
def test_a_from_that_is_not_plain_gives_no_sender_and_says_why(lines: str, problem: str) -> None:
    found = parse(f"{lines}\nSubject: s\n\ntext".encode())
    assert (found.sender, found.sender_problem) == (None, problem)


def test_a_line_that_is_no_header_does_not_hide_a_second_from() -> None:
    assert parse(b"From: a@b.fr\nnot a header\nFrom: c@d.fr\n\nx").sender_problem == "several From headers"


def test_the_other_headers_are_read_as_far_as_they_go() -> None:
    found = sample("attachments")
    assert [address.address for address in found.to] == ["direction@astrallys.com", "un@deux.example"]
    assert [address.address for address in found.cc] == ["a@b.example", "c@d.example"]
    assert [address.address for address in found.reply_to] == ["autre@roche.example"]
    assert found.message_id == "<lettre@roche.example>"


def test_subjects_ids_and_dates_are_decoded() -> None:
    found = sample("outlook-reply-html")
    assert found.subject == "RE: Votre contrat n° 12"
    assert found.references == found.in_reply_to == ("<contrat-12@astrallys.com>",)
    assert found.date == datetime(2026, 10, 5, 7, 11, 58, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Oct 2026 99:99:99 +9999", "1" * 400])
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert parse(f"Date: {date}\n\nx".encode()).date is None
