"""config.toml is found and read: defaults, forms of value, secrets."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from mailbot.config import Config, ConfigError, FiledBy, Mode, NoSecret, Tls, check, find_config, load

SHIPPED = Path(__file__).parent.parent / "config.toml"
FOLDER = Path("/etc/mailbot")
RUNS = """
[mailbox]
host = "127.0.0.1"
port = 1143
tls = "none"
user = "direction@astrallys.com"
password_env = "MAILBOT_TEST_PASSWORD"
[outgoing]
host = "127.0.0.1"
port = 1025
tls = "none"
[clients]
url = "sqlite:///clients.db"
"""


def parse(**sections: Any) -> Config:  # noqa: ANN401  # whatever TOML holds
    return Config.parse(sections, FOLDER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


# --- what is written, and what holds where nothing is -----------------------------------------------------------------


def test_nothing_written_is_a_shadow_beside_its_file() -> None:
    config = parse()
    assert config.policy.mode is Mode.SHADOW
    assert config.store.url == "sqlite:////etc/mailbot/mailbot.db"
    assert config.keys.file == FOLDER / "mailbot.keys"
    assert config.mailbox.folders == ("INBOX",)
    assert (config.mailbox.port, config.outgoing.port) == (993, 465)
    assert config.deadlines.alarms == (10, 5, 2, 0)
    assert str(config.zone) == "Europe/Paris"


def test_a_few_lines_are_enough_to_run(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_TEST_PASSWORD", "secret")
    file.write_text(RUNS)
    config, problems = check(file)
    assert problems == ()
    assert config is not None
    assert config.outgoing.sender == config.organisation.contact == "direction@astrallys.com"
    assert config.organisation.name == "astrallys.com"
    assert config.clients.url == f"sqlite:///{file.parent}/clients.db"


def test_the_shipped_file_lacks_only_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILBOT_PASSWORD", raising=False)
    config, problems = check(SHIPPED)
    assert config is not None
    assert config.policy.mode is Mode.SHADOW
    assert [problem.where for problem in problems] == [f"{SHIPPED} [mailbox] password_env"]
    monkeypatch.setenv("MAILBOT_PASSWORD", "secret")
    assert check(SHIPPED)[1] == ()


def test_what_the_shipped_file_says_of_defaults_is_so(tmp_path: Path) -> None:
    servers = r"since|ca_file|oauth2|online_space|map|receivers|authserv_ids|forwarders"
    examples = rf"{servers}|alarms_to|witness|tls = \{{|proxy|overlay"
    spoken = re.sub(rf"(?m)^# (?!{examples})(?=\w+ = )", "", SHIPPED.read_text())
    copy = tmp_path / "config.toml"
    copy.write_text(spoken)
    shipped = tmp_path / "shipped.toml"
    shipped.write_text(SHIPPED.read_text())
    assert spoken.count("\n# ") < SHIPPED.read_text().count("\n# ") - 25
    assert load(copy).model_dump() == load(shipped).model_dump()


def test_every_key_is_named_in_the_shipped_file() -> None:
    sections = dict(re.findall(r"(?ms)^\[(\w+)\](.*?)(?=^\[|\Z)", SHIPPED.read_text()))
    said_elsewhere = {"password_env", "password_file", "oauth2", "ca_file", "tls", "port"}
    for name, field in Config.model_fields.items():
        keys = {inner.alias or key for key, inner in field.annotation.model_fields.items()}  # type: ignore[union-attr]  # each is a Section
        silent = {key for key in keys - said_elsewhere if not re.search(rf"(?m)^(# )?{key} = ", sections[name])}
        assert silent == set(), name


def test_values_may_be_written_as_people_write_them() -> None:
    config = parse(
        mailbox={"folders": "Demandes", "max_size": "25MB", "idle": "2 minutes", "since": "2026-03-05"},
        outgoing={"from": "dpo@astrallys.com", "proof": "self-copy", "port": 587},
        staff={"alarms_to": "a@astrallys.com", "digest": "7:30", "witness": ["w@example.com"]},
        retention={"raw": "2 years", "nothing_asked": 10},
        organisation={"country": "fr", "languages": ["FR"]},
    )
    assert config.mailbox.folders == ("Demandes",)
    assert (config.mailbox.max_size, config.mailbox.idle, config.mailbox.since) == (25_000_000, 120, date(2026, 3, 5))
    assert (config.outgoing.sender, config.outgoing.proof) == ("dpo@astrallys.com", FiledBy.SELF_COPY)
    assert config.outgoing.tls is Tls.STARTTLS  # by its port
    assert config.staff.alarms_to == ("a@astrallys.com",)
    assert config.staff.digest is not None
    assert config.staff.digest.at == time(7, 30)
    assert (config.retention.raw, config.retention.nothing_asked) == (732, 10)
    assert (config.organisation.country, config.organisation.languages) == ("FR", ("fr",))


@pytest.mark.parametrize(
    ("digest", "to"),
    [("a@b.example", ("a@b.example",)), (["a@b.example", "c@b.example"], ("a@b.example", "c@b.example"))],
)
def test_a_digest_may_name_its_readers(digest: object, to: tuple[str, ...]) -> None:
    read = parse(staff={"digest": digest}).staff.digest
    assert read is not None
    assert read.to == to


def test_no_digest_is_possible() -> None:
    assert [parse(staff={"digest": off}).staff.digest for off in ("", "none", False)] == [None] * 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///a.db", "sqlite:////etc/mailbot/a.db"),
        ("sqlite:////var/a.db?timeout=5", "sqlite:////var/a.db?timeout=5"),
        ("postgresql://u@h:5432/name", "postgresql://u@h:5432/name"),
        ("postgres://u@h/name", "postgresql://u@h/name"),
        ("mysql://u@h/name", "mysql://u@h/name"),
        ("mariadb://u@h/name", "mysql://u@h/name"),
    ],
)
def test_databases_are_named_as_peewee_names_them(written: str, read: str) -> None:
    assert parse(clients={"url": written}).clients.url == read


def test_paths_count_from_the_folder_of_the_file() -> None:
    config = parse(content={"overlay": "ours"}, clients={"map": "/srv/map.toml"})
    assert config.content.overlay == FOLDER / "ours"
    assert config.clients.map == Path("/srv/map.toml")


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_a_password_comes_from_the_environment_a_file_or_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILBOT_TEST_PASSWORD", "from env")
    (tmp_path / "file").write_text("from file\n")
    (tmp_path / "mailbox_password").write_text("from systemd\n")
    assert parse(mailbox={"password_env": "MAILBOT_TEST_PASSWORD"}).mailbox.secret() == "from env"
    assert parse(mailbox={"password_file": str(tmp_path / "file")}).mailbox.secret() == "from file"
    assert parse().mailbox.secret() is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert parse().mailbox.secret() == "from systemd"
    monkeypatch.delenv("MAILBOT_TEST_PASSWORD")
    assert parse(mailbox={"password_env": "MAILBOT_TEST_PASSWORD"}).mailbox.secret() == "from systemd"


def test_a_password_that_is_not_where_it_should_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILBOT_TEST_PASSWORD", raising=False)
    with pytest.raises(NoSecret, match="MAILBOT_TEST_PASSWORD is not set"):
        parse(mailbox={"password_env": "MAILBOT_TEST_PASSWORD"}).mailbox.secret()
    with pytest.raises(NoSecret, match="No such file"):
        parse(mailbox={"password_file": str(tmp_path / "none")}).mailbox.secret()
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(NoSecret, match="is empty"):
        parse(mailbox={"password_file": str(tmp_path / "empty")}).mailbox.secret()
    with pytest.raises(ConfigError, match="one of them is allowed"):
        parse(mailbox={"password_file": "a", "password_env": "B"})


def test_one_login_serves_both_servers_unless_another_is_named() -> None:
    mailbox = {"user": "u", "password_env": "A"}
    assert parse(mailbox=mailbox, outgoing={"user": "u"}).outgoing.password_env == "A"
    assert parse(mailbox=mailbox, outgoing={"user": "u", "password_env": "B"}).outgoing.password_env == "B"
    assert parse(mailbox=mailbox, outgoing={"user": "v"}).outgoing.password_env is None
    assert parse(mailbox=mailbox).outgoing.password_env is None  # no user: no login


def test_a_databases_password_is_put_into_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_TEST_PASSWORD", "p@ss/word")
    config = parse(clients={"url": "postgresql://u@h:5432/n", "password_env": "MAILBOT_TEST_PASSWORD"})
    assert config.clients.address() == "postgresql://u:p%40ss%2Fword@h:5432/n"
    assert parse(clients={"url": "mysql://u@h/n"}).clients.address() == "mysql://u@h/n"


# --- where it lies ----------------------------------------------------------------------------------------------------


def test_the_file_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    system = tmp_path / "system.toml"
    with pytest.raises(ConfigError, match="give --config"):
        find_config(system=system)
    system.touch()
    assert find_config(system=system) == system
    monkeypatch.setenv("MAILBOT_CONFIG", str(tmp_path / "named.toml"))
    assert find_config(system=system) == tmp_path / "named.toml"
    (tmp_path / "config.toml").touch()
    assert find_config() == Path("config.toml")
    assert find_config(Path("by-hand.toml")) == Path("by-hand.toml")
