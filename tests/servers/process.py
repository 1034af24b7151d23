"""What every throw-away server shares: a folder of its own, a free port, a start that waits, an end by process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Self

import pytest

HOST = "127.0.0.1"

os.environ["PATH"] += os.pathsep + "/usr/sbin"  # where Debian keeps servers, and which users do not have on their PATH


def need(*programs: str) -> None:
    """Skip the test if one of `programs` (names or paths) is not installed; fail it where CI is set.

    A skipped server test proves nothing, so a run that counts must not pass without it.
    """
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)} (make servers installs them)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def self_signed(folder: Path) -> Path:
    """Write cert.pem and key.pem for localhost and 127.0.0.1 into `folder`; gives the certificate."""
    cert = folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", f"subjectAltName=DNS:localhost,IP:{HOST}"),
            *("-keyout", str(folder / "key.pem"), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return cert


class Server:
    """One server process in a temporary folder; `with` starts and ends it.

    After stop(), start() brings it back with its data on its ports.
    """

    name = "server"
    stop_signal = signal.SIGTERM
    account: str | None = None  # who runs it when we are root, for programs that refuse root

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"mailbot-{self.name}-"))
        self.folder.chmod(0o755)  # mkdtemp gives 0700, and the servers drop to accounts of their own
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Write what the server needs before its first start."""

    def command(self) -> list[str]:
        """The command that runs it in the foreground."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it serves now."""
        raise NotImplementedError

    def start(self, seconds: float = 30) -> Self:
        """Start it and wait until it answers; raises RuntimeError with its log if it does not."""
        self.prepare()
        with self._output() as output:
            self._process = subprocess.Popen(
                self.command(),
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,  # so that its children end with it, by the group's id
                user=self.runs_as,
                group=self.runs_as,
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            if self.answers():
                return self
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self.name} did not start:\n{self.log()[-3000:]}")

    def stop(self) -> None:
        """End it and its children; nothing if it does not run."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(3)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what is left of it
        process.wait()

    def log(self) -> str:
        """What it has said so far."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    @property
    def runs_as(self) -> str | None:
        """Whose processes they are: `account` if we are root, else ours (None)."""
        return self.account if os.geteuid() == 0 else None

    def _output(self) -> IO[bytes]:
        return (self.folder / "output.log").open("ab")

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def greets(port: int, greeting: bytes) -> bool:
    """Whether a server on `port` opens the talk with `greeting`."""
    try:
        with socket.create_connection((HOST, port), 1) as connection:
            connection.settimeout(5)
            return connection.recv(100).startswith(greeting)
    except OSError:
        return False
