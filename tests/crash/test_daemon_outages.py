"""The daemon while something is away: what it says, what goes on, how it takes up its work again, and stops."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from crash.sink import Sink
from path.company import Company
from path.written import ACCESS, CLAIRE, EMMA, JEAN, STOP, mail
from servers.databases import Postgres
from servers.process import free_port

SECONDS = 90.0


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def _log(company: Company) -> str:
    return (company.folder / "daemon.log").read_text(encoding="utf-8")


def _count(company: Company, sql: str) -> int:
    with closing(sqlite3.connect(f"file:{company.folder}/store.db?mode=ro", uri=True, timeout=30)) as store:
        return int(store.execute(sql).fetchone()[0])


def test_what_waits_leaves_as_soon_as_smtp_is_back_and_the_outage_is_said_once(company: Company) -> None:
    sink = Sink()
    with sink:
        company.configure(outgoing={"port": sink.port, "sent_folder": ""}, mailbox={"idle": 1})
    company.hires()
    for raw in (mail(CLAIRE, ACCESS), mail(JEAN, STOP, "Newsletter")):
        company.mailbox.append(raw)
    with company.daemon():
        _until(lambda: "part=smtp" in _log(company), "the outage is said")
        _until(lambda: not company.subscribed(2), "a stop of newsletters is carried out all the same")
        assert "smtp is away" in company.mailbot("health", code=1).err
        assert "smtp" in company.mailbot("stats", "--json").rows[0]["away"]
        assert "[outgoing]" in company.mailbot("check", code=1).err
        time.sleep(8)  # more than one try
        with sink:
            _until(lambda: len(sink.mails) == 2, "what was tried and what was not, at once")
            _until(lambda: "event=back part=smtp" in _log(company), "its end is said")
    assert _log(company).count("event=away part=smtp") == 1, _log(company)


def test_a_mailbox_that_goes_away_keeps_nothing_else_from_going_on(company: Company) -> None:
    with Sink() as sink:
        company.configure(outgoing={"port": sink.port, "sent_folder": ""}, mailbox={"idle": 1})
        company.hires()
        company.mailbox.append(mail(CLAIRE, ACCESS))
        company.passes()
        row = company.waiting("access")
        company.configure(mailbox={"port": free_port()})
        with company.daemon():
            _until(lambda: "part=mailbox" in _log(company), "the outage is said")
            company.approve(row)
            _until(lambda: len(sink.mails) == 2, "the answer leaves")
            assert "mailbox is away" in company.mailbot("health", code=1).err


def test_told_to_stop_it_hands_back_what_it_has_in_hand(company: Company) -> None:
    with Sink() as sink:
        company.configure(outgoing={"port": sink.port, "sent_folder": "", "rate": 60}, mailbox={"idle": 1})
        writers = [f"writer{number}@many.example" for number in range(40)]
        with company.mailbox.client() as client:
            for writer in writers:
                client.append("INBOX", mail(writer, ACCESS))
        with company.daemon() as daemon:
            _until(lambda: len(sink.mails) > 0, "it sends")
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0, "one mail a second: it does not wait for all forty"
        assert _count(company, "SELECT COUNT(*) FROM reply WHERE status = 'sending'") == 0
        assert _count(company, "SELECT COUNT(*) FROM reply WHERE status = 'sent'") == len(sink.mails) < 40
        company.configure(outgoing={"rate": 100_000})
        company.mailbot("run", "--once")
        assert sorted(sink.taken.values()) == [1] * 40


def test_a_worker_takes_over_what_a_dead_one_had_in_hand(company: Company, postgres: Postgres) -> None:
    with Sink() as sink, postgres.database() as url:
        company.configure(store={"url": url}, outgoing={"port": sink.port, "sent_folder": ""}, mailbox={"idle": 1})
        company.mailbox.append(mail(CLAIRE, ACCESS))
        company.mailbot("run", "--once", code=-signal.SIGKILL, MAILBOT_FAILPOINT="smtp.answer:before")
        company.mailbox.append(mail(EMMA, ACCESS))
        with company.daemon(), company.daemon():
            _until(lambda: len(sink.mails) == 2, "the living ones go on")
            company.leases_end()
            _until(lambda: any("stopped while" in row["reason"] for row in company.queue()), "it is uncertain")
        assert sorted(sink.taken.values()) == [1, 1]
