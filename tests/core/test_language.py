"""Which language a text is in."""

import pytest

from mailbot.core.reading.language import detect
from mailbot.core.reading.words import fold_text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bonjour, merci de supprimer mon compte", "fr"),
        ("Could you please tell me what you hold on me", "en"),
        ("Bitte löschen Sie meine Daten aus dem System", "de"),
        ("Solicito que eliminen mis datos de sus ficheros", "es"),
        ("Vi chiedo di cancellare il mio profilo", "it"),
        ("Graag uitschrijven voor de nieuwsbrief, dank u", "nl"),
    ],
)
def test_small_words_tell_the_language(text: str, code: str) -> None:
    assert detect(fold_text(text).split()) == code


def test_without_any_known_word_the_default_stands() -> None:
    assert detect(["xyz"], default="it") == "it"
