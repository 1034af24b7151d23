"""What the demo needs beside mailbot itself, and how it says that it is not there."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.interfaces import Misconfigured

_LOGS = ("pymap", "mail.log", "proxyprotocol", "faker")  # mail.log is aiosmtpd's


@contextmanager
def extra() -> Iterator[None]:
    """Import the libraries of the extra `demo` in here: quietly. Raises Misconfigured where one of them is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ModuleNotFoundError as fault:
        what = f"the demo needs {fault.name}, which is not installed"
        raise Misconfigured(f"{what}: pip install 'mailbot[demo]'") from None
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.ERROR)
