from __future__ import annotations

from datetime import date, datetime

import pytest

from mailbot.clients.retention import retention_words
from mailbot.core.mapping.mapshape import Retention
from mailbot.core.values import Scalar

TODAY = date(2026, 11, 23)


def retention(**more: object) -> Retention:
    event = {"fr": "la fin du contrat", "en": "the end of the contract"}
    return Retention.model_validate({"after": "contract.ended_on", "event": event, **more})


@pytest.mark.parametrize(
    ("unit", "count", "words"),
    [
        ("years", 1, "1 Jahr|1 year|1 año|1 an|1 anno|1 jaar"),
        ("years", 5, "5 Jahre|5 years|5 años|5 ans|5 anni|5 jaar"),
        ("months", 1, "1 Monat|1 month|1 mes|1 mois|1 mese|1 maand"),
        ("months", 6, "6 Monate|6 months|6 meses|6 mois|6 mesi|6 maanden"),
        ("days", 30, "30 Tage|30 days|30 días|30 jours|30 giorni|30 dagen"),
    ],
)
def test_a_period_without_an_event_is_told_alone(unit: str, count: int, words: str) -> None:
    period = Retention.model_validate({unit: count})
    told = [retention_words(period, language, "fr", [], TODAY) for language in ("de", "en", "es", "fr", "it", "nl")]
    assert told == words.split("|")


@pytest.mark.parametrize(
    ("language", "event", "running", "over"),
    [
        ("de", "Ende des Vertrags", "5 Jahre nach Ende des Vertrags (läuft noch)", "(bis 31.01.2025)"),
        ("es", "el fin del contrato", "5 años desde el fin del contrato (aún en curso)", "(hasta el 31/01/2025)"),
        ("it", "la fine del contratto", "5 anni dopo la fine del contratto (ancora in corso)", "(fino al 31/01/2025)"),
        (
            "nl",
            "het einde van het contract",
            "5 jaar na het einde van het contract (loopt nog)",
            "(tot en met 31-01-2025)",
        ),
    ],
)
def test_every_language_tells_what_the_period_counts_from(language: str, event: str, running: str, over: str) -> None:
    period = retention(years=5, event={language: event})
    assert retention_words(period, language, "fr", [None], TODAY) == running
    assert retention_words(period, language, "fr", [date(2020, 1, 31)], TODAY).endswith(over)


def test_a_period_is_told_whole_in_a_language_that_its_event_has() -> None:
    assert retention_words(retention(years=5), "de", "fr", [], TODAY) == "5 ans après la fin du contrat"
    unnamed = Retention.model_validate({"years": 5, "after": "contract.ended_on"})
    assert retention_words(unnamed, "pl", "fr", [], TODAY) == "5 ans"
    assert retention_words(unnamed, "pl", "pl", [], TODAY) == "5 years"


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ([], ""),
        ([None], " (en cours)"),
        ([date(2020, 1, 31), None], " (en cours)"),
        ([date(2027, 1, 1)], " (en cours)"),
        ([date(2024, 2, 29)], " (jusqu’au 28/02/2029)"),
        ([date(2020, 5, 1), datetime(2024, 5, 1, 12)], " (jusqu’au 01/05/2029)"),  # noqa: DTZ001 - as a column holds it
        (["some day"], " (en cours)"),
    ],
)
def test_it_counts_from_the_last_end_and_not_while_one_is_open(ends: list[Scalar], state: str) -> None:
    assert retention_words(retention(years=5), "fr", "fr", ends, TODAY) == f"5 ans après la fin du contrat{state}"
