"""The press sets the same document in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailbot.content import Content
from mailbot.core.values import Export, Organisation, Person, PersonRef
from mailbot.documents.export_pdf import export_pdf
from mailbot.documents.labels import Labels, load_labels
from mailbot.documents.press import Press

EXPORT = Export(
    person=Person(PersonRef("contact", (("id", 1),)), "Ana", "Dupont", ("ana@client.example",)),
    language="fr",
    as_of=datetime(2026, 2, 3, 9, 0, tzinfo=UTC),
    holdings=(),
)
OWN = Organisation("Banc", "1 rue du Banc", "Mme Banc", "rgpd@banc.example", "", "FR")
FRENCH: Labels = load_labels(Content(None).read("templates/fr/documents/labels.toml"), "labels.toml")


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press(documents=2, idle=60)
    yield made
    made.close()


def test_what_it_sets_is_what_would_be_set_here(press: Press) -> None:
    assert press.pdf(EXPORT, OWN, FRENCH) == export_pdf(EXPORT, OWN, FRENCH)
    assert press.pid not in {None, os.getpid()}


def test_a_process_ends_after_its_number_of_documents(press: Press) -> None:
    press.pdf(EXPORT, OWN, FRENCH)
    first = press.pid
    press.pdf(EXPORT, OWN, FRENCH)
    assert press.pid is None
    press.pdf(EXPORT, OWN, FRENCH)
    assert press.pid not in {None, first}


def test_a_process_that_was_killed_costs_no_document(press: Press) -> None:
    press.pdf(EXPORT, OWN, FRENCH)
    assert press.pid is not None
    os.kill(press.pid, signal.SIGKILL)
    assert press.pdf(EXPORT, OWN, FRENCH).content.startswith(b"%PDF-")


def test_it_ends_when_nothing_is_to_be_set() -> None:
    press = Press(idle=0.05)
    press.pdf(EXPORT, OWN, FRENCH)
    end = time.monotonic() + 20
    while press.pid is not None and time.monotonic() < end:
        time.sleep(0.02)
    assert press.pid is None


def test_a_fault_is_raised_where_the_document_is_wanted(press: Press) -> None:
    with pytest.raises(AttributeError):
        press.pdf(None, OWN, FRENCH)  # type: ignore[arg-type]
