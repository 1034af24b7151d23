"""What `map check` says of a live database that the map does not name, and of a map that is not finished."""

from __future__ import annotations

from pathlib import Path

import pytest
from clients.bases import RULES, run, sample, sample_map, url_of
from clients.labelled import vocabulary

from mailbot.clients.survey import survey_url
from mailbot.core.drafting.uncovered import uncovered
from mailbot.core.mapping.datamap import DataMap, load_map
from mailbot.core.mapping.mapfit import unfinished

TEXT = RULES.read_text(encoding="utf-8")


@pytest.fixture
def url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return sample(url_of("sqlite", tmp_path, request))


def told(url: str, datamap: DataMap) -> list[str]:
    return [
        problem.what.partition(": map them")[0] for problem in uncovered(survey_url(url, vocabulary(), "FR"), datamap)
    ]


def test_the_sample_map_covers_its_database_and_is_finished(url: str) -> None:
    assert told(url, sample_map()) == []
    assert list(unfinished(sample_map(), ["fr", "en", "de", "es", "it", "nl"])) == []


def test_a_new_column_that_looks_personal_is_told(url: str) -> None:
    run(url, "ALTER TABLE contact ADD COLUMN birthday DATE", "ALTER TABLE contact ADD COLUMN rank INTEGER")
    assert told(url, sample_map()) == ["table contact: birthday look personal and are in no holding"]


def test_a_new_table_that_names_a_person_is_told_declared_or_not(url: str) -> None:
    run(
        url,
        "CREATE TABLE complaint (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id), body TEXT)",
        "CREATE TABLE parking (id INTEGER PRIMARY KEY, contact_id INTEGER, plate TEXT)",
    )
    assert told(url, sample_map()) == [
        "table complaint names a person (contact_id → contact) and is in no holding",
        "table parking names a person (contact_id → contact) and is in no holding",
    ]


def test_a_table_of_strangers_is_told(url: str) -> None:
    run(url, "CREATE TABLE applicants (id INTEGER PRIMARY KEY, first_name TEXT, surname TEXT, cv TEXT)")
    assert told(url, sample_map()) == ["table applicants: first_name, surname look personal and are in no holding"]


def test_what_was_looked_at_and_left_out_is_not_told_again(url: str) -> None:
    run(
        url,
        "ALTER TABLE contact ADD COLUMN birthday DATE",
        "CREATE TABLE parking (id INTEGER PRIMARY KEY, contact_id INTEGER, plate TEXT)",
    )
    text = f'{TEXT}\n[left_out]\ntables = ["parking"]\ncolumns = ["contact.birthday"]\n'
    assert told(url, load_map(text, "map.toml")) == []


def test_a_holding_taken_out_of_the_map_is_missed(url: str) -> None:
    start = TEXT.index('[[holding]]\nperson = "contact"\ntable = "note"')
    without = TEXT[:start] + TEXT[TEXT.index("# --- what is held about the person in charge of a site") :]
    assert told(url, load_map(without, "map.toml")) == [
        "table note names a person (contact_id → contact) and is in no holding"
    ]


def test_words_left_to_do_recipients_and_languages_are_told() -> None:
    start = TEXT.index('purpose = { fr = "exécution du contrat"')
    text = TEXT[:start] + 'purpose = "TODO"' + TEXT[TEXT.index("\n", start) :]
    text = text.replace('recipients = ["OVH (hébergement)"]\n', "", 1)
    found = [str(problem) for problem in unfinished(load_map(text, "map.toml"), ["fr", "pt"])]
    assert any("TODO is left in purpose" in line for line in found)
    assert sum("recipients is missing" in line for line in found) == 1
    assert all("pt" in line for line in found if "not all texts" in line)
