"""Memory given back: what one big mail took is the system's again, so that a process stays as large as its batches."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3), as malloc.h of the GNU C library numbers them."""
LARGE = 256 * 1024
"""Bytes from which a block lies by itself: glibc's own start value, which it raises to 32 MB where nobody sets it."""


def give_back() -> None:
    """Let the C library give back what is freed; to be called before any thread is started.

    By itself it keeps blocks of up to 32 MB for the next time once it met one, between them small ones that stay, and
    as many heaps as there are threads: 15 MB more after some hundred mails, 30 MB after 50,000. Another C library than
    the GNU one (musl) knows no such parameters and is left as it is.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for parameter, value in ((_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, 8 * LARGE), (_ARENA_MAX, 1)):
        mallopt(parameter, value)
