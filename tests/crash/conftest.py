"""The companies of tests/path, for tests of what breaks."""

from collections.abc import Iterator

import pytest
from crash.sink import Sink
from crash.stage import Stage
from path.conftest import company, office, sample

__all__ = ["company", "office", "sample"]


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Where `mailbot` is run many times."""
    with Stage() as one:
        yield one


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The outgoing server."""
    with Sink() as one:
        yield one
