"""The sample mails: samples/*.toml as values, and rendered into the raw bytes that a mail server would hand over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from mailbot.core.triage import MessageState
from mailbot.core.values import Kind, Nature, Proof

SAMPLES = Path(__file__).parent / "samples"
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # nobody opens it


class Expected(BaseModel):
    """What a sample is to be read as, and what becomes of it where the rules are as shipped and the mode is live."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: str  # in words, for people
    nature: Nature = Nature.PERSON
    asks: frozenset[Kind] = frozenset()
    language: str = "fr"  # empty: does not matter
    on_behalf: bool = False
    who: tuple[str, ...] = ()  # the persons on file at the writing address, such as contact:1; empty: a stranger
    proof: Proof = Proof.AUTHENTICATED
    becomes: MessageState = MessageState.REQUEST


class Sample(BaseModel):
    """One sample mail, not yet bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sender: str = Field(alias="from")
    subject: str
    expect: Expected
    text: str = ""
    html: str = ""  # with text: an alternative; alone: the only body
    charset: str = "utf-8"
    encoding: str | None = None  # of the transfer; None: as the library chooses
    authentication: str = "pass"  # of SPF, DKIM and DMARC, as the receiver saw it; "none": it wrote nothing
    reply_to: str | None = None
    headers: Mapping[str, str] = {}
    attach: str | None = None  # the name of an attached PDF
    report: str = ""  # the machine's part of a bounce (RFC 3464)
    returned: str = ""  # the headers of the mail that a bounce returns

    @property
    def address(self) -> str:
        """The writing address."""
        return parseaddr(self.sender)[1]

    def render(self, recipient: str, receiver: str, at: datetime) -> bytes:
        """The mail as `receiver` (a host name) got it for `recipient` at `at` (aware)."""
        mail = EmailMessage(policy=SMTP.clone(cte_type="8bit"))
        for name, value in self._headers(recipient, receiver, at):
            mail[name] = value
        if self.text:
            mail.set_content(self.text, charset=self.charset, cte=self.encoding)
        if self.html and self.text:
            mail.add_alternative(self.html, subtype="html", charset=self.charset)
        elif self.html:
            mail.set_content(self.html, subtype="html", charset=self.charset, cte=self.encoding)
        if self.attach:
            mail.add_attachment(_PDF, maintype="application", subtype="pdf", filename=self.attach)
        if self.report:
            self._make_report(mail)
        return mail.as_bytes()

    def _headers(self, recipient: str, receiver: str, at: datetime) -> Iterator[tuple[str, str]]:
        domain, date = self.address.rpartition("@")[2], format_datetime(at)
        yield "Return-Path", self.headers.get("Return-Path", f"<{self.address}>")
        if self.authentication != "none":
            results = ("spf={} smtp.mailfrom={}", "dkim={} header.d={}", "dmarc={} header.from={}")
            judged = "; ".join(result.format(self.authentication, domain) for result in results)
            yield "Authentication-Results", f"{receiver}; {judged}"
        yield "Received", f"from mail.{domain} by {receiver} with ESMTPS; {date}"
        yield "Date", date
        yield "Message-ID", f"<{self.name}.{at.timestamp():.0f}@{domain}>"
        yield "From", self.sender
        yield "To", recipient
        if self.reply_to:
            yield "Reply-To", self.reply_to
        yield "Subject", self.subject
        yield from ((name, value) for name, value in self.headers.items() if name != "Return-Path")

    def _make_report(self, mail: EmailMessage) -> None:
        """Make a plain mail a report on its delivery (RFC 3462, RFC 3464)."""
        mail.make_mixed()
        mail.set_type("multipart/report")
        mail.set_param("report-type", "delivery-status")
        for media_type, content in (("message/delivery-status", self.report), ("text/rfc822-headers", self.returned)):
            mail.attach(message_from_string(f"Content-Type: {media_type}\n\n{content.lstrip()}", policy=mail.policy))


def samples() -> tuple[Sample, ...]:
    """All samples, in the order of the files and of the mails in them."""
    files = (tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(SAMPLES.glob("*.toml")))
    return tuple(Sample.model_validate(mail) for file in files for mail in file["mail"])
