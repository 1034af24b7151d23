"""The words of the documents: in every language, and values as its people write them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailbot.core.toml import TomlError
from mailbot.core.values import Scalar
from mailbot.documents.labels import in_words, load_labels

TEMPLATES = Path(__file__).parents[2] / "templates"
WORDS = {
    path.parts[-3]: load_labels(path.read_text(encoding="utf-8"), str(path))
    for path in sorted(TEMPLATES.glob("*/documents/labels.toml"))
}
FRENCH = WORDS["fr"]


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (None, "non renseigné", "not given"),
        ("", "non renseigné", "not given"),
        (False, "non", "no"),
        (0, "0", "0"),
        (1234.5, "1234,5", "1234.5"),
        (math.inf, "inf", "inf"),
        (date(2026, 3, 5), "05/03/2026", "2026-03-05"),
        (datetime(2026, 3, 5, 9, 30, tzinfo=UTC), "05/03/2026 09:30 UTC", "2026-03-05 09:30 UTC"),
        (b"abc", "3 octets, dans le fichier JSON", "3 bytes, in the JSON file"),
    ],
)
def test_values_are_written_as_people_write_them(value: Scalar, french: str, english: str) -> None:
    assert in_words(value, FRENCH) == french
    assert in_words(value, WORDS["en"]) == english


@pytest.mark.parametrize(
    ("language", "day", "empty"),
    [
        ("de", "05.03.2026", "keine Angabe"),
        ("es", "05/03/2026", "no consta"),
        ("it", "05/03/2026", "non indicato"),
        ("nl", "05-03-2026", "niet ingevuld"),
    ],
)
def test_dates_and_numbers_are_written_as_in_the_country(language: str, day: str, empty: str) -> None:
    values = (date(2026, 3, 5), 1234.5, None)
    assert [in_words(value, WORDS[language]) for value in values] == [day, "1234,5", empty]


def test_whoever_gets_a_letter_in_a_language_gets_his_documents_in_it() -> None:
    assert set(WORDS) == {path.parent.name for path in TEMPLATES.glob("*/letter.txt")}


@pytest.mark.parametrize("language", WORDS)
def test_every_language_tells_where_to_complain(language: str) -> None:
    assert "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07" in WORDS[language].complaint


def test_all_mistakes_in_the_words_are_told_together_each_with_its_key() -> None:
    wrong = (
        (TEMPLATES / "fr/documents/labels.toml")
        .read_text(encoding="utf-8")
        .replace('page = "Page {} sur {}"', 'page = "Page {}"')
        .replace('octets = "{} octets', 'octets = "{n} octets')
        .replace("consent = ", "consentement = ")
        .replace("yes = ", "oui = ")
    )
    with pytest.raises(TomlError) as caught:
        load_labels(wrong, "labels.toml")
    assert [problem.where for problem in caught.value.problems] == [
        *("labels.toml yes", "labels.toml octets", "labels.toml page", "labels.toml bases", "labels.toml oui"),
    ]
    with pytest.raises(TomlError, match=r"labels\.toml: is not TOML"):
        load_labels("title =", "labels.toml")
