"""The questions of a numbered letter are known by their number and topic, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.core.letters.questions import asked
from mailbot.core.policy import load_policy

POLICY = load_policy((Path(__file__).parents[2] / "rules" / "policy.toml").read_text("utf-8"), "rules/policy.toml")
LETTERS = {
    "fr": "1. me confirmer si vous traitez mes données ;\n2. les finalités ;\n3) les destinataires ;\n4° la durée de"
    " conservation ;\n5. l’origine des données ;\n6. le nom de votre directeur.",
    "en": "1. confirm whether you process my data;\n2. the purposes;\n3) the recipients;\n4. how long you keep it;\n"
    "5. the source;\n6. who your director is.",
    "de": "1. Bestätigung\n2. die Zwecke\n3. die Empfänger\n4. wie lange\n5. die Herkunft\n6. Ihr Direktor",
    "es": "1. confirmen\n2. las finalidades\n3. los destinatarios\n4. el plazo\n5. el origen\n6. su director",
    "it": "1. conferma\n2. le finalità\n3. i destinatari\n4. la durata\n5. la fonte\n6. il vostro direttore",
    "nl": "1. bevestig\n2. de doelen\n3. de ontvangers\n4. hoe lang\n5. de herkomst\n6. uw directeur",
}
TOPICS = ["confirmation", "purposes", "recipients", "retention", "source", "other"]


@pytest.mark.parametrize("language", list(LETTERS))
def test_each_question_is_known_by_its_words(language: str) -> None:
    found = asked(f"Bonjour,\n\n{LETTERS[language]}\n\nMerci", POLICY.questions[language])
    assert [(one.number, one.topic) for one in found] == list(zip("123456", TOPICS, strict=True))


@pytest.mark.parametrize(
    "text", ["", "1. une seule demande", "Le 2. et le 3. étage", "3. source\n4. durée", "1. source\n1. durée"]
)
def test_what_is_not_numbered_from_its_beginning_is_no_numbered_letter(text: str) -> None:
    assert asked(text, POLICY.questions["fr"]) == ()
