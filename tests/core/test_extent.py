"""A partial or postponed erasure is never read as a whole one that holds now."""

from pathlib import Path

import pytest

from mailbot.core.reading import read
from mailbot.core.reading.rules import load_rules
from mailbot.core.values import Address, Ask, Kind, Mail, MayAnswer, Nature

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})


def erasure(text: str) -> Ask:
    mail = Mail(Address("Paul Martin", "p@x.example"), None, (), (), (), "", None, (), (), None, (), text)
    found = read(mail, RULES, dict.fromkeys(Kind, 0.5), Nature.PERSON, MayAnswer(machine=True, because=""))
    return next(ask for ask in found.asks if ask.kind is Kind.ERASURE)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, supprimez toutes mes données personnelles une fois cette histoire terminée.",
        "Please delete all my personal data once the last invoice is paid.",
        "Bitte löschen Sie alle meine personenbezogenen Daten, sobald die Rechnung bezahlt ist.",
        "Por favor, borren todos mis datos personales cuando termine el contrato.",
        "Vi chiedo di cancellare tutti i miei dati personali non appena finisce il contratto.",
        "Wilt u al mijn persoonsgegevens verwijderen zodra het contract is beëindigd.",
    ],
)
def test_an_erasure_for_later_is_told_as_written_in_each_language(text: str) -> None:
    found = erasure(text)
    assert found.when not in {"now", ""}
    assert found.when in text
    assert not found.automatic


@pytest.mark.parametrize(
    "text",
    [
        "Supprimez toutes mes données personnelles sauf mon adresse de facturation.",
        "Please delete all my personal data except the invoices.",
        "Löschen Sie alle meine personenbezogenen Daten außer der Rechnungsadresse.",
        "Borren todos mis datos personales excepto el correo.",
        "Cancellate tutti i miei dati personali tranne la mail.",
        "Verwijder al mijn persoonsgegevens behalve mijn e-mailadres.",
    ],
)
def test_an_erasure_with_an_exception_is_partial_in_each_language(text: str) -> None:
    found = erasure(text)
    assert found.scope is not None
    assert found.scope in text
    assert not found.automatic


def test_a_plain_erasure_is_whole_and_holds_now() -> None:
    found = erasure("Bonjour, je vous demande de supprimer toutes mes données personnelles de vos fichiers. Merci.")
    assert (found.scope, found.when) == (None, "now")
