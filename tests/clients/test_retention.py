from __future__ import annotations

from datetime import date, datetime

import pytest

from mailbot.clients.retention import retention_words
from mailbot.core.mapshape import Retention
from mailbot.core.values import Scalar

TODAY = date(2026, 11, 23)


def retention(**more: object) -> Retention:
    event = {"fr": "la fin du contrat", "en": "the end of the contract"}
    return Retention.model_validate({"after": "contract.ended_on", "event": event, **more})


@pytest.mark.parametrize(
    ("unit", "count", "french", "english"),
    [
        ("years", 1, "1 an", "1 year"),
        ("years", 5, "5 ans", "5 years"),
        ("months", 1, "1 mois", "1 month"),
        ("months", 6, "6 mois", "6 months"),
        ("days", 30, "30 jours", "30 days"),
    ],
)
def test_a_period_without_an_event_is_told_alone(unit: str, count: int, french: str, english: str) -> None:
    period = Retention.model_validate({unit: count})
    told = [retention_words(period, language, "fr", [], TODAY) for language in ("fr", "en", "de")]
    assert told == [french, english, french]


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
