"""What is wrong in config.toml is told at once, with its place, what is allowed, and no secret."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.config import Config, ConfigError, Mode, Tls, check, load


def parse(**sections: Any) -> Config:  # noqa: ANN401  # whatever TOML holds
    return Config.parse(sections, Path("/etc/mailbot"))


def mistakes(**sections: Any) -> list[str]:  # noqa: ANN401  # whatever TOML holds
    with pytest.raises(ConfigError) as error:
        parse(**sections)
    return [str(problem) for problem in error.value.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_all_mistakes_are_told_at_once_with_what_is_allowed() -> None:
    told = mistakes(
        mailbox={"prot": 1, "port": 99999, "tls": "ssl"},
        outgoing={"host": "smtp.example", "tls": "none"},
        clients={"url": "oracle://h/x"},
        organisation={"time_zone": "Europe/Pari", "languages": ["french"]},
        policy={"mode": "live!"},
        stor={},
    )
    assert [line.partition(": ")[0] for line in told] == [
        "config.toml [organisation] time_zone",
        "config.toml [organisation] languages",
        "config.toml [mailbox] port",
        "config.toml [mailbox] tls",
        "config.toml [mailbox] prot",
        "config.toml [outgoing] tls",
        "config.toml [clients] url",
        "config.toml [policy] mode",
        "config.toml [stor]",
    ]
    by_place = dict(line.split(": ", 1) for line in told)
    assert by_place["config.toml [mailbox] prot"].startswith("unknown (is port meant?); allowed: ")
    assert "'implicit', 'starttls' or 'none'" in by_place["config.toml [mailbox] tls"]
    assert "loopback only" in by_place["config.toml [outgoing] tls"]
    assert "'shadow', 'queue' or 'live'" in by_place["config.toml [policy] mode"]


def test_mistakes_and_what_is_lacking_are_told_together(file: Path) -> None:
    file.write_text("[policy]\nmode = 'loud'\n[mailbox]\nhost = 'imap.example'\n")
    config, problems = check(file)
    places = [problem.where.removeprefix(f"{file} ") for problem in problems]
    assert config is None
    assert places == ["[policy] mode", "[mailbox] user", "[outgoing] host", "[outgoing] from", "[clients] url"]


def test_what_is_not_toml_is_told_with_its_line(file: Path) -> None:
    file.write_text("[mailbox]\nhost = imap.example\n")
    with pytest.raises(ConfigError, match=r"config\.toml: is not TOML: .*line 2"):
        load(file)


def test_what_is_not_utf8_or_not_there_is_told(file: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(file)
    file.write_bytes("name = 'é'".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(file)


def test_a_file_saved_with_a_byte_order_mark_is_read(file: Path) -> None:
    file.write_text("[policy]\nmode = 'queue'\n", encoding="utf-8-sig")
    assert load(file).policy.mode is Mode.QUEUE


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_plain_text_is_allowed_on_loopback(host: str) -> None:
    assert parse(mailbox={"host": host, "tls": "none"}).mailbox.tls is Tls.NONE


@pytest.mark.parametrize("host", ["imap.example", "10.0.0.1", "localhost.example", "127.0.0.1.example"])
def test_plain_text_is_refused_beyond_it(host: str) -> None:
    assert "loopback only" in mistakes(mailbox={"host": host, "tls": "none"})[0]


def test_the_console_beyond_loopback_needs_tls_or_a_proxy() -> None:
    assert "tls" in mistakes(console={"host": "0.0.0.0"})[0]  # noqa: S104  # what is refused
    parse(console={"host": "0.0.0.0", "proxy": "10.0.0.1"})  # noqa: S104  # behind a proxy
    parse(console={"host": "0.0.0.0", "tls": {"cert": "c.pem", "key": "k.pem"}})  # noqa: S104  # with TLS


def test_nothing_is_read_from_tomorrow_on() -> None:
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011  # the operator's own day
    assert "future" in mistakes(mailbox={"since": tomorrow})[0]


def test_a_section_that_is_no_table_is_told() -> None:
    assert mistakes(mailbox=3) == [line for line in mistakes(mailbox=3) if "a table is allowed: " in line]


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("staff", "alarms_to", "Zoé <zoe@astrallys.com>"),
        ("outgoing", "from", "a@b.example\r\nBcc: c@d.example"),
        ("mailbox", "since", "soon"),
        ("mailbox", "folders", []),
        ("mailbox", "max_size", "big"),
        ("mailbox", "idle", 0),
        ("retention", "raw", "long"),
        ("clients", "url", "sqlite:///:memory:"),
        ("clients", "url", "sqlite://a.db"),
        ("clients", "url", "postgresql://h"),
        ("clients", "url", "clients.db"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_with_its_key(section: str, key: str, value: object) -> None:
    [told] = mistakes(**{section: {key: value}})
    assert told.startswith(f"config.toml [{section}] {key}: ")


def test_a_mistake_is_told_without_the_value_that_may_be_secret() -> None:
    told = mistakes(clients={"url": "oracle://u:hunter2@h/x"}, mailbox={"password": "hunter2", "port": "hunter2"})
    assert len(told) == 3
    assert "hunter2" not in " ".join(told)


def test_a_country_whose_holidays_nobody_knows_is_named() -> None:
    lacks = [str(problem) for problem in parse(organisation={"country": "zz"}).lacks()]
    assert [line for line in lacks if "[organisation] country" in line and "ISO 3166" in line]
    assert not [line for line in map(str, parse(organisation={"country": "be"}).lacks()) if "country" in line]
