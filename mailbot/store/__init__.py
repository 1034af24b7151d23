"""OURS: messages, requests, releases, replies, registers and the journal, on SQLite or PostgreSQL."""
