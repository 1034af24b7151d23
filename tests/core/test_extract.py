"""What the asks need to be carried out."""

from pathlib import Path

import pytest

from mailbot.core.reading.extract import fields
from mailbot.core.reading.rules import load_rules
from mailbot.core.reading.understood import take_apart
from mailbot.core.values import Address, Change, Fields, Kind, Mail

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})


def read(text: str, kind: Kind, name: str = "Paul Martin", address: str = "paul@martin.example") -> Fields:
    mail = Mail(Address(name, address), None, (), (), (), "", None, (), (), None, (), text)
    return fields(take_apart(mail, RULES), [kind])


def changes(text: str, name: str = "Paul Martin", address: str = "paul@martin.example") -> tuple[Change, ...]:
    return read(text, Kind.RECTIFICATION, name, address).changes


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Mon nouveau numéro est le 06 39 98 17 09.", Change("phone", None, "06 39 98 17 09")),
        (
            "Merci de noter le 06 39 98 17 09 au lieu du 06 39 98 41 41.",
            Change("phone", "06 39 98 41 41", "06 39 98 17 09"),
        ),
        (
            "Vous avez 06 39 98 30 03, c'est 06 39 98 30 30, à corriger.",
            Change("phone", "06 39 98 30 03", "06 39 98 30 30"),
        ),
        ("Mon mail : a@b.example devient c@d.example.", Change("email", "a@b.example", "c@d.example")),
        ("Please replace a@b.example by c@d.example.", Change("email", "a@b.example", "c@d.example")),
    ],
)
def test_a_new_address_or_number_is_found_with_the_old_one(text: str, change: Change) -> None:
    assert changes(text) == (change,)


def test_who_writes_may_be_the_new_contact() -> None:
    found = changes("Bonjour,\n\nDorénavant le contact est Paul Martin, merci de le noter.")
    assert {(change.field, change.new) for change in found} >= {("last_name", "Martin"), ("first_name", "Paul")}


def test_a_postal_address_is_read_to_its_end() -> None:
    found = changes("Mon adresse est fausse, la nouvelle est 20 rue des Vosges, 67800 Bischheim.")
    assert found == (Change("address", None, "20 rue des Vosges, 67800 Bischheim"),)


def test_the_writers_name_spelt_otherwise_is_the_wrong_one() -> None:
    text = "Sur vos bons je suis « M. Lefevbre ». C'est Lefebvre."
    assert changes(text, "Stéphane Lefebvre") == (Change("last_name", "Lefevbre", "Lefebvre"),)


def test_a_new_person_in_charge_is_found_with_his_number() -> None:
    text = "Le responsable du site de Gardanne n'est plus M. Aubert mais Mme Leïla Benhaddou, 06 39 98 20 47."
    assert changes(text) == (
        Change("site_contact", "Aubert", "Leïla Benhaddou"),
        Change("phone", None, "06 39 98 20 47"),
    )


def test_the_number_of_a_signature_is_no_change() -> None:
    text = "Bonjour,\n\nMon mail est désormais c@d.example.\n\nCordialement,\n\nPaul Martin\n04 65 71 30 00"
    assert [change.field for change in changes(text)] == ["email"]


def test_newsletters_to_other_addresses_are_told() -> None:
    text = "Merci de ne plus adresser vos newsletters à :\na@x.example\nb@x.example"
    assert read(text, Kind.UNSUBSCRIBE).address == "a@x.example, b@x.example"


def test_the_place_where_an_answer_is_wanted_is_told() -> None:
    text = "Envoyez-moi une copie de mes données à prive@x.example."
    assert read(text, Kind.ACCESS).reply_to == "prive@x.example"


def test_a_directive_has_action_wishes_and_executor() -> None:
    text = "Après mon décès, effacez toutes mes données. Je désigne ma fille, Luce Brisson, pour l'exécution."
    found = read(text, Kind.DIRECTIVE)
    assert (found.action, found.wishes, found.executor) == ("define", ("erase",), "Luce Brisson")


def test_a_revoked_directive_wishes_nothing() -> None:
    found = read("Merci d'annuler les directives post-mortem que je vous avais envoyées.", Kind.DIRECTIVE)
    assert (found.action, found.wishes) == ("revoke", ())


def test_articles_and_references_are_kept() -> None:
    found = read("En vertu de l'article 15 et de l'art. 17 du RGPD, notre demande 2026-00042.", Kind.ACCESS)
    assert found.articles == ("15", "17")
    assert found.references == ("2026-00042",)
