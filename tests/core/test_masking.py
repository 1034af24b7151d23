"""Others' names and contacts in texts about a person are masked, his own stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.masking import MASK, Own, masked, without_others
from mailbot.core.values import Column, Export, HoldingData, Person, PersonRef

ANA = Person(PersonRef("contact", (("id", 1),)), "Ana", "Dupré", ("ana@x.example",), ("+33 4 65 71 01 01",))
OWN = Own.of(ANA)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vu avec Mme Martin au 06 12 34 56 78.", f"Vu avec Mme {MASK} au {MASK}."),
        ("écrire à paul@y.example ou ANA@x.example", f"écrire à {MASK} ou ANA@x.example"),
        ("rappeler Mme Dupré au 04.65.71.01.01", "rappeler Mme Dupré au 04.65.71.01.01"),
        ("Jean MARTIN a signé, Ana DUPRÉ aussi", f"{MASK} a signé, Ana DUPRÉ aussi"),
        ("Herr Müller und Dr. Weiß", f"Herr {MASK} und Dr. {MASK}"),
        ("Facture 2026-000123 du 03/02/2026, 1 234,50 €", "Facture 2026-000123 du 03/02/2026, 1 234,50 €"),
        ("M. Roux, +33 (0)1 23 45 67 89", f"M. {MASK}, {MASK}"),
        ("", ""),
    ],
)
def test_names_and_contacts_of_others_are_masked(text: str, expected: str) -> None:
    assert masked(text, OWN) == expected


@given(st.text())
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str) -> None:
    once = masked(text, OWN)
    assert masked(once, OWN) == once


def test_only_columns_that_may_speak_of_others_are_touched_and_what_was_is_counted() -> None:
    columns = (Column("a", "A"), Column("b", "B", others=True))
    rows = (("Mme Martin", "Mme Martin"), ("x", "rien"), (1, None))
    holding = HoldingData("n", "N", "p", "contract", (), "s", "r", columns, rows)
    export, count = without_others(Export(ANA, "fr", datetime(2026, 1, 1, tzinfo=UTC), (holding,)))
    assert export.holdings[0].rows == (("Mme Martin", f"Mme {MASK}"), ("x", "rien"), (1, None))
    assert count == 1
