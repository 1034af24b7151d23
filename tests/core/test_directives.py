"""What a directive says, for whom a mail speaks, and how sure a machine must be."""

from pathlib import Path

import pytest

from mailbot.core.reading import read
from mailbot.core.reading.extract import fields
from mailbot.core.reading.rules import load_rules
from mailbot.core.reading.understood import take_apart
from mailbot.core.values import Address, Fields, Kind, Mail, MayAnswer, Nature, Reading

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})
THRESHOLDS = dict.fromkeys(Kind, 0.95)


def mail(text: str, name: str = "Paul Martin") -> Mail:
    return Mail(Address(name, "paul@martin.example"), None, (), (), (), "", None, (), (), None, (), text)


def directive(text: str) -> Fields:
    return fields(take_apart(mail(text), RULES), [Kind.DIRECTIVE])


def reading(text: str, name: str = "Paul Martin") -> Reading:
    return read(mail(text, name), RULES, THRESHOLDS, Nature.PERSON, MayAnswer(machine=True, because=""))


@pytest.mark.parametrize(
    ("text", "action", "wishes", "executor"),
    [
        (
            "Le jour de ma mort, effacez tout. C'est ma petite-fille Léonie Roux qui s'assurera que c'est fait.",
            "define",
            ("erase",),
            "Léonie Roux",
        ),
        (
            "Je vous avais écrit que tout devait disparaître à ma mort. J'ai changé d'avis : gardez mes données.",
            "modify",
            ("keep",),
            None,
        ),
        (
            "Je vous ai transmis mes directives après mon décès. Je les annule, considérez-les comme non écrites.",
            "revoke",
            (),
            None,
        ),
        (
            "Je souhaite modifier mes directives : après mon décès, conservez toutes mes données.",
            "modify",
            ("keep",),
            None,
        ),
        (
            "After my death please hand a copy to my daughter Ann Hale. She is to see to it.",
            "define",
            ("communicate",),
            "Ann Hale",
        ),
        ("Nach meinem Tod sollen meine Daten nicht gelöscht werden.", "define", ("keep",), None),
    ],
)
def test_a_directive_is_told_from_what_an_earlier_one_said(
    text: str, action: str, wishes: tuple[str, ...], executor: str | None
) -> None:
    found = directive(text)
    assert (found.action, found.wishes, found.executor) == (action, wishes, executor)


def test_what_is_wished_until_death_is_no_wish_for_after_it() -> None:
    text = "Après ma mort, supprimez toutes mes données. Tant que je vis, gardez tout."
    assert directive(text).wishes == ("erase",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mon fils Tom (15 ans) reçoit vos publicités. Merci de supprimer toutes ses données.", "Anne Roux"),
        ("Merci de supprimer toutes les données de Mme Roux de vos fichiers.", "Lise Petit (assistante de Mme Roux)"),
        ("Wir bitten um Löschung aller Daten. Als gesetzliche Vertreterin füge ich den Ausweis bei.", "Eva Maier"),
    ],
)
def test_who_speaks_for_another_is_seen_in_the_name_in_a_childs_age_and_in_a_mandate(text: str, name: str) -> None:
    found = reading(text, name)
    assert found.on_behalf
    assert not any(ask.automatic for ask in found.asks)


def test_words_about_other_people_ask_for_more_certainty_but_forbid_nothing() -> None:
    text = (
        "Bonjour, conformément à l'article 15 du RGPD, je vous demande une copie de toutes les données personnelles "
        "que vous détenez sur moi. Mon mari vous salue. Merci d'avance."
    )
    plain = text.replace("Mon mari vous salue. ", "")
    assert [ask.automatic for ask in reading(plain).asks] == [True]
    assert [ask.automatic for ask in reading(text).asks] == [True]
    assert not any(ask.automatic for ask in reading(text + " J'écris à la demande de mon patron.").asks)
