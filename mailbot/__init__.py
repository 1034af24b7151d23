"""mailbot answers the data-protection requests that reach a company by mail."""

__version__ = "0.1.0"
