"""A mail that ends the process which reads it, by a fault of a library: set aside for staff, and all else goes on."""

from __future__ import annotations

import signal

import pytest
from crash.sink import Sink
from path.company import Company
from path.written import ACCESS, CLAIRE, EMMA, mail

BROKEN = """
import os, signal
from selectolax import lexbor

class Parser(lexbor.LexborHTMLParser):
    def __init__(self, html, *arguments, **named):
        if "deadly" in str(html):
            os.kill(os.getpid(), signal.SIGSEGV)
        super().__init__(html, *arguments, **named)

lexbor.LexborHTMLParser = Parser
"""
DEADLY = (
    b"From: <x@many.example>\r\nTo: <direction@astrallys.com>\r\nSubject: page\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html\r\n\r\n<p>deadly</p>\r\n"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def hurt(request: pytest.FixtureRequest, company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A company whose HTML library dies of one page."""
    if request.param == "postgresql":
        company.configure(store={"url": request.getfixturevalue("postgres_url")})
    lib = company.folder / "lib"
    lib.mkdir()
    (lib / "sitecustomize.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(lib))
    return company


def test_a_mail_that_kills_mailbot_is_read_apart_by_the_next_and_set_aside(hurt: Company) -> None:
    with Sink() as sink:
        hurt.configure(outgoing={"port": sink.port, "sent_folder": ""})
        for raw in (mail(CLAIRE, ACCESS), DEADLY, mail(EMMA, ACCESS)):
            hurt.mailbox.append(raw)
        hurt.mailbot("run", "--once", code=-signal.SIGSEGV)
        assert sink.mails == []
        hurt.leases_end()
        hurt.mailbot("run", "--once")
        assert len(sink.mails) == 2
        [row] = [row for row in hurt.queue() if row["state"] == "unreadable"]
        assert "kills the process" in row["reason"]
        assert row["due"]
        assert hurt.mailbot("journal", "--verify").code == 0
        hurt.mailbot("run", "--once")
        assert len(sink.mails) == 2
