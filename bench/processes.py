"""Memory of a process and all its descendants, from Linux's /proc."""

from __future__ import annotations

import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def memory(root: int) -> int:
    """Resident bytes of the process `root` and its descendants now, 0 when it has gone. Shared pages count for each."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    stats = {pid: found for pid in pids if (found := _stat(pid))}
    tree = {root} & set(stats)
    while more := {pid for pid, (parent, _) in stats.items() if parent in tree} - tree:
        tree |= more
    return sum(stats[pid][1] for pid in tree)


def _stat(pid: int) -> tuple[int, int] | None:
    """(parent, resident bytes) of one process; None if it has gone (proc(5), /proc/pid/stat)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()  # the name before may hold anything
    return int(fields[1]), int(fields[21]) * PAGE
