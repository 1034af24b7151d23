"""Domains that sign their mail (DKIM, ARC), and a DNS server that hands out their keys."""

from __future__ import annotations

import base64
import socket
import subprocess
import threading
from types import TracebackType
from typing import Self

import dkim
import dns.message
import dns.rdatatype
import dns.rrset
from servers.process import HOST

SELECTOR = "post"
HEADERS = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type")


class Domains:
    """One key for all of them: `records` is what the DNS says, and can be changed."""

    def __init__(self) -> None:
        self._private = _openssl("genrsa", "-traditional", "2048")
        public = _openssl("rsa", "-pubout", "-outform", "DER", given=self._private)
        self.record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
        self.records: dict[str, bytes] = {}

    def key(self, name: str) -> bytes | None:
        """The TXT record of a name."""
        return self.records.get(name.lower().rstrip("."))

    def signed(self, raw: bytes, domain: str, *, headers: tuple[bytes, ...] = HEADERS, length: bool = False) -> bytes:
        """A mail with the signature of `domain`, whose key is published."""
        self.records[f"{SELECTOR}._domainkey.{domain}"] = self.record
        signature: bytes = dkim.sign(
            raw, SELECTOR.encode(), domain.encode(), self._private, include_headers=list(headers), length=length
        )
        return signature + raw

    def sealed(self, raw: bytes, domain: str, receiver: str) -> bytes:
        """A mail passed on by `domain`, with the ARC set over the Authentication-Results of `receiver` in it."""
        self.records[f"{SELECTOR}._domainkey.{domain}"] = self.record
        found = dkim.arc_sign(
            raw, SELECTOR.encode(), domain.encode(), self._private, receiver.encode(), include_headers=list(HEADERS)
        )
        return b"".join(found) + raw


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


class DnsServer:
    """Answers TXT questions out of `domains.records`, by UDP on a free port; counts them."""

    def __init__(self, domains: Domains) -> None:
        self.domains = domains
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        """As `[trust] resolver` takes it."""
        return f"{HOST}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, client = self._socket.recvfrom(4096)
            if not packet:
                return
            question = dns.message.from_wire(packet)
            name = question.question[0].name
            answer = dns.message.make_response(question)
            self.asked.append(name.to_text(omit_final_dot=True))
            record = self.domains.key(name.to_text())
            if record is not None:
                text = " ".join(f'"{record[at : at + 200].decode()}"' for at in range(0, len(record), 200))
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", dns.rdatatype.TXT, text))
            self._socket.sendto(answer.to_wire(), client)
