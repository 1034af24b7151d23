"""What systemd wants to hear of a service of Type=notify (sd_notify(3))."""

from __future__ import annotations

import os
import socket


def notify(*lines: str) -> bool:
    """Tell systemd `lines` such as "READY=1", "STATUS=…", "WATCHDOG=1", "STOPPING=1"; whether anybody listens.

    Without $NOTIFY_SOCKET (not started by systemd) nothing happens; a socket that is gone is no reason to fail.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as link:
        try:
            link.settimeout(0)  # one that does not read must not stop the loop
            link.sendto("\n".join(lines).encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
        except OSError:
            return False
    return True


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear WATCHDOG=1 at least: half of WatchdogSec=; None if it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 2_000_000 if ours and microseconds.isdecimal() and int(microseconds) else None
