"""Faults told without personal data: the message of an exception may hold what a mail or a record holds."""

from __future__ import annotations

import traceback


def where(fault: BaseException) -> str:
    """The kind of a fault and the line of ours that it rose from."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if "mailbot" in frame.filename] or frames
    if not ours:
        return type(fault).__name__
    return f"{type(fault).__name__} at {ours[-1].filename.rpartition('mailbot/')[2]}:{ours[-1].lineno}"
