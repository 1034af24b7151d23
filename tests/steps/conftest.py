"""An office for each test."""

from cli.fixtures import found_office, office, post, sample_clients

__all__ = ["found_office", "office", "post", "sample_clients"]
