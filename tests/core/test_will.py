"""What a directive wishes of each holding: of some by name, or of all."""

from __future__ import annotations

import pytest

from mailbot.core.will import WISHES, entries, will

NOTES = {"fr": "Notes de nos équipes", "en": "Notes of our staff"}
CONTACT = {"fr": "Vos coordonnées", "en": "Your contact details"}
INVOICES = {"fr": "Factures", "en": "Invoices"}
ALL = (CONTACT, NOTES, INVOICES)


def test_a_wish_that_names_nothing_is_about_all() -> None:
    assert will(["erase"], []).of("erase", ALL) == ALL
    assert will(["erase"], []).of("keep", ALL) == (), "what is not wished is about nothing"


def test_a_scope_without_a_wish_is_that_of_every_wish() -> None:
    found = will(["erase", "communicate"], ["Notes of our staff"])
    assert found.of("erase", ALL) == found.of("communicate", ALL) == (NOTES,)


def test_each_wish_may_have_holdings_of_its_own() -> None:
    scope = entries({"communicate": ["Notes de nos équipes"], "erase": ["Vos coordonnées", "Factures"]})
    assert scope == ("erase=Vos coordonnées", "erase=Factures", "communicate=Notes de nos équipes")
    found = will(["erase", "communicate"], scope)
    assert found.of("erase", ALL) == (CONTACT, INVOICES)
    assert found.of("communicate", ALL) == (NOTES,)


@pytest.mark.parametrize("wish", WISHES)
def test_a_holding_is_known_by_its_title_in_any_language(wish: str) -> None:
    assert will([wish], [f"{wish}=Notes of our staff"]).of(wish, ALL) == (NOTES,)


def test_erase_all_but_what_is_kept() -> None:
    found = will(["erase", "keep"], ["keep=Factures"])
    assert found.of("erase", ALL) == (CONTACT, NOTES)
    assert found.of("keep", ALL) == (INVOICES,)
