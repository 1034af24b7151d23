"""What staff add on the command line: a question, their own words, other values, who deals with it, examples."""

from __future__ import annotations

import json
from pathlib import Path

from cli.office import ACCESS, CLAIRE, STOP, Office


def test_a_question_is_planned_and_released_like_any_letter(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="fail")
    number = office.object("prove", ref)["release"]
    assert office.ask(ref, "access")["status"] == "proving"
    office.does("approve", f"{ref}/{number}", "--hash", office.release(ref, "question")["hash"])
    assert "nothing is open" in office.refuses("prove", office.asked(CLAIRE, STOP))


def test_own_words_answer_what_they_are_said_to_answer(office: Office, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Madame, rien n'a changé.\n", encoding="utf-8")
    ref = office.asked(CLAIRE, ACCESS)
    assert "erasure is not open" in office.refuses("answer", ref, "--ask", "erasure", "--file", str(text))
    office.does("answer", ref, "--ask", "access", "--file", str(text))
    assert "rien n'a changé" in office.release(ref, "by_hand")["letter"]["text"]


def test_other_values_are_planned_and_an_unknown_field_is_told(office: Office) -> None:
    ref = office.asked(CLAIRE, "Bonjour, mon téléphone a changé, merci de corriger mes données dans vos fichiers.\n")
    assert "name a field" in office.refuses("amend", ref, "shoe_size=44")
    office.does("amend", ref, "phone=04 65 71 09 99")
    office.run()
    (change,) = office.release(ref, "answer")["actions"]
    assert [cell["new"] for cell in change["cells"]] == ["04 65 71 09 99"]


def test_a_request_is_given_to_a_colleague_who_is_one(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert "no staff account" in office.refuses("assign", ref, "nobody")
    office.does("assign", ref, "marie")
    assert office.lines("journal", ref)[-1]["event"] == "request.assigned"


def test_corrected_readings_are_a_corpus_to_evaluate(office: Office, tmp_path: Path) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.does("reclassify", ref, "access", "erasure")
    printed = office.does("examples")
    (row,) = [json.loads(line) for line in printed.splitlines()]
    assert row["asks"] == ["access", "erasure"]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(printed, encoding="utf-8")
    assert "erasure" in office.does("evaluate", str(corpus))
