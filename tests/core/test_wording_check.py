"""What is wrong with a text of a letter is told with its file, before it could go out."""

from __future__ import annotations

import pytest
from letters.sample import TEMPLATES

from mailbot.core.letters.wording import Wording


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "access/granted",
            "Données – {{ reference }}\n\n{% for x in holdings %}",
            "templates/fr/access/granted.txt:3: Unexpected end",
        ),
        ("access/granted", "Données – {{ reference }}\n\n{{ holdigns }}", "unknown: holdigns; allowed are "),
        (
            "access/granted",
            "Données de {{ person_name }} – {{ reference }}\n\nx",
            "access/granted.txt:1: the subject must hold",
        ),
        ("access/granted", "Données\n\nx", "access/granted.txt:1: the subject must hold {{ reference }}"),
        ("access/granted", "Données – {{ reference }}\nx", "access/granted.txt:2: the first line is the subject"),
        (
            "access/granted",
            'Données – {{ reference }}\n\n{% include "parts/x.txt" %}',
            "includes templates/fr/parts/x.txt",
        ),
        ("acces/granted", "Données – {{ reference }}\n\nx", "no letter uses this file; known are "),
        ("parts/rights", "{{ holdigns }}", "templates/fr/parts/rights.txt: unknown: holdigns"),
        ("letter", "Réponse – {{ reference }}\n\n{{ text }}", "templates/fr/letter.txt: unknown: text"),
        ("date", "{{ jour }}", "templates/fr/date.txt: unknown: jour"),
    ],
)
def test_check_names_the_file_and_what_is_wrong_with_it(path: str, text: str, said: str) -> None:
    problems = Wording({**TEMPLATES, f"templates/fr/{path}.txt": text}).check()
    assert any(said in str(problem) for problem in problems), problems


def test_check_names_texts_that_a_language_lacks() -> None:
    less = {path: text for path, text in TEMPLATES.items() if path != "templates/nl/access/granted.txt"}
    assert [problem.where for problem in Wording(less).check()] == ["templates/nl/access/granted.txt"]
