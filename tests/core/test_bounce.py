"""A bounce is tied to the mail that it returns; a delay is no failure."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.parse import parse
from mailbot.core.sender.bounce import Bounce, Fate, bounce

SAMPLES = Path(__file__).parents[1] / "samples"


def told(raw: bytes) -> Bounce | None:
    """What a bounce says."""
    return bounce(parse(raw), raw)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "dsn-postfix-failed",
            Bounce(Fate.FAILED, ("<reply-42@astrallys.com>",), ("p.martin@parti.example",), "5.1.1"),
        ),
        ("dsn-delayed", Bounce(Fate.DELAYED, ("<reply-43@astrallys.com>",), ("lent@lent.example",), "4.4.1")),
        ("bounce-qmail", Bounce(Fate.FAILED, ("<reply-44@astrallys.com>",), ("ancien@parti.example",), "5.1.1")),
        (
            "bounce-exchange-french",
            Bounce(Fate.FAILED, ("<reply-45@astrallys.com>",), ("achats@groupe.example",), "5.2.2"),
        ),
    ],
)
def test_a_bounce_names_its_mail_its_recipient_and_its_status(name: str, expected: Bounce) -> None:
    assert told((SAMPLES / f"{name}.eml").read_bytes()) == expected


def report(*groups: str) -> bytes:
    """A delivery report with these recipients' groups."""
    status = "\n\n".join(["Reporting-MTA: dns; x", *groups])
    return (
        "From: mailer-daemon@x.fr\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{status}\n"
        "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@a.fr>\n--b--\n"
    ).encode()


def test_one_failure_among_deliveries_is_a_failure_of_that_recipient() -> None:
    raw = report(
        "Final-Recipient: rfc822; ok@x.fr\nAction: delivered\nStatus: 2.0.0",
        "Final-Recipient: rfc822; GONE@x.fr\nAction: Failed (permanently)\nStatus: 5.1.1 (unknown)",
    )
    assert told(raw) == Bounce(Fate.FAILED, ("<ours@a.fr>",), ("gone@x.fr",), "5.1.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_success_is_no_failure(action: str) -> None:
    found = told(report(f"Final-Recipient: rfc822; ok@x.fr\nAction: {action}\nStatus: 2.0.0"))
    assert found is not None
    assert found.fate is Fate.DELIVERED


def test_a_report_without_an_action_is_not_taken_for_a_failure() -> None:
    found = told(report("Final-Recipient: rfc822; who@x.fr"))
    assert found is not None
    assert found.fate is Fate.DELAYED


@pytest.mark.parametrize(
    "text",
    [
        "Warning: message has been delayed.\n<lent@x.fr>",
        "You do not need to resend your message.\n<lent@x.fr>",
        "<lent@x.fr>: 451 4.3.0 try later",
        "Votre message n'a pas encore été remis à <lent@x.fr>",
    ],
)
def test_a_delay_told_in_words_is_no_failure(text: str) -> None:
    found = told(f"From: mailer-daemon@x.fr\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode())
    assert found is not None
    assert (found.fate, found.recipients) == (Fate.DELAYED, ("lent@x.fr",))


def test_a_mail_that_names_nothing_says_nothing() -> None:
    assert told(b"From: mailer-daemon@x.fr\nSubject: failure\n\nSorry.\n") is None


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_report_is_read(content: bytes) -> None:
    raw = report("@").replace(b"@", content)
    found = told(raw)
    assert found is None or found.fate in set(Fate)


def test_the_recipient_is_found_in_the_layout_of_an_old_server() -> None:
    text = "----- The following addresses had permanent fatal errors -----\n    gone@x.fr\n\n----- Transcript -----\n"
    found = told(f"From: mailer-daemon@x.fr\nSubject: Returned mail: User unknown\n\n{text}".encode())
    assert found is not None
    assert (found.fate, found.recipients) == (Fate.FAILED, ("gone@x.fr",))
