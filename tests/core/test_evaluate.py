"""The measures of a corpus."""

import pytest

from mailbot.core.reading.evaluate import evaluate
from mailbot.core.values import Ask, Change, Fields, Kind, MayAnswer, Nature, Reading


def reading(*asks: Ask, **more: object) -> Reading:
    return Reading(Nature.PERSON, MayAnswer(machine=True, because=""), "fr", asks=asks, **more)  # type: ignore[arg-type]


ACCESS = Ask(Kind.ACCESS, 0.97, automatic=True)
ERASURE = Ask(Kind.ERASURE, 0.8, automatic=False)


def test_precision_recall_and_exact_sets_are_counted() -> None:
    rows = [{"id": "1", "asks": ["access"]}, {"id": "2", "asks": []}, {"id": "3", "asks": ["erasure"]}]
    found = evaluate(rows, [reading(ACCESS), reading(ACCESS), reading(ERASURE)])
    assert (found.kinds["access"].precision, found.kinds["access"].recall) == (0.5, 1.0)
    assert found.exact == pytest.approx(2 / 3)
    assert found.nothing == 0.0
    assert [confusion.id for confusion in found.confusions] == ["2"]


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "asks": []},
        {"id": "1", "asks": ["access"], "on_behalf": True},
        {"id": "1", "asks": ["access"], "fields": {"scope": "the phone"}},
    ],
)
def test_an_automatic_ask_that_people_must_see_is_dangerous(row: dict[str, object]) -> None:
    assert evaluate([row], [reading(ACCESS)]).dangerous == ("1",)


def test_an_automatic_change_to_a_wrong_value_is_dangerous() -> None:
    row = {
        "id": "1",
        "asks": ["rectification"],
        "fields": {"changes": [{"field": "email", "old": None, "new": "a@b.c"}]},
    }
    ask = Ask(Kind.RECTIFICATION, 0.99, automatic=True)
    good, bad = (Fields(changes=(Change("email", None, new),)) for new in ("A@b.c", "x@b.c"))
    assert evaluate([row], [reading(ask, fields=good)]).dangerous == ()
    assert evaluate([row], [reading(ask, fields=bad)]).dangerous == ("1",)
    assert evaluate([row], [reading(ask, fields=good)]).values == (1, 1)


def test_coverage_counts_only_what_a_machine_may_do() -> None:
    rows = [{"id": "1", "asks": ["access"]}, {"id": "2", "asks": ["heir"]}]
    assert evaluate(rows, [reading(ACCESS), reading()]).coverage == 1.0


def test_confidence_is_told_in_bins() -> None:
    (only,) = evaluate([{"id": "1", "asks": ["access"]}], [reading(ACCESS)]).calibration
    assert (only.low, only.high, only.count, only.right) == (0.95, 0.99, 1, 1)


def test_rows_and_readings_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        evaluate([{}], [])
