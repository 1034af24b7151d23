"""The sample mails: each is what its expectation says, for the shipped rules and the sample client database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from mailbot.clients.directory import open_directory
from mailbot.content import Content
from mailbot.core.identify import identify, proof_of
from mailbot.core.mapping.datamap import load_map
from mailbot.core.parse import parse
from mailbot.core.reading import read
from mailbot.core.sender.authenticity import Trust, authenticity
from mailbot.core.sender.nature import may_answer, nature
from mailbot.core.triage import MessageState, Seen, becomes
from mailbot.core.understanding import Eyes
from mailbot.core.values import Kind, Mail, Nature, Reading
from mailbot.demo.database import build
from mailbot.demo.mails import Sample, samples
from mailbot.interfaces import ClientDirectory
from mailbot.sight import Sight, eyes

COMPANY, RECEIVER = "direction@astrallys.com", "mx.astrallys.example"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
every_sample = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)


def mail_of(sample: Sample) -> Mail:
    return parse(sample.render(COMPANY, RECEIVER, NOW))


@cache
def knowledge() -> Eyes:
    return eyes(Sight())


def reading_of(sample: Sample) -> Reading:
    mail, known = mail_of(sample), knowledge()
    kind, _ = nature(mail, known.noise)
    return read(mail, known.rules, known.thresholds, kind, may_answer(mail, known.noise, {COMPANY}))


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientDirectory]:
    """The sample client database through the shipped map."""
    url = f"sqlite:///{tmp_path_factory.mktemp('clients') / 'clients.db'}"
    build(url, companies=15, contacts=16)
    directory = open_directory(url, load_map(Content().read("rules/datamap.toml"), "datamap.toml"))
    yield directory
    directory.close()


@every_sample
def test_a_sample_arrives_as_it_was_written(sample: Sample) -> None:
    mail = mail_of(sample)
    assert mail.oddities == ()
    assert (mail.sender and mail.sender.address, mail.subject, mail.date) == (sample.address, sample.subject, NOW)
    assert [file.name for file in mail.attachments if file.media_type == "application/pdf"] == (
        [sample.attach] if sample.attach else []
    )
    for line in sample.text.splitlines():
        assert line.rstrip() in mail.text


@every_sample
def test_a_sample_is_read_as_expected(sample: Sample) -> None:
    reading, expect = reading_of(sample), sample.expect
    assert (reading.nature, reading.kinds, reading.on_behalf) == (expect.nature, expect.asks, expect.on_behalf)
    assert expect.language in {reading.language, ""}
    assert becomes(reading, Seen())[0] == expect.becomes


@every_sample
def test_a_sample_is_from_whom_it_is_expected_to_be(sample: Sample, clients: ClientDirectory) -> None:
    mail, expect = mail_of(sample), sample.expect
    found = identify(mail.sender, clients.by_email([sample.address])[sample.address])
    verdict = authenticity(mail, Trust((RECEIVER,), (RECEIVER,)), datetime.now(UTC))
    assert sorted(str(person.ref) for person in found.persons) == sorted(expect.who)
    if expect.nature is Nature.PERSON:
        assert proof_of(found, verdict.aligned) == expect.proof


def test_the_samples_show_every_right_and_every_shape() -> None:
    mails = [mail_of(sample) for sample in samples()]
    assert {kind for sample in samples() for kind in sample.expect.asks} == set(Kind)
    assert {sample.expect.becomes for sample in samples()} == {
        MessageState.REQUEST,
        MessageState.WAITING,
        MessageState.NOTHING,
        MessageState.ROBOT,
    }
    encodings = {value.lower() for mail in mails for value in mail.header("content-transfer-encoding")}
    assert encodings >= {"quoted-printable", "base64", "8bit"}
    first_parts = {mail.content_types[0] for mail in mails}
    assert first_parts == {"text/plain", "text/html", "multipart/alternative", "multipart/mixed", "multipart/report"}
    charsets = " ".join(value for mail in mails for value in mail.header("content-type"))
    assert all(charset in charsets for charset in ("utf-8", "iso-8859-1", "windows-1252"))


def test_names_are_unique() -> None:
    names = [sample.name for sample in samples()]
    assert len(names) == len(set(names))
