"""mailbot's own store forgets: by the calendar, in every state, out of the files; the journal stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from cli.office import ACCESS, CLAIRE, EMMA, STRANGER, Office

from mailbot.app import open_house
from mailbot.config import load
from mailbot.steps import watch
from mailbot.steps.house import House

NOW = datetime.now(UTC)


@contextmanager
def at_home(office: Office) -> Iterator[House]:
    house = open_house(load(office.folder / "config.toml"), date.today())  # noqa: DTZ011 - the day here
    try:
        yield house
    finally:
        house.clients.close()
        house.store.close()


def passes(office: Office, days: int) -> None:
    """The daemon's look at the calendar so many days from now."""
    with at_home(office) as house:
        watch(house, NOW + timedelta(days=days))


def kept(office: Office, *words: str) -> list[str]:
    """Which of these words stand in the store's files."""
    content = b"".join(file.read_bytes() for file in office.folder.glob("*.db*") if "client" not in file.name)
    return [word for word in words if word.encode() in content]


def test_each_thing_goes_when_its_time_is_over_and_its_bytes_are_gone_from_the_files(office: Office) -> None:
    ref = office.asked(CLAIRE, f"{ACCESS}\nZebre-settled\n")
    office.receive(STRANGER, "Bonjour, voici nos tarifs. Okapi-nothing\n")
    office.run()
    office.approves(f"{ref}/2")
    with at_home(office) as house:
        request = house.store.requests.by_reference(ref)
        assert request
        rows = house.store.releases.of_requests([request.id])[request.id]
        exports = [row for row in rows if row.letter and '"sha256"' in row.letter]
        assert exports
        house.store.requests.update(request.id, closed_at=NOW.isoformat())
        for row in rows:
            house.store.db.execute_sql("UPDATE reply SET status = 'sent' WHERE release_id = ?", [row.id])
            house.store.db.execute_sql("UPDATE release SET status = 'closed' WHERE id = ?", [row.id])
    assert kept(office, "Zebre-settled", "Okapi-nothing", CLAIRE, "%PDF") == [
        "Zebre-settled",
        "Okapi-nothing",
        CLAIRE,
        "%PDF",
    ]
    passes(office, 29)
    assert kept(office, "Okapi-nothing") == ["Okapi-nothing"]
    passes(office, 32)
    assert kept(office, "Okapi-nothing", STRANGER, "Zebre-settled") == ["Zebre-settled"]
    assert kept(office, "zebre", "dupont") == ["zebre", "dupont"], "what people search by"
    passes(office, 370)
    assert kept(office, "Zebre-settled", "zebre", "%PDF") == []
    assert office.show(ref)["ref"] == ref, "the facts of the request stay longer"
    passes(office, 5 * 366 + 2)
    assert kept(office, CLAIRE, "Dupont", "dupont") == []
    assert "no request" in office.refuses("show", ref) or "no such" in office.refuses("show", ref)
    assert office.does("journal", "--verify")
    events = [entry["event"] for entry in office.lines("journal")]
    assert events.count("store.forgotten") >= 3


def test_what_was_never_answered_is_forgotten_too(office: Office) -> None:
    ref = office.asked(EMMA, "Hello, please send me a copy of all my personal data.\nGnu-never\n")
    passes(office, 300)
    assert kept(office, "Gnu-never") == ["Gnu-never"]
    passes(office, 31 + 370)
    assert kept(office, "Gnu-never", "gnu", "%PDF") == []
    assert office.show(ref)["state"] != "closed", "it is still owed an answer"


def test_a_draft_that_is_no_longer_valid_goes_with_its_export(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.does("reclassify", ref, "objection")
    passes(office, 5)
    assert kept(office, "%PDF") == ["%PDF"]
    passes(office, 33)
    assert kept(office, "%PDF") == []


def test_years_of_the_journal_are_dropped_whole_and_the_rest_still_verifies(office: Office) -> None:
    office.asked(CLAIRE, ACCESS)
    passes(office, 9 * 366)  # opens a year, so that the first one may go
    passes(office, 9 * 366 + 1)
    with at_home(office) as house:
        assert house.store.journal.verify() is None
        events = [row["event"] for row in house.store.journal.entries()]
    assert "request.opened" not in events
    assert "journal.dropped" in events
