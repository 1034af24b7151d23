"""The bench measures what it says: its mails are asks of clients on file, its figures name what falls short."""

from __future__ import annotations

from datetime import UTC, datetime

from servers.dovecot import Dovecot

from bench.__main__ import options, shortfalls, table
from bench.letters import build_fast, build_plainly, parse_fast, parse_plainly
from bench.mails import clients, request
from bench.reading import reader
from bench.rounds import Result, play
from bench.sides import FLOORS, MAILBOT
from bench.sink import in_reply_to
from mailbot.core.parse import parse
from mailbot.core.sender.authenticity import Trust, authenticity
from mailbot.core.values import Aligned, Reading

MB = 1_000_000


def test_a_mail_depends_on_its_number_alone() -> None:
    assert request(7) == request(7)
    assert len({request(number).message_id for number in range(50)}) == 50


def test_every_mail_asks_its_one_thing_and_comes_from_an_authenticated_client_on_file() -> None:
    read = reader()
    known = {client.email for client in clients()}
    for number in range(300):
        mail = request(number)
        reading = read(mail.raw)
        assert isinstance(reading, Reading)
        assert reading.may_answer.machine
        assert [str(ask.kind) for ask in reading.asks] == [mail.kind]
        assert mail.sender in known
        assert (
            authenticity(parse(mail.raw), Trust((), ("mail.bench.example",)), datetime.now(UTC)).aligned is Aligned.YES
        )


def test_both_floors_understand_a_mail_alike_and_their_replies_name_it() -> None:
    for number in range(40):
        mail = request(number)
        raw = mail.raw.replace(b"\n", b"\r\n")
        plain, fast = parse_plainly(raw), parse_fast(raw)
        assert (plain.message_id, plain.sender, plain.subject) == (fast.message_id, fast.sender, fast.subject)
        assert in_reply_to(build_plainly(plain, "é")) == in_reply_to(build_fast(fast, "é")) == mail.message_id


def test_what_falls_short_is_said() -> None:
    mine = Result("mailbot", 100, seconds=2.0, peak=200 * MB, lost=1, doubled=0, left=0)
    floors = [Result(side.name, 100, seconds=1.0, peak=50 * MB, lost=0, doubled=0, left=0) for side in FLOORS]
    said = " ".join(shortfalls([mine, *floors]))
    assert "1 mails lost" in said
    assert "0.50 times as fast as the floor batch" in said
    assert "fast-2c" not in said
    assert "200 MB" in said
    assert "0.50 times as fast" in table([mine, *floors])[2]


def test_quick_is_one_small_round() -> None:
    chosen = options(["--quick"])
    assert (chosen.n, chosen.rounds) == ([300], 1)


def test_each_side_answers_and_acknowledges_every_mail_once(dovecot: Dovecot) -> None:
    mails = [request(number) for number in range(12)]
    for side in (MAILBOT, *FLOORS):
        result = play(side, mails, dovecot)
        assert (result.lost, result.doubled, result.left) == (0, 0, 0), side.name
        assert result.peak > 0
