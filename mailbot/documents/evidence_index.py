"""The readable index of an evidence pack: a PDF for people who read no JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.documents.evidence_case import Case
from mailbot.documents.evidence_words import EvidenceWords
from mailbot.documents.paper import Head, Paper

_LONGEST = 180  # characters of a cell


def index_pdf(case: Case, words: EvidenceWords) -> bytes:
    """Return the index as a PDF; the same case gives the same bytes."""
    made = case.made.strftime(words.moment)
    title = f"{words.title} {case.record['reference']}"
    paper = Paper(Head(title, case.company, case.language, case.made, words.page), case)
    paper.banner(words.over.format(case.company, made), title)
    paper.paragraph(words.introduction.format(case.record["reference"]))
    _request(paper, case.record, words)
    _what_came_and_left(paper, case.record, words)
    _who_did_what(paper, case.record, words)
    paper.heading(words.proved, room=50)
    paper.paragraph(words.proved_text.format(case.since))
    return paper.finished()


def _request(paper: Paper, record: Mapping[str, Any], words: EvidenceWords) -> None:
    paper.heading(words.request)
    paper.facts(
        [
            (words.reference, record["reference"]),
            (words.arrived, _moment(record["arrived"], words)),
            (words.due, record["due"]),
            (words.legal_end, record["legal_end"]),
            (words.person, record["person_name"] or words.none),
            (words.proof, _word(record["proof"], words)),
            (words.channel, _word(record["channel"], words)),
        ],
        boxed=True,
    )
    rows = [
        [_word(one["kind"], words), _word(one["status"], words), one["ground"] or "–", one["due"], one["legal_end"]]
        for one in record["asks"]
    ]
    _table(paper, words.asks, words.ask_columns, rows, words)
    if record["pauses"]:
        rows = [
            [_word(one["kind"], words), one["began"], one["ended"] or "…", str(max(one["days"], 0))]
            for one in record["pauses"]
        ]
        _table(paper, words.pauses, words.pause_columns, rows, words)
    if record["directives"]:
        rows = [
            [one["number"], one["status"], one["registered_at"][:10], (one["ended_at"] or "–")[:10]]
            for one in record["directives"]
        ]
        _table(paper, words.directives, words.directive_columns, rows, words)


def _what_came_and_left(paper: Paper, record: Mapping[str, Any], words: EvidenceWords) -> None:
    rows = [
        [one["file"] or words.not_kept, _moment(one["arrived"], words), _word(one["aligned"], words), one["why"] or "–"]
        for one in record["received"]
    ]
    _table(paper, words.received, words.received_columns, rows, words)
    rows = [
        [one["file"] or words.not_kept, _moment(one["at"], words), _word(one["status"], words), one["because"] or "–"]
        for one in record["sent"]
    ]
    _table(paper, words.sent, words.sent_columns, rows, words)


def _who_did_what(paper: Paper, record: Mapping[str, Any], words: EvidenceWords) -> None:
    rows = [
        [_moment(one["at"], words), words.event.get(one["event"], one["event"]), one["by"], one["why"] or "–"]
        for one in record["decisions"]
    ]
    _table(paper, words.decisions, words.decision_columns, rows, words)
    if record["notes"]:
        paper.heading(words.notes)
        paper.facts([(f"{_moment(one['at'], words)} {one['author']}", one["body"]) for one in record["notes"]])
    rows = [
        [str(one["n"]), _moment(one["at"], words), words.event.get(one["event"], one["event"]), one["by"]]
        for one in record["timeline"]
    ]
    _table(paper, words.timeline, words.timeline_columns, rows, words)


def _table(
    paper: Paper, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], words: EvidenceWords
) -> None:
    paper.heading(title, room=40)
    if rows:
        paper.rows(columns, [[cell[:_LONGEST] for cell in row] for row in rows])
    else:
        paper.paragraph(words.none)


def _moment(text: str | None, words: EvidenceWords) -> str:
    return datetime.fromisoformat(text).strftime(words.moment) if text else "–"


def _word(text: str | None, words: EvidenceWords) -> str:
    return words.word.get(text, text) if text else "–"
