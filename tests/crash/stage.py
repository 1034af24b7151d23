"""Runs `mailbot …` again and again in children of one process, so that a matrix need not load it a thousand times.

A child is what `mailbot` is, with its own environment, and dies where $MAILBOT_FAILPOINT says.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import resource
import subprocess
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Self

import time_machine

FILE_SIZE = "TEST_FILE_SIZE"
"""The environment variable that says how large a child's files may grow, in bytes: a disk that is full."""
CLOCK = "TEST_CLOCK"
"""The environment variable that says what a child's clock shows when it begins (ISO 8601, with its zone)."""


class Stage:
    """`with Stage() as stage: stage.run(folder, environment, "run", "--once")`."""

    def __enter__(self) -> Self:
        """Load mailbot once."""
        command = [sys.executable, str(Path(__file__)), "serve"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def run(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> int:
        """Run one command with `folder` as its own; its exit code, or minus the signal that killed it."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"folder": str(folder), "environment": dict(environment), "arguments": arguments}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def serve() -> None:
    """Run what standard input orders, one order a line."""
    from holidays import country_holidays  # noqa: PLC0415 -- only here

    import mailbot  # noqa: PLC0415
    from mailbot.cli import main  # noqa: PLC0415
    from mailbot.content import Content  # noqa: PLC0415
    from mailbot.knowledge import read_wording  # noqa: PLC0415
    from mailbot.sight import read_rules  # noqa: PLC0415

    for module in pkgutil.walk_packages(mailbot.__path__, "mailbot."):
        if ".demo" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    read_rules(Content())
    read_wording(Content()).check()
    country_holidays("FR")
    gc.freeze()  # kept: each child has them
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(order, main)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 -- the answer


def _be(order: dict[str, object], main: object) -> None:
    """Be one `mailbot`; never returns."""
    from mailbot import failpoint  # noqa: PLC0415

    folder = Path(str(order["folder"]))
    os.environ.clear()
    os.environ.update(order["environment"])  # type: ignore[call-overload]  # a mapping of strings
    os.chdir(folder)
    log = os.open(folder / "out.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(0)
    if limit := int(os.environ.get(FILE_SIZE, "0")):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if clock := os.environ.get(CLOCK):
        time_machine.travel(datetime.fromisoformat(clock), tick=True).start()
    failpoint.obey(os.environ.get(failpoint.VARIABLE, ""))
    sys.argv = ["mailbot", "--config", str(folder / "config.toml"), *order["arguments"]]  # type: ignore[misc]
    code = 1
    try:
        main()  # type: ignore[operator]
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- it goes to the log, and the parent must go on
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
