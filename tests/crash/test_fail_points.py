"""Every commit, network call and file operation of the path has its fail points: a new one cannot be forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from crash.points import ELSEWHERE, PACKAGE, all_points, files, look

from mailbot.failpoint import VARIABLE


@pytest.mark.parametrize("file", list(files()), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_whatever_reaches_outside_the_process_stands_between_two_points(file: Path) -> None:
    elsewhere = ELSEWHERE.get(str(file.relative_to(PACKAGE)), set())
    found = {bare for bare in look(file.read_text()).uncovered() if bare.partition(":")[0] not in elsewhere}
    assert found == set(), 'stand it in `with around("room.what"):` (mailbot/failpoint.py)'


def test_the_look_sees_what_has_no_point() -> None:
    source = (
        "def a():\n  with around('x'), b():\n    client.move(1)\n  client.copy(1)\n  self._client.has_capability('Y')\n"
        "def _c():\n  path.rename(2)\n"
        "def _d():\n  client.fetch(3)\n  text.replace('a', 'b')\n"
        "def e():\n  with around('d'):\n    _d()\n  _c()\n"
        "def f():\n  with house.store.transaction():\n    pass\n"
    )
    found = look(source)
    assert found.uncovered() == {"a: client.copy", "_c: path.rename"}
    assert (found.points, found.commits) == ({"x", "d"}, {"f"})


def test_the_code_names_its_points() -> None:
    points = all_points()
    assert {"imap.move:before", "smtp.body:after", "clients.commit:before", "keys.link:after"} <= points
    assert {"commit.steps.receive._keep:before", "commit.steps.send._turn:after"} <= points


def test_a_point_kills_at_the_pass_that_is_named_and_at_no_other() -> None:
    source = "from mailbot.failpoint import around\nfor n in (1, 2, 3):\n  with around('x'): print(n)"
    for order, out in {"x:before:2": "1\n", "x:after": "1\n", "x:after:3": "1\n2\n3\n", "y:after": "1\n2\n3\n"}.items():
        ran = _python(source, order)
        assert ran.stdout == out
        assert ran.returncode == (0 if order == "y:after" else -signal.SIGKILL)


def _python(source: str, order: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-uc", source],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, VARIABLE: order},
    )
