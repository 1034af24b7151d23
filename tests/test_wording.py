"""The letters that mailbot ships hold together, and each tells what the law demands of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailbot.core.draft import Frame, Section, draft
from mailbot.core.values import Column, File, HoldingData, Kind, Letter, Organisation
from mailbot.core.wording import FACTS, Wording

ROOT = Path(__file__).parents[1]
TEMPLATES = {path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob("templates/*/**/*.txt")}
WORDING = Wording(TEMPLATES)
LANGUAGES = ("en", "fr")

ORGANISATION = Organisation(
    name="Astrallys",
    address="171 bis chemin de la Madrague Ville\n13002 Marseille",
    controller="M. Frédéric Lorgeux",
    contact="direction@example.com",
    online_space="https://clients.example.com",
)
FRAME = Frame("2026-00042", date(2026, 3, 5), date(2026, 4, 5), ORGANISATION, "Jean Martin")
HOLDING = HoldingData(
    name="contact",
    title="Vos coordonnées",
    purpose="gestion de la clientèle",
    basis="legitimate_interest",
    recipients=("OVH (hébergement)", "Imprimeur Durand"),
    source="votre société",
    retention="5 ans après la fin du contrat",
    columns=(Column("last_name", "Nom"), Column("email", "Adresse électronique")),
    rows=(("Martin", "jean@example.fr"),),
)
FULL: Mapping[str, object] = {
    "addresses": ("jean@example.fr",),
    "holdings": (HOLDING,),
    "as_of": datetime(2026, 3, 6, 12, 0, tzinfo=UTC),
    "elsewhere": ("Messagerie de la direction",),
    "changes": ({"title": "Nom", "old": "Martine", "new": "Dupont"},),
    "recipients": ("OVH (hébergement)",),
    "undecided": ("votre adresse électronique",),
    "reasons": "Nous devons garder vos factures.\n\nArticle L123-22 du code de commerce.",
    "number": "D-2026-0007",
    "on": date(2026, 3, 7),
    "text": "Effacez tout.\n\nNe donnez rien.",
    "wishes": ("erase", "communicate"),
    "executor": "Luc Blanc",
    "replaces": "D-2026-0001",
    "code": "7F3K-99QX",
    "expires": date(2026, 3, 19),
    "action": "define",
    "asks": (Kind.ACCESS, Kind.ERASURE),
    "details": ("Nom : Dupont",),
    "newsletters_stopped": True,
}
DATES = {"fr": ("5 mars 2026", "5 avril 2026"), "en": ("5 March 2026", "5 April 2026")}
COMPLAINT = ("CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07", "cnil.fr/fr/plaintes")
JUDGE = {"fr": "recours juridictionnel", "en": "judicial remedy"}
NOT_OBTAINED = ("general/refused", "general/extended", "rectification/nothing_to_change", "access/nothing_held")


def write(name: str, language: str, facts: Mapping[str, object] = FULL) -> Letter:
    folder, outcome = name.split("/")
    kind = None if folder == "general" else Kind(folder)
    files = (File("donnees.pdf", "application/pdf", b"%PDF"),)
    return draft(WORDING, language, "jean@example.fr", [Section(kind, outcome, facts)], FRAME, files)


def required(name: str) -> Mapping[str, object]:
    return {fact: FULL[fact] for fact in FACTS[name].required}


def test_the_texts_of_both_languages_hold_together() -> None:
    assert WORDING.languages == LANGUAGES
    assert [str(problem) for problem in WORDING.check()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FACTS)
def test_every_letter_tells_reference_dates_and_how_to_reach_a_human(name: str, language: str) -> None:
    for facts in (FULL, required(name)):
        letter = write(name, language, facts)
        for part in ("2026-00042", *DATES[language], "direction@example.com", "M. Frédéric Lorgeux", "13002 Marseille"):
            assert part in letter.text
        assert letter.subject.endswith(" – 2026-00042")
        assert not re.search(r"\{[{%]|[%}]\}|undefined|None|Kind\.|\n\n\n| \n", letter.text)
        assert not re.search(r"\.\n[A-Z]\w+ ", letter.text), "two paragraphs run into each other"
        assert f'<html lang="{language}">' in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FACTS)
def test_no_subject_holds_personal_data(name: str, language: str) -> None:
    letter = write(name, language)
    for private in ("Martin", "jean@", "Dupont", "Blanc", "7F3K"):
        assert private not in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NOT_OBTAINED)
def test_whoever_does_not_obtain_all_is_told_of_complaint_and_judge(name: str, language: str) -> None:
    text = write(name, language).text
    for part in (*COMPLAINT, JUDGE[language]):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copy_comes_with_all_that_article_15_demands(language: str) -> None:
    text = write("access/granted", language).text
    demanded = {
        "purpose": HOLDING.purpose,
        "categories": "Nom, Adresse électronique",
        "recipients by name": "OVH (hébergement), Imprimeur Durand",
        "retention": HOLDING.retention,
        "source": HOLDING.source,
        "basis": {"fr": "notre intérêt légitime", "en": "our legitimate interest"}[language],
        "rights": {"fr": "rectification", "en": "correct"}[language],
        "erasure": {"fr": "effacement", "en": "erase"}[language],
        "restriction": {"fr": "limitation", "en": "restrict"}[language],
        "objection": {"fr": "opposer", "en": "object"}[language],
        "complaint": COMPLAINT[0],
        "automated decisions": {"fr": "automatisée", "en": "automated"}[language],
        "transfers": {"fr": "Union européenne", "en": "European Union"}[language],
        "files": "donnees.pdf",
        "elsewhere": "Messagerie de la direction",
    }
    assert [name for name, part in demanded.items() if part not in text] == []


@pytest.mark.parametrize(
    ("language", "yes", "no"), [("fr", "je confirme", "ce n’est pas moi"), ("en", "I confirm", "it was not me")]
)
@pytest.mark.parametrize("name", ["general/challenge", "directive/challenge"])
def test_a_challenge_gives_code_word_of_consent_word_of_denial_and_expiry(
    name: str, language: str, yes: str, no: str
) -> None:
    text = write(name, language).text
    expires = {"fr": "19 mars 2026", "en": "19 March 2026"}[language]
    assert f"> {yes}\n" in text
    for part in (no, "7F3K-99QX", expires):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["directive/registered", "directive/modified", "directive/challenge"])
def test_a_directive_is_told_in_full_with_its_law(name: str, language: str) -> None:
    text = write(name, language).text
    assert "> Effacez tout.\n>\n> Ne donnez rien.\n" in text
    assert "Luc Blanc" in text
    assert "85" in text
    assert "40-1" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("action", "old"), [("define", False), ("modify", True), ("revoke", True)])
def test_a_challenge_names_the_directive_that_it_would_replace(action: str, old: bool, language: str) -> None:  # noqa: FBT001
    facts = {**FULL, "action": action, "text": None if action == "revoke" else FULL["text"]}
    assert ("D-2026-0001" in write("directive/challenge", language, facts).text) == old


@pytest.mark.parametrize("language", LANGUAGES)
def test_old_values_are_masked_and_new_ones_told(language: str) -> None:
    text = write("rectification/granted", language).text
    assert "Dupont" in text
    assert "Martine" not in text
    assert "M•••e" in text
    assert "OVH (hébergement)" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["general/neutral", "heir/acknowledged", "authority/acknowledged"])
def test_letters_before_any_proof_repeat_no_fact(name: str, language: str) -> None:
    assert write(name, language) == write(name, language, {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["general/neutral", "heir/acknowledged", "authority/acknowledged"])
def test_whoever_must_not_learn_who_is_on_file_is_not_greeted_by_name(name: str, language: str) -> None:
    assert "Martin" not in write(name, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_machine_prepared_says_so(language: str) -> None:
    section = Section(Kind.ACCESS, "acknowledged")
    human = Frame("2026-00042", date(2026, 3, 5), date(2026, 4, 5), ORGANISATION, automatic=False)
    by_machine = draft(WORDING, language, "jean@example.fr", [section], FRAME).text
    by_human = draft(WORDING, language, "jean@example.fr", [section], human).text
    word = {"fr": "système automatisé", "en": "automated system"}[language]
    assert word in by_machine
    assert word in by_human
    assert {"fr": "relu", "en": "read"}[language] in by_human.split(word)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rights_fit_in_one_letter_each_under_its_heading(language: str) -> None:
    sections = [Section(kind, "acknowledged") for kind in Kind]
    letter = draft(WORDING, language, "jean@example.fr", sections, FRAME)
    assert letter.text.count("\n---") == len(sections) + 2  # and: what comes next, your file
    assert letter.html.count("<h2") == len(sections) + 2


@pytest.mark.parametrize(("first", "second"), [("fr", "en"), ("en", "fr")])
def test_no_sentence_stands_in_two_languages(first: str, second: str) -> None:
    def sentences(language: str) -> set[str]:
        texts = (write(name, language).text for name in FACTS)
        found = {line for text in texts for line in text.splitlines() if len(line.split()) > 4}
        return {line for line in found if not any(str(fact) in line for fact in (FULL["text"], ORGANISATION.address))}

    shared = sentences(first) & sentences(second)
    assert shared <= {
        "- Messagerie de la direction",
        "171 bis chemin de la Madrague Ville",
        "Nous devons garder vos factures.",
        "Article L123-22 du code de commerce.",
    }


# --- what check() finds -----------------------------------------------------------------------------------------------


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
    less = {path: text for path, text in TEMPLATES.items() if path != "templates/en/access/granted.txt"}
    assert [problem.where for problem in Wording(less).check()] == ["templates/en/access/granted.txt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_neutral_words_beside_others_stand_under_their_own_heading(language: str) -> None:
    sections = [Section(Kind.UNSUBSCRIBE, "done", {"addresses": ()}), Section(None, "neutral")]
    text = draft(WORDING, language, "jean@example.fr", sections, FRAME).text
    heading = {"fr": "Le reste de votre message", "en": "The rest of your message"}[language]
    assert f"\n{heading}\n---" in text


@pytest.mark.parametrize(
    ("new", "french", "english"),
    [
        (None, "effacé", "erased"),
        ("", "effacé", "erased"),
        (True, "oui", "yes"),
        (False, "non", "no"),
        (0, "0", "0"),
        (date(2026, 3, 5), "5 mars 2026", "5 March 2026"),
    ],
)
def test_corrected_values_of_any_type_are_told_in_words(new: object, french: str, english: str) -> None:
    facts = {"changes": ({"title": "X", "old": True, "new": new},)}
    assert f"- X\u00a0: {french}\n" in write("rectification/granted", "fr", facts).text
    assert f"- X: {english}\n" in write("rectification/granted", "en", facts).text
