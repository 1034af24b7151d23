"""`mailbot evaluate`: how well labelled mails are read, and which lines of a corpus are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mailbot.cli import frame, program

STOP = {
    "id": "S",
    "from_address": "a@client.example",
    "subject": "Newsletter",
    "body": "Please unsubscribe me from your newsletter.",
    "asks": ["unsubscribe"],
    "language": "en",
}
THANKS = {"id": "T", "subject": "Visite", "body": "Merci beaucoup pour votre visite.", "asks": [], "language": "fr"}


def evaluate(folder: Path, *lines: object, options: tuple[str, ...] = ("--json",)) -> Result:
    frame.chosen["config"] = None
    file = folder / "corpus.jsonl"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return CliRunner().invoke(program(), ["evaluate", str(file), *options])


def measures(folder: Path, *lines: object) -> dict[str, Any]:
    result = evaluate(folder, *lines)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_what_is_read_as_labelled_counts_as_right(tmp_path: Path) -> None:
    found = measures(tmp_path, STOP, THANKS)
    assert found["kinds"]["unsubscribe"] == {
        "right": 1,
        "wrong": 0,
        "missed": 0,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
    }
    assert (found["mails"], found["exact"], found["nothing"], found["confusions"]) == (2, 1.0, 1.0, [])
    assert found["languages"] == {"en": {"mails": 1, "exact": 1.0}, "fr": {"mails": 1, "exact": 1.0}}


def test_a_wrong_reading_is_told_with_the_words_that_misled(tmp_path: Path) -> None:
    found = measures(tmp_path, {**STOP, "asks": ["access"]}, THANKS)
    assert (found["kinds"]["access"]["missed"], found["kinds"]["unsubscribe"]["wrong"]) == (1, 1)
    assert found["kinds"]["access"]["f1"] == 0.0
    (mistake,) = found["confusions"]
    assert (mistake["id"], mistake["wanted"], mistake["read"]) == ("S", ["access"], ["unsubscribe"])
    assert "unsubscribe" in mistake["evidence"][0]
    assert found["dangerous"] == ["S"], "a machine would have acted on it"


def test_for_people_there_is_a_row_for_each_kind_and_a_line_for_each_mistake(tmp_path: Path) -> None:
    lines = evaluate(tmp_path, {**STOP, "asks": []}, THANKS, options=()).stdout.splitlines()
    assert lines[0].startswith("access\t1.000\t1.000\t1.000\t0\t0\t0")
    assert any(line.startswith("mails 2, exact sets 0.500") for line in lines)
    assert any(line.startswith("S: asks nothing, read unsubscribe (") for line in lines)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: is not JSON"),
        ("[]", "line 2: a JSON object is allowed"),
        ({"subject": "x", "asks": []}, "line 2: body missing"),
        ({**STOP, "body": 7}, "line 2: body: a text is allowed"),
        ({**STOP, "asks": ["everything"]}, "line 2: asks: a list of these is allowed: access, rectification"),
        ({**STOP, "asks": "access"}, "line 2: asks: a list"),
        ({**STOP, "fields": {"changes": ["x"]}}, "line 2: fields.changes: a list of objects"),
    ],
)
def test_a_bad_line_is_named_with_file_and_number(tmp_path: Path, line: object, said: str) -> None:
    result = evaluate(tmp_path, STOP, line, "nonsense")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"corpus.jsonl, {said}" in result.stderr
    assert "line 3: is not JSON" in result.stderr, "all problems at once"


def test_a_corpus_that_is_not_there_is_said(tmp_path: Path) -> None:
    frame.chosen["config"] = None
    result = CliRunner().invoke(program(), ["evaluate", str(tmp_path / "none.jsonl")])
    assert (result.exit_code, "cannot be read" in result.stderr) == (1, True)
    assert evaluate(tmp_path, "").exit_code == 1
