"""The pages speak both languages whole, and what the machine says reads as a sentence for people."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from mailbot.console.desk import check_pages
from mailbot.console.wording import Words, load_words
from mailbot.core.roles import ROLES
from mailbot.core.status import AskState, ReleaseState, RequestState
from mailbot.core.values import Kind, Proof

FOLDER = Path(__file__).parent.parent.parent / "templates" / "console"
SOURCES = [*FOLDER.glob("*.html"), *(Path(__file__).parent.parent.parent / "mailbot" / "console").rglob("*.py")]
USED = re.compile(r"""(?:\bt|\bwords)\(["']([a-z_0-9.]+)["']\s*[,)]""")
COUNTED = re.compile(r"""counted\(["']([a-z_.]+)["']""")


def words(language: str) -> Words:
    return load_words(language, (FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    english, french = words("en").texts, words("fr").texts
    assert english.keys() ^ french.keys() == set()
    assert [key for key in english if blanks(english[key]) != blanks(french[key])] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_word_that_a_page_asks_for_is_there(language: str) -> None:
    there = words(language).texts
    texts = {path.name: path.read_text(encoding="utf-8") for path in SOURCES}
    asked = {(name, key) for name, text in texts.items() for key in USED.findall(text)}
    asked |= {
        (name, f"{key}.{end}")
        for name, text in texts.items()
        for key in COUNTED.findall(text)
        for end in ("one", "many")
    }
    assert len(asked) > 100
    assert sorted(f"{name}: {key}" for name, key in asked if key not in there) == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("kind", Kind),
        ("ask", AskState),
        ("release", ReleaseState),
        ("state", RequestState),
        ("proof", Proof),
        ("role", ROLES),
    ],
)
def test_every_value_has_a_word(language: str, group: str, names: type[Kind]) -> None:
    assert [str(name) for name in names if f"{group}.{name}" not in words(language).texts] == []


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        (
            "erasure: staff answer this kind",
            "Erasure: staff answer this kind",
            "Effacement : l’équipe répond à ce droit",
        ),
        (
            "2026-00001: no such request; `mailbot queue` lists them",
            "2026-00001: no such request",
            "2026-00001 : cette demande n’existe pas",
        ),
        ("staff write the answer: mailbot edit", "staff write the answer", "l’équipe écrit la réponse"),
        (
            "2026-00001/2 has no text yet: write it with `mailbot edit 2026-00001/2`",
            "2026-00001/2 has no text yet",
            "2026-00001/2 n’a pas encore de texte",
        ),
        ("say how it was checked: --reason", "say how it was checked", "dites comment cela a été vérifié"),
    ],
)
def test_a_sentence_for_the_command_line_loses_its_commands(said: str, english: str, french: str) -> None:
    assert words("en").plainly(said) == english
    assert words("fr").plainly(said) == french


def test_a_sentence_that_nobody_translated_is_told_as_it_is() -> None:
    assert words("fr").plainly("something unheard of") == "something unheard of"


@pytest.mark.parametrize(
    ("days", "said"), [(-3, "3 days late"), (-1, "1 day late"), (0, "today"), (1, "tomorrow"), (12, "in 12 days")]
)
def test_days_are_told_as_people_do(days: int, said: str) -> None:
    assert words("en").left(days) == said


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (27_000, "27 kB"), (3_400_000, "3 MB")]
)
def test_sizes_are_told_as_people_do(size: int, said: str) -> None:
    assert words("en").size(size) == said


def test_a_page_or_a_word_file_of_an_overlay_that_cannot_be_used_is_told_with_its_place() -> None:
    shipped = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert (
        check_pages(
            lambda path: shipped[Path(path).name],
            [f"templates/console/{name}" for name in shipped if name.endswith(".html")],
        )
        == []
    )
    broken = shipped | {"fr.toml": "[nav", "queue.html": "{% if %}"}
    found = check_pages(lambda path: broken[Path(path).name], ["templates/console/queue.html"])
    assert [problem.where for problem in found] == ["templates/console/fr.toml", "templates/console/queue.html, line 1"]
