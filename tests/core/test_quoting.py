"""What of a text is new."""

from pathlib import Path

import pytest

from mailbot.core.reading.quoting import NEW, new_text
from mailbot.core.reading.rules import load_rules
from mailbot.core.values import Address, Mail

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/quoting.toml")})


def mail(text: str, quoted: tuple[tuple[int, int], ...] = ()) -> Mail:
    return Mail(Address("A", "a@b.example"), None, (), (), (), "s", None, (), (), None, (), text, quoted=quoted)


def new(text: str, quoted: tuple[tuple[int, int], ...] = ()) -> str:
    return "".join(text[span.start : span.end] for span in new_text(mail(text, quoted), RULES) if span.kind == NEW)


@pytest.mark.parametrize(
    "history",
    [
        "Le lun. 9 oct. 2023 à 08:31, Astrallys <n@astrallys.example> a écrit :\n> Ancien texte",
        "Le 9 octobre 2023 à 08:31, Astrallys\n<n@astrallys.example> a écrit\u00a0:\n\n> Ancien texte",
        "On Thu, 6 Jun 2024 at 09:15, Direction <d@x.example> wrote:\n> Ancien texte",
        "On Thu, 6 Jun 2024 at 09:15, Direction <d@x.example> wrote:\n\nAncien texte",
        "Am Di., 19. Nov. 2024 um 10:15 Uhr schrieb Direction <d@x.example>:\n> Ancien texte",
        "El 4 nov 2024, a las 10:00, Ana <a@x.example> escribió:\n> Ancien texte",
        "Il giorno mar 12 nov 2024 alle ore 10:02 A <d@x.example> ha scritto:\n> Ancien texte",
        "Op wo 6 nov 2024 om 14:11 schreef A <d@x.example>:\n> Ancien texte",
        "Op 21 nov. 2024, om 08:31 heeft A <n@x.example> het volgende geschreven:\n> Ancien texte",
        "De : Direction <d@x.example>\nEnvoyé : mercredi 15 mai 2024 17:52\nÀ : Moi\nObjet : x\n\nAncien texte",
        "De\u00a0: Direction\nEnvoyé\u00a0: mercredi\nObjet\u00a0: x\n\nAncien texte",
        "From: A <n@x.example>\nSent: Wednesday\nSubject: x\n\nAncien texte",
        "Von: A\nGesendet: Freitag\nAn: B\nBetreff: x\n\nAncien texte",
        "Van: A\nVerzonden: dinsdag\nAan: B\nOnderwerp: x\n\nAncien texte",
        "Da: A\nInviato: martedì\nA: B\nOggetto: x\n\nAncien texte",
        "-----Message d'origine-----\nDe : A\nAncien texte",
        "---------- Forwarded message ---------\nFrom: A\nDate: x\n\nAncien texte",
        "> Ancien texte\n>> Ancien texte",
    ],
)
def test_history_is_not_new(history: str) -> None:
    assert new(f"Nouveau texte\n\n{history}").strip() == "Nouveau texte"


def test_answers_below_and_between_quoted_lines_are_new() -> None:
    text = "On Mon, 1 Jul 2024 at 10:00, D <d@x.example> wrote:\n> first?\nmy first answer\n> second?\nmy second answer"
    assert "my first answer" in new(text)
    assert "my second answer" in new(text)
    assert "second?" not in new(text)


@pytest.mark.parametrize(
    "line", ["Envoyé de mon iPhone", "Sent from Outlook for Android", "Von meinem iPhone gesendet"]
)
def test_the_signature_of_a_telephone_is_not_new(line: str) -> None:
    assert new(f"stop svp\n\n{line}\n").strip() == "stop svp"


def test_what_follows_the_signature_mark_is_not_new() -> None:
    assert new("Effacez tout.\n-- \nPaul, vous disposez de tout").strip() == "Effacez tout."


@pytest.mark.parametrize(
    "footer",
    [
        "Vous disposez d'un droit d'accès, de rectification et d'effacement.",
        "If you are not the intended recipient please delete it.",
        "Sie haben das Recht auf Auskunft und Löschung.",
        "AVIS DE CONFIDENTIALITÉ\nPour effacer vos données écrivez-nous.",
    ],
)
def test_legal_footers_are_not_new(footer: str) -> None:
    assert new(f"Le rapport est arrivé.\n\n{footer}").strip() == "Le rapport est arrivé."


@pytest.mark.parametrize(
    "asked",
    [
        "Ich möchte den Newsletter abbestellen.",
        "Newsletter abbestellen",
        "Bitte den Newsletter abbestellen.\nDatenschutz ist mir wichtig.",
        "Guten Tag,\n\nbitte abmelden.\n\nViele Grüße\nMax Ott | Ott Bau | Leipzig",
        "Je souhaite me désabonner de la newsletter.",
        "I want to unsubscribe from the newsletter.",
        "Quiero darme de baja del boletín.",
        "Vorrei cancellarmi dalla newsletter.",
        "Ik wil mij afmelden voor de nieuwsbrief.",
    ],
)
def test_a_plain_wish_is_no_footer(asked: str) -> None:
    assert new(asked) == asked


@pytest.mark.parametrize(
    "menu",
    [
        "Newsletter abbestellen | Impressum | Datenschutz",
        "Kontakt · Newsletter abbestellen",
        "Sie möchten diese E-Mails nicht mehr erhalten? Newsletter abbestellen | Konto löschen | Auskunft",
    ],
)
def test_a_menu_below_a_circular_is_not_new(menu: str) -> None:
    assert new(f"Danke.\n\n{menu}").strip() == "Danke."


def test_what_the_html_marks_as_quotation_is_not_new() -> None:
    assert new("neu alt neu", ((4, 7),)) == "neu  neu"


def test_the_spans_cover_the_text_without_gaps() -> None:
    text = "Bonjour\n\n> cité\nnouveau\n\nVous disposez d'un droit d'accès\n-- \nsignature"
    spans = new_text(mail(text), RULES)
    assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == len(text)
