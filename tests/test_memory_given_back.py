"""Memory: what big blocks took is the system's again once they are freed, whatever small ones were made meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WORK = """
import gc, pathlib
from mailbot.memory import give_back
give_back()
def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096
before, kept = resident(), []
bytearray(8_000_000)  # from here on glibc would keep what is smaller
for _ in range(20):
    blocks = []
    for _ in range(20):
        blocks.append(bytearray(300_000))
        kept.append(bytearray(5000))  # holds up what lies before it in a common heap
    blocks.clear()
print(resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_big_blocks_took_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _WORK], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4_000_000
