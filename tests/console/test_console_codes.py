"""A second factor: asked for only where an account has one, each code good once."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import pytest
from console.office_pages import PASSWORD, Pages

from mailbot.actions.codes import give_secret, good, take_secret
from mailbot.actions.finding import Refused


def code_of(uri: str, shift: int = 0) -> str:
    parsed = pyotp.parse_uri(uri)
    assert isinstance(parsed, pyotp.TOTP)
    return parsed.at(int(datetime.now(UTC).timestamp()) + shift)


def test_an_account_with_an_authenticator_needs_its_code_and_each_code_opens_once(pages: Pages) -> None:
    uri = give_secret(pages.house, "marie", "otto", datetime.now(UTC))
    seat = pages.seat().log_in("marie")
    assert (seat.status, 'name="code"' in seat.page) == (401, True)
    form = {"name": "marie", "password": PASSWORD, "next": "/"}
    seat.post("/login", form | {"code": "000000"})
    assert seat.status == 401
    code = code_of(uri)
    seat.post("/login", form | {"code": f"{code[:3]} {code[3:]}"})
    assert (seat.status, seat.path) == (200, "/")
    again = pages.seat()
    again.get("/login")
    again.post("/login", form | {"code": code})
    assert again.status == 401


def test_a_code_alone_opens_nothing_and_a_wrong_one_brakes(pages: Pages) -> None:
    uri = give_secret(pages.house, "marie", "otto", datetime.now(UTC))
    seat = pages.seat()
    seat.get("/login")
    for _ in range(5):
        seat.post("/login", {"name": "marie", "password": "wrong wrong wrong", "code": code_of(uri)})
        assert seat.status == 401
    seat.post("/login", {"name": "marie", "password": PASSWORD, "code": code_of(uri)})
    assert seat.status == 429


def test_codes_of_the_next_and_last_half_minute_count_older_ones_do_not(pages: Pages) -> None:
    now = datetime.now(UTC)
    uri = give_secret(pages.house, "marie", "otto", now)
    row = pages.house.store.staff.get("marie")
    assert row is not None
    assert not good(pages.house, "marie", row["totp"], code_of(uri, -120), now)
    assert good(pages.house, "marie", row["totp"], code_of(uri, -30), now)
    assert "secret" not in row["totp"]


def test_others_log_in_as_before_and_a_lost_authenticator_is_taken_away(pages: Pages) -> None:
    give_secret(pages.house, "marie", "otto", datetime.now(UTC))
    assert pages.at("paul").status == 200
    take_secret(pages.house, "marie", "otto", datetime.now(UTC))
    assert pages.at("marie").path == "/"
    with pytest.raises(Refused, match="no staff account"):
        give_secret(pages.house, "nobody", "otto", datetime.now(UTC))


def test_the_command_line_gives_and_takes_codes_and_never_lists_a_secret(pages: Pages) -> None:
    told = pages.office.object("staff", "code", "carl")
    assert told["uri"].startswith("otpauth://totp/")
    listed = {row["name"]: row for row in pages.office.lines("staff", "list")}
    assert (listed["carl"]["code"], listed["paul"]["code"]) == (True, False)
    assert "totp" not in listed["carl"]
    pages.office.does("staff", "code", "carl", "--off")
    assert pages.at("carl").path == "/"
