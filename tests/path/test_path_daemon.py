"""The service as systemd runs it: it watches, answers, releases, and ends when it is told to."""

from __future__ import annotations

import signal
import socket
import uuid

from path.company import Company
from path.written import ACCESS, CLAIRE, mail


def test_the_daemon_answers_what_comes_sends_what_is_released_and_ends_in_order(company: Company) -> None:
    company.hires()
    company.configure(mailbox={"idle": 1700})
    client = company.dovecot.mailbox(CLAIRE)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        name = f"mailbot-test-{uuid.uuid4()}"
        systemd.bind(f"\0{name}")
        systemd.settimeout(20)
        with company.daemon(NOTIFY_SOCKET=f"@{name}", WATCHDOG_USEC="2000000") as daemon:
            told = _until(systemd, "READY=1")
            assert "STOPPING=1" not in told
            _until(systemd, "WATCHDOG=1")
            company.receives(mail(CLAIRE, ACCESS))
            client.wait_for(1)
            company.approve(company.prepared("access"))
            client.wait_for(2)
            _until(systemd, "WATCHDOG=1")
            daemon.send_signal(signal.SIGTERM)
            _until(systemd, "STOPPING=1")
            assert daemon.wait(10) == 0
    assert company.queue() == []
    company.got(CLAIRE, 2)


def _until(systemd: socket.socket, line: str) -> list[str]:
    """What systemd hears up to and with `line`; raises TimeoutError if it does not come."""
    heard: list[str] = []
    while line not in heard:
        heard += systemd.recv(4096).decode().splitlines()
    return heard
