"""The letters that mailbot ships hold together, and each tells what the law demands of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from letters.languages import (
    ARTICLE_15,
    CONFIRM,
    ERASED_YES_NO,
    JUDGE,
    LANGUAGES,
    MACHINE,
    NATIONAL,
    THE_REST,
    in_words,
)
from letters.sample import FRAME, FULL, HOLDING, ORGANISATION, WORDING, required, write

from mailbot.content import Content
from mailbot.core.doubt import Because
from mailbot.core.letters.draft import Frame, Section, draft, printed
from mailbot.core.letters.facts import DOCUMENTS, FACTS
from mailbot.core.parse import parse
from mailbot.core.reading import read
from mailbot.core.values import Kind, Mail, MayAnswer, Nature, Reading
from mailbot.sight import read_rules

RULES = read_rules(Content())
COMPLAINT = ("CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07", "cnil.fr/fr/plaintes")
NOT_OBTAINED = (
    *("general/refused", "general/partly", "general/extended", "general/cannot_identify", "general/nothing_held"),
    *("general/reminder", "rectification/nothing_to_change", "access/nothing_held", "erasure/granted", "heir/granted"),
)


def replied(text: str, language: str) -> Reading:
    """How an answer to a challenge is read that keeps our letter below it."""
    letter = write("general/challenge", language)
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    raw = f"From: jean@example.fr\nSubject: Re: {letter.subject}\n\n{text}\n\n{quoted}\n"
    mail = parse(raw.encode())
    assert isinstance(mail, Mail)
    return read(mail, RULES, {}, Nature.PERSON, MayAnswer(machine=True, because=""))


def test_the_texts_of_all_languages_hold_together() -> None:
    assert WORDING.languages == LANGUAGES
    assert [str(problem) for problem in WORDING.check()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FACTS)
def test_every_letter_tells_reference_dates_and_how_to_reach_a_human(name: str, language: str) -> None:
    for facts in (FULL, required(name)):
        letter = write(name, language, facts)
        dates = (in_words(day, language) for day in (FRAME.arrived, FRAME.due))
        for part in ("2026-00042", *dates, "direction@example.com", "M. Frédéric Lorgeux", "13002 Marseille"):
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
    for part in (*COMPLAINT, JUDGE[language], NATIONAL.get(language, "CNIL")):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_a_year_is_told_with_the_name_of_its_month(language: str) -> None:
    for month in range(1, 13):
        for number in (1, 28):
            day = date(2026, month, number)
            frame = Frame("2026-00042", day, date(2027, 1, 31), ORGANISATION)
            text = draft(WORDING, language, "a@b.example", [Section(Kind.ACCESS, "acknowledged")], frame).text
            assert f" {in_words(day, language)}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copy_comes_with_all_that_article_15_demands(language: str) -> None:
    text = write("access/granted", language).text
    demanded = {
        "purpose": HOLDING.purpose,
        "categories": "Nom, Adresse électronique",
        "recipients by name": "OVH (hébergement), Imprimeur Durand",
        "retention": HOLDING.retention,
        "source": HOLDING.source,
        **{f"part {number} of {language}": part for number, part in enumerate(ARTICLE_15[language].split("|"))},
        "complaint": COMPLAINT[0],
        "files": "donnees.pdf",
        "elsewhere": "Messagerie de la direction",
    }
    assert [name for name, part in demanded.items() if part not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["general/challenge", "directive/challenge"])
def test_a_challenge_gives_code_word_of_consent_word_of_denial_and_expiry(name: str, language: str) -> None:
    text = write(name, language).text
    yes, no = CONFIRM[language]
    assert f"> {yes}\n" in text
    for part in (no, "7F3K-99QX", in_words(date(2026, 3, 19), language)):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_that_a_challenge_asks_for_are_understood(language: str) -> None:
    yes, no = (replied(f"{word}\n7F3K-99QX", language) for word in CONFIRM[language])
    assert (yes.language, yes.signals, yes.asks) == (language, ("consent",), ())
    assert (no.language, no.signals, no.asks) == (language, ("denial",), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_letter_alone_sent_back_confirms_nothing(language: str) -> None:
    assert replied("", language).signals == ()


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
    assert write(name, language, {**FULL, "doubt": None}) == write(name, language, {})


DECREE = "2019-536"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("because", list(Because))
@pytest.mark.parametrize("name", ["general/challenge", "directive/challenge", "general/neutral", "general/who"])
def test_a_stated_doubt_names_its_reason_and_that_the_time_stands(name: str, because: str, language: str) -> None:
    asked, stated = (write(name, language, {**FULL, "doubt": doubt}).text for doubt in (None, because))
    assert DECREE not in asked
    assert DECREE in stated
    [told] = [line for line in stated.splitlines() if DECREE in line]
    others = {write(name, language, {**FULL, "doubt": other}).text for other in Because}
    assert len(others) == len(Because), "each doubt has its own words"
    assert re.search(r"12[ (.,]*(?:Absatz |apartado |paragraphe |par\. |lid )?6", told.replace("\u00a0", " "))
    asked_until, stated_until = (
        next(line for line in reversed(text.splitlines()) if line.startswith("- ")) for text in (asked, stated)
    )
    assert stated_until.startswith(asked_until)
    assert len(stated_until) > len(asked_until)


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
    word, then = MACHINE[language]
    assert word in by_machine
    assert word in by_human
    assert then in by_human.split(word)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rights_fit_in_one_letter_each_under_its_heading(language: str) -> None:
    sections = [Section(kind, "acknowledged") for kind in Kind]
    letter = draft(WORDING, language, "jean@example.fr", sections, FRAME)
    assert letter.text.count("\n---") == len(sections) + 3  # and: what an heir sends, what comes next, your file
    assert letter.html.count("<h2") == len(sections) + 3


@pytest.mark.parametrize(("first", "second"), list(combinations(LANGUAGES, 2)))
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
        "Nous avons effacé vos notes.",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_neutral_words_beside_others_stand_under_their_own_heading(language: str) -> None:
    sections = [Section(Kind.UNSUBSCRIBE, "done", {"addresses": ()}), Section(None, "neutral")]
    text = draft(WORDING, language, "jean@example.fr", sections, FRAME).text
    assert f"\n{THE_REST[language]}\n---" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_corrected_values_of_any_type_are_told_in_words(language: str) -> None:
    erased, yes, no = ERASED_YES_NO[language]
    day = date(2026, 3, 5)
    told = {None: erased, "": erased, True: yes, False: no, 7: "7", day: in_words(day, language)}
    for new, words in told.items():
        facts = {"changes": ({"title": "X", "old": True, "new": new},)}
        assert re.search(
            rf"^- X\u00a0?: {re.escape(words)}$", write("rectification/granted", language, facts).text, re.MULTILINE
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_part_says_what_is_done_and_why_the_rest_is_not(language: str) -> None:
    text = write("general/partly", language).text
    assert text.index("Nous avons effacé vos notes.") < text.index("Nous devons garder vos factures.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_heirs_are_told_once_which_papers_are_needed_and_by_which_law(language: str) -> None:
    text = write("heir/acknowledged", language).text
    for part in ("acte de notoriété", "livret de famille", "78-17", "85"):
        assert part in text
    limits = write("heir/granted", language).text
    assert "D-2026-0001" in limits
    assert "85-II" in limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_late_letter_says_sorry_and_one_in_time_does_not(language: str) -> None:
    section = Section(Kind.ACCESS, "acknowledged")
    late, in_time = (
        draft(WORDING, language, "jean@example.fr", [section], replace(FRAME, late=how)).text for how in (True, False)
    )
    extra = set(late.splitlines()) - set(in_time.splitlines())
    assert any(in_words(FRAME.due, language) in line for line in extra)
    assert len(late.splitlines()) > len(in_time.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_of_a_numbered_letter_are_answered_in_its_order(language: str) -> None:
    text = write("access/granted", language).text
    first, second, third = (text.index(f"\n- {number}. ") for number in (1, 2, 3))
    assert first < second < third
    assert "OVH (hébergement), Imprimeur Durand" in text[first:second]
    assert "votre société" in text[second:third]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ["define", "modify", "revoke"])
def test_a_certificate_carries_number_day_person_and_text(action: str, language: str) -> None:
    facts = {**FULL, "action": action, "person": "Jean Martin"}
    names = DOCUMENTS["documents/certificate"]
    known = {name: facts[name] for name in names.required | names.optional}
    title, text = printed(WORDING, language, "certificate", known, FRAME)
    assert title.endswith(" – 2026-00042")
    for part in ("D-2026-0007", in_words(date(2026, 3, 7), language), "Jean Martin", "D-2026-0001", "85"):
        assert part in text
    assert ("> Effacez tout." in text) == (action != "revoke")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["letter", "phone", "counter"])
def test_a_receipt_says_what_was_received_when_by_whom_and_until_when(channel: str, language: str) -> None:
    facts = {"channel": channel, "asks": tuple(Kind), "received_by": "anna"}
    _, text = printed(WORDING, language, "receipt", facts, FRAME)
    dates = (in_words(day, language) for day in (FRAME.arrived, FRAME.due))
    for part in ("2026-00042", "anna", "Jean Martin", *dates, *COMPLAINT, JUDGE[language]):
        assert part in text
    assert not re.search(r"\{[{%]|[%}]\}|undefined|None", text)
