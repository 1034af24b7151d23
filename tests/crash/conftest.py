"""The companies of tests/path, for tests of what breaks."""

from path.conftest import company, office, sample

__all__ = ["company", "office", "sample"]
