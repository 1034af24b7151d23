"""The legal clock starts when a mail reached us: no header that others write can move it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.core.arrival import EARLIEST, arrived, plausible
from mailbot.core.values import Mail

INTERNAL = datetime(2026, 4, 5, 12, 0, tzinfo=UTC)
TRUSTED = ("mx1.acme.example", "MX2.acme.example")
EARLIER = "Sun, 5 Apr 2026 11:58:00 +0000"
MUCH_EARLIER = "Sun, 5 Apr 2026 10:00:00 +0000"
LATER = "Mon, 6 Apr 2026 09:00:00 +0000"


def mail(*received: str) -> Mail:
    headers = (("date", MUCH_EARLIER), *(("received", line) for line in received))
    return Mail(None, "none", (), (), (), "", None, (), (), None, headers, "")


def by(host: str, date: str) -> str:
    return f"from somewhere (somewhere [192.0.2.1]) by {host} (Postfix) with ESMTPS id 123; {date}"


@pytest.mark.parametrize(
    ("lines", "minute"),
    [
        ([], 0),  # nothing but INTERNALDATE
        ([by("mx1.acme.example", EARLIER)], -2),
        ([by("MX1.ACME.example", EARLIER)], -2),
        ([by("mx2.acme.example", EARLIER)], -2),
        ([by("mx1.acme.example", LATER)], 0),  # never later than INTERNALDATE
        ([by("relay.client.example", MUCH_EARLIER)], 0),  # written by others
        ([by("mx1.acme.example", EARLIER), by("relay.client.example", MUCH_EARLIER)], -2),
        ([by("mx2.acme.example", INTERNAL.strftime("%c")), by("mx1.acme.example", MUCH_EARLIER)], -120),
        # below a line of others nothing is trusted: they could have written it
        ([by("relay.client.example", EARLIER), by("mx1.acme.example", MUCH_EARLIER)], 0),
        ([by("mx1.acme.example.evil.example", MUCH_EARLIER)], 0),
        ([by("mx1.acme.example", "yesterday")], 0),
        ([by("mx1.acme.example", "Sun, 5 Apr 99999 10:00:00 +0000")], 0),
        ([f"from x; {MUCH_EARLIER}"], 0),
    ],
)
def test_the_earlier_of_internaldate_and_what_our_own_servers_wrote(lines: list[str], minute: int) -> None:
    moment = arrived(INTERNAL, mail(*lines), TRUSTED)
    assert (moment - INTERNAL).total_seconds() == minute * 60


def test_the_moment_has_a_zone_whatever_the_line_says() -> None:
    without_zone = by("mx1.acme.example", "Sun, 5 Apr 2026 11:58:00 -0000")
    assert arrived(INTERNAL, mail(without_zone), TRUSTED) == datetime(2026, 4, 5, 11, 58, tzinfo=UTC)


def test_without_trusted_servers_only_internaldate_counts() -> None:
    assert arrived(INTERNAL, mail(by("mx1.acme.example", MUCH_EARLIER)), ()) == INTERNAL


def test_a_mail_dated_in_the_future_arrived_when_we_saw_it() -> None:
    assert plausible(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), INTERNAL) == INTERNAL


@pytest.mark.parametrize("said", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_server_without_a_clock_starts_no_limit_before_the_law(said: datetime) -> None:
    assert plausible(said, INTERNAL) == EARLIEST
    assert arrived(said, mail(), ()) == EARLIEST
    assert arrived(INTERNAL, mail(by("mx1.acme.example", "Mon, 1 Jan 0001 00:00:00 +1400")), TRUSTED) == EARLIEST
