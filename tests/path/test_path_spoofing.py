"""Nobody who is not who he says gets data, a hint that somebody is known, or a change: one table of cases, one run.

Beside them run three real writers, so that the test would see it if a proof were never believed at all.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from path.battery import BODY, CASES, written
from path.company import Company, files, parsed, words
from path.written import ACCESS, answer, mail, returned
from servers.domain_keys import DnsServer, Domains
from servers.dovecot import Dovecot
from servers.postfix import Postfix

from mailbot.demo.database import build

_MASKED = re.compile(r"\d{4}-\d{5}|\b\d{1,2}(er)? [a-zéû]+ \d{4}\b")
_WANTED = "04 65 71 99 99"
_FIRST = 40  # number of the first contact that is a victim
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=30)

Signed = Callable[[Domains, str, str], bytes]


def _letter(
    sender: str, to: str = "direction@astrallys.com", at: datetime = NOW, subject: str = "Mes données"
) -> bytes:
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {format_datetime(at)}\nMIME-Version: 1.0\n"
    return (head + f"Message-ID: <{sender}>\nContent-Type: text/plain; charset=utf-8\n\n{BODY}").encode()


def _domain(address: str) -> str:
    return address.partition("@")[2]


def _seen_as(raw: bytes, sender: str) -> bytes:
    """As our receiver hands on a mail whose signature it found good, sent by somebody else's server."""
    found = f"spf=pass smtp.mailfrom=x@evil.example; dkim=pass header.d={sender}"
    head = f"Authentication-Results: mx.astrallys.example; {found}\n"
    return f"{head}Received: from evil.example by mx.astrallys.example; {format_datetime(NOW)}\n".encode() + raw


SIGNATURES: dict[str, Signed] = {
    "a signed letter to somebody else": lambda d, v, _: d.signed(_letter(v, "plumber@elsewhere.example"), _domain(v)),
    "a signed letter to somebody else, seen by our receiver": lambda d, v, _: _seen_as(
        d.signed(_letter(v, "plumber@elsewhere.example"), _domain(v)), _domain(v)
    ),
    "an old signed letter sent again": lambda d, v, _: d.signed(_letter(v, at=LONG_AGO), _domain(v)),
    "an old signed letter sent again, seen by our receiver": lambda d, v, _: _seen_as(
        d.signed(_letter(v, at=LONG_AGO), _domain(v)), _domain(v)
    ),
    "words added after a signed length": lambda d, v, _: (
        d.signed(_letter(v).replace(BODY.encode(), b"Bonjour\n"), _domain(v), length=True) + BODY.encode()
    ),
    "an unsigned subject": lambda d, v, _: d.signed(_letter(v), _domain(v), headers=(b"from", b"to", b"date")),
    "a second subject above a signed one": lambda d, v, _: (
        b"Subject: Supprimez tout\n" + d.signed(_letter(v), _domain(v))
    ),
    "a second recipient above a signed one": lambda d, v, _: (
        b"To: direction@astrallys.com\n" + d.signed(_letter(v, "plumber@elsewhere.example"), _domain(v))
    ),
    "other words under a signature": lambda d, v, _: d.signed(_letter(v), _domain(v)).replace(b"copie", b"copies"),
    "another sender under a signature": lambda d, v, e: d.signed(_letter(e), _domain(e)).replace(
        f"From: {e}".encode(), f"From: {v}".encode()
    ),
    "a signature of the attacker in the victim's name": lambda d, v, e: d.signed(_letter(v), _domain(e)).replace(
        f"d={_domain(e)}".encode(), f"d={_domain(v)}x".encode()
    ),
    "a signature of the attacker": lambda d, v, e: d.signed(_letter(v), _domain(e)),
    "a forwarder that nobody named": lambda d, v, e: d.sealed(
        f"Authentication-Results: {_domain(e)}; dkim=pass header.d={_domain(v)}\n".encode() + _letter(v),
        _domain(e),
        _domain(e),
    ),
    "a known forwarder that saw another sender": lambda d, v, e: d.sealed(
        f"Authentication-Results: forward.example; dkim=pass header.d={_domain(e)}\n".encode() + _letter(v),
        "forward.example",
        "forward.example",
    ),
    "a known forwarder's seal over other words": lambda d, v, _: d.sealed(
        f"Authentication-Results: forward.example; dkim=pass header.d={_domain(v)}\n".encode() + _letter(v),
        "forward.example",
        "forward.example",
    ).replace(b"copie", b"copies"),
}
REAL: dict[str, Signed] = {
    "real: our receiver saw it": lambda _, v, __: mail(v, BODY),
    "real: signed": lambda d, v, _: d.signed(_letter(v), _domain(v)),
    "real: passed on": lambda d, v, _: d.sealed(
        f"Authentication-Results: forward.example; dkim=pass header.d={_domain(v)}\n".encode() + _letter(v),
        "forward.example",
        "forward.example",
    ),
}
ALL = [*CASES, *SIGNATURES]
CONFIRMING: dict[str, Callable[[EmailMessage, str, str], bytes]] = {
    "from another address": lambda asked, _, e: answer(asked, e, "Oui, je confirme."),
    "in the person's name, unproven": lambda asked, v, _: answer(asked, v, "Oui, je confirme.", authentic=None),
    "in the person's name, failed": lambda asked, v, _: answer(asked, v, "Oui, je confirme.", authentic="fail"),
    "without our secret": lambda _, v, __: mail(v, "Oui, je confirme.", "Re: Mes données", authentic="pass"),
    "with a code that is wrong": lambda _, v, __: mail(v, "Oui, je confirme. Code : ABCDEFGH", "Re: Mes données"),
    "by a vacation notice without headers": lambda asked, v, _: answer(asked, v, "Je suis absent jusqu'au 4 janvier."),
    "by a robot": lambda asked, v, _: answer(asked, v, "Oui, je confirme.", Auto_Submitted="auto-replied"),
    "by a bounce": lambda asked, v, _: returned(asked, v),
    "by yes and no": lambda asked, v, _: answer(asked, v, "Oui, mais ce n'est pas moi, je n'ai rien demandé."),
    "by our own words alone": lambda asked, v, _: answer(asked, v, ""),
    "with the person as name": lambda asked, v, e: answer(asked, e, "Oui, je confirme.").replace(
        f"From: <{e}>".encode(), f'From: "{v}" <{e}>'.encode()
    ),
}


@dataclass
class Battle:
    """How the run ended."""

    company: Company
    victims: dict[str, str] = field(default_factory=dict)
    before: dict[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: str = ""

    def row(self, case: str) -> tuple[object, ...]:
        return self.company.sql("SELECT * FROM contact WHERE LOWER(TRIM(email)) = ?", self.victims[case])[0]

    def phone(self, case: str) -> str:
        query = "SELECT phone FROM contact WHERE LOWER(TRIM(email)) = ?"
        return str(self.company.sql(query, self.victims[case])[0][0])

    def store(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.company.folder / "store.db")) as store:
            return store.execute(query, values).fetchall()


def _neutral(letter: EmailMessage) -> str:
    """The words of a letter without reference and dates."""
    assert files(letter) == {}
    return _MASKED.sub("…", " ".join(f"{letter['Subject']} {words(letter)}".split()))


def _attacker(number: int) -> str:
    return f"eve{number}@evil{number}.example"


@pytest.fixture(scope="module")
def battle(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, postfix: Postfix) -> Iterator[Battle]:
    """All cases in one mailbox, one `run --once`, then forged confirmations, then another."""
    folder = tmp_path_factory.mktemp("battle")
    company = Company(folder, dovecot, postfix, dovecot.fresh())
    cases = [*ALL, *REAL, *CONFIRMING]
    build(f"sqlite:///{folder}/clients.db", companies=20, contacts=_FIRST + len(cases) + 1)
    domains = Domains()
    found = Battle(company)
    with DnsServer(domains) as dns:
        box = folder / "box"
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True)
        company.settings["mailbox"] = {
            "host": f"maildir:{box}",
            "user": company.mailbox.user,
            "since": str(LONG_AGO.date()),
        }
        company.configure(
            trust={
                "receivers": ["mx.astrallys.example"],
                "authserv_ids": ["mx.astrallys.example"],
                "forwarders": ["forward.example"],
                "resolver": dns.address,
            },
        )
        for number, case in enumerate(cases):
            victim = f"victim{number}@client{number}.example"
            company.sql("UPDATE contact SET email = ? WHERE id = ?", victim, _FIRST + number)
            dovecot.clear(victim)
            found.victims[case] = victim
            found.before[case] = found.row(case)
            (box / "new" / f"{number:03}.1.host").write_bytes(_mail(case, number, victim, domains))
        stranger = "someone@nobody.example"
        dovecot.clear(stranger)
        (box / "new" / "999.1.host").write_bytes(mail(stranger, BODY))
        company.passes()
        [letter] = company.got(stranger, 1)
        found.neutral = _neutral(letter)
        _confirm(found, box)
        company.passes()
        yield found


def _mail(case: str, number: int, victim: str, domains: Domains) -> bytes:
    if case in CASES:
        return written(case, victim, _attacker(number), format_datetime(NOW), number)
    if case in CONFIRMING:
        return mail(victim, ACCESS, authentic=None)
    return {**SIGNATURES, **REAL}[case](domains, victim, _attacker(number))


def _confirm(found: Battle, box: Path) -> None:
    """The forged answers to questions that were put to the victims of the last cases."""
    for number, (case, forged) in enumerate(CONFIRMING.items()):
        [asked] = found.company.got(found.victims[case], 1)
        raw = forged(asked, found.victims[case], _attacker(900 + number))
        (box / "new" / f"{900 + number}.2.host").write_bytes(raw)


def _harmless(battle: Battle, case: str) -> None:
    """What came to the victim is a question or an acknowledgement, nothing was changed, nothing is proved."""
    victim = battle.victims[case]
    assert battle.row(case) == battle.before[case]
    for letter in battle.company.got(victim):
        assert files(letter) == {}
        assert battle.phone(case) not in words(letter)
        assert _WANTED not in words(letter)
        assert "evil" not in f"{words(letter)}{letter['Subject']}{letter['To']}{letter['Cc']}{letter['Reply-To']}"
    query = "SELECT proof FROM request WHERE address = ? OR sender = ?"
    assert {proof for (proof,) in battle.store(query, victim, victim)} <= {"none", "claimed"}
    actions = "SELECT actions FROM release JOIN request ON request.id = request_id WHERE sender = ? AND actions <> '[]'"
    assert battle.store(actions, victim) == []


@pytest.mark.parametrize("case", ALL)
def test_nobody_gets_data_a_hint_or_a_change(battle: Battle, case: str) -> None:
    _harmless(battle, case)
    number = ALL.index(case)
    for letter in _letters_to(battle.company.dovecot, f"evil{number}.example"):
        assert _neutral(letter) == battle.neutral


@pytest.mark.parametrize("case", CONFIRMING)
def test_no_forged_answer_confirms(battle: Battle, case: str) -> None:
    _harmless(battle, case)
    states = "SELECT ask.status FROM ask JOIN request ON request.id = request_id WHERE sender = ?"
    assert {state for (state,) in battle.store(states, battle.victims[case])} <= {
        "proving",
        "open",
        "ready",
        "dismissed",
    }


@pytest.mark.parametrize("case", REAL)
def test_a_real_writer_is_believed(battle: Battle, case: str) -> None:
    query = "SELECT proof FROM request WHERE sender = ?"
    assert battle.store(query, battle.victims[case]) == [("authenticated",)]


def test_every_mail_is_accounted_for_and_nothing_else_left(battle: Battle) -> None:
    [(total,)] = battle.store("SELECT COUNT(*) FROM message WHERE state NOT IN ('stored', 'unreadable')")
    assert total == len(battle.victims) + 1 + len(CONFIRMING)
    assert len(ALL) >= 60
    told = {str(address) for (address,) in battle.store("SELECT recipient FROM reply")}
    domains = {address.partition("@")[2] for address in told}
    own = {_domain(victim) for victim in battle.victims.values()} | {"nobody.example"}
    assert {domain for domain in domains - own if "evil" not in domain and "xn--" not in domain} == set()


def _letters_to(dovecot: Dovecot, domain: str) -> list[EmailMessage]:
    """All mails that came to any address of a domain or its subdomains."""
    homes = [home for home in (dovecot.folder / "home").glob(f"*{domain}") if home.is_dir()]
    return [parsed(path.read_bytes()) for home in homes for path in (home / "Maildir").glob("new/*")]
