"""The unit is one that systemd itself accepts and finds well closed, and systemd hears from us."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest
from servers.process import need

from mailbot.notify import notify, watchdog_seconds

DEPLOY = Path(__file__).parent.parent / "deploy"
PROGRAM = "/usr/bin/mailbot"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here."""
    need("systemd-analyze")
    text = (DEPLOY / "mailbot.service").read_text()
    assert f"ExecStart={PROGRAM} --config /etc/mailbot/config.toml run\n" in text
    unit = tmp_path / "mailbot.service"
    unit.write_text(text.replace(PROGRAM, "/bin/true"))
    return unit


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    verdict = analyze("verify", "--recursive-errors=no", str(unit))
    assert (verdict.returncode, [line for line in verdict.stderr.splitlines() if unit.name in line]) == (0, [])


def test_systemd_would_tell_a_fault(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("UMask=", "Umask_="))
    assert analyze("verify", "--recursive-errors=no", str(unit)).returncode == 1


def test_the_unit_is_exposed_to_two_of_ten_at_most(unit: Path) -> None:
    verdict = analyze("security", "--offline=true", "--threshold=20", "--no-pager", str(unit))
    assert verdict.returncode == 0, verdict.stdout.splitlines()[-1]


def test_the_unit_runs_under_the_account_that_sysusers_makes(unit: Path, tmp_path: Path) -> None:
    need("systemd-sysusers")
    assert "\nUser=mailbot\nGroup=mailbot\n" in unit.read_text()
    (tmp_path / "etc").mkdir()
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", DEPLOY / "mailbot.sysusers.conf"], check=True)
    assert "\nmailbot:x:" in "\n" + (tmp_path / "etc/passwd").read_text()


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_what_we_tell_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:  # noqa: FBT001  # a parameter
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}" if abstract else name)
        systemd.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if abstract else name)
        assert notify("READY=1", "STATUS=3 asks wait for a human")
        assert systemd.recv(1000) == b"READY=1\nSTATUS=3 asks wait for a human"


def test_telling_nobody_or_a_socket_that_is_gone_does_not_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify("READY=1")


def test_the_watchdog_is_fed_twice_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    assert watchdog_seconds() == 60
    monkeypatch.setenv("WATCHDOG_PID", "1")  # meant for another process
    assert watchdog_seconds() is None
    monkeypatch.delenv("WATCHDOG_USEC")
    monkeypatch.delenv("WATCHDOG_PID")
    assert watchdog_seconds() is None
