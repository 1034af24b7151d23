"""Old and new values of a rectification, however the mail puts them."""

from pathlib import Path

import pytest

from mailbot.core.reading.extract import fields
from mailbot.core.reading.rules import load_rules
from mailbot.core.reading.understood import take_apart
from mailbot.core.values import Address, Change, Kind, Mail

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})


def changes(text: str, name: str = "Paul Martin", address: str = "paul@martin.example") -> tuple[Change, ...]:
    mail = Mail(Address(name, address), None, (), (), (), "", None, (), (), None, (), text)
    return fields(take_apart(mail, RULES), [Kind.RECTIFICATION]).changes


TABLE = """Bonjour, merci de mettre à jour nos responsables de site :

Site            Avant            Maintenant        Tél.
Pau (dépôt)     Régis Mauger     Élodie Lecacheux  06 39 98 14 27
Dax             Paul Hébert      Paul Hébert       inchangé
"""


def test_a_table_tells_by_its_columns_what_is_old_and_what_is_new() -> None:
    assert changes(TABLE) == (
        Change("site_contact", "Régis Mauger", "Élodie Lecacheux"),
        Change("phone", None, "06 39 98 14 27"),
    )


def test_a_table_between_bars_tells_companies_and_addresses_too() -> None:
    text = (
        "Buongiorno, chiedo di aggiornare:\n\n"
        "Dato | Prima | Adesso\n---|---|---\n"
        "Ragione sociale | Rossi Tubi S.r.l. | Rossi Holding S.p.A.\n"
        "Sede | via Roma 18, Arona | viale Kennedy 3, Novara\n"
    )
    assert changes(text) == (
        Change("company", "Rossi Tubi S.r.l.", "Rossi Holding S.p.A."),
        Change("address", "via Roma 18, Arona", "viale Kennedy 3, Novara"),
    )


@pytest.mark.parametrize(
    ("text", "name", "change"),
    [
        (
            "J'ai repris mon nom de jeune fille, sur vos bons c'est encore Corinne Hourtin.",
            "Corinne Vasselot",
            Change("last_name", "Hourtin", "Vasselot"),
        ),
        (
            "Seit meiner Hochzeit heiße ich nicht mehr Wörmann, sondern Kettelhack.",
            "Yvonne Kettelhack",
            Change("last_name", "Wörmann", "Kettelhack"),
        ),
        ("Sylvette Bru → Sylvette Labadie (divorce)", "Sylvette Bru", Change("last_name", "Bru", "Labadie")),
        ("You spell my name Eva with V, it is Ewa with W.", "Ewa Nowak", Change("first_name", "Eva", "Ewa")),
        ("Bij jullie sta ik als Jansen-Bakker, mijn naam is nu gewoon Jansen.", "Eva Jansen", None),
    ],
)
def test_the_writers_name_is_paired_with_how_it_was(text: str, name: str, change: Change | None) -> None:
    wanted = change or Change("last_name", "Jansen-Bakker", "Jansen")
    assert changes(text, name) == (wanted,)


def test_first_and_last_name_in_each_others_place_are_two_changes() -> None:
    text = "Vorname Gorodnik und Nachname Svetlana, das ist umgekehrt."
    assert changes(text, "Svetlana Gorodnik") == (
        Change("first_name", "Gorodnik", "Svetlana"),
        Change("last_name", "Svetlana", "Gorodnik"),
    )


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Pour le dépôt de Pau, Luc Petit a pris sa retraite, c'est Léa Roux qui reprend.", "Luc Petit", "Léa Roux"),
        ("At the Lyon site Tom Hall has left and Ann Frith takes over.", "Tom Hall", "Ann Frith"),
        ("Am Standort Wels ist jetzt Eva Huber zuständig, nicht mehr Karl Maier.", "Karl Maier", "Eva Huber"),
        ("Per il sito di Asti, Marta Neri prende il posto di Ugo Bini.", "Ugo Bini", "Marta Neri"),
        ("En el centro de Irún, Ana Gil sustituye a Pedro Sanz.", "Pedro Sanz", "Ana Gil"),
        ("Op de locatie Knokke wordt Joris Smit vervangen door Eline Maas.", "Joris Smit", "Eline Maas"),
    ],
)
def test_who_takes_another_persons_place_at_a_site_is_found_in_each_language(text: str, old: str, new: str) -> None:
    assert Change("site_contact", old, new) in changes(text)


def test_a_company_that_changes_its_name_is_no_person() -> None:
    text = "Notre société change de dénomination : Levage Seille SARL devient Mosellia Levage SAS."
    assert changes(text) == (Change("company", "Levage Seille SARL", "Mosellia Levage SAS"),)


def test_an_address_said_to_be_wrong_is_the_old_one() -> None:
    text = "Wir sind umgezogen: nicht mehr Bauerschaft 14, sondern Zum Eschkamp 3. Bitte ändern Sie die Adresse."
    assert Change("address", "Bauerschaft 14", "Zum Eschkamp 3") in changes(text)


def test_a_long_list_of_names_is_read_as_far_as_people_would() -> None:
    text = "Merci de corriger : " + "Jean Dupont remplace Marie Durand. " * 2000
    assert len(changes(text)) <= 12
