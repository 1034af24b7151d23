"""evaluate: how well labelled mails are read. Needs no configuration and touches nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from mailbot.cli.frame import Json, command, fail, print_json, print_rows, say
from mailbot.cli.reading import reading_eyes, reading_of, watched
from mailbot.core.reading.evaluate import Evaluation, Row, evaluate
from mailbot.core.values import Address, Kind, Mail

_TEXTS = ("subject", "body", "language", "id", "from_name", "from_address")
_NEEDED = ("subject", "body", "asks")


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("evaluate")(evaluate_command)


@command
def evaluate_command(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS.jsonl", help="Labelled mails, one JSON object a line.")],
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say how well labelled mails are read: precision, recall and F1 of each kind, exact sets, dangerous readings.

    A line has at least subject, body and asks (a list of kinds); language, on_behalf, fields and id are compared and
    told where they are given. Dangerous: called sure enough for a machine, and wrong or for a human to decide.
    """
    rows = _rows(corpus)
    known = reading_eyes()
    found = evaluate(rows, [reading_of(known, _mail(row)) for row in watched(rows)])
    if as_json:
        print_json(_as_object(found))
        return
    kinds = [{"kind": kind, **_figures(score)} for kind, score in _as_object(found)["kinds"].items()]
    print_rows(kinds, ("kind", "precision", "recall", "f1", "right", "wrong", "missed"), as_json=False, empty="")
    say(*_lines(found))


def _figures(score: Mapping[str, Any]) -> dict[str, Any]:
    return {name: f"{value:.3f}" if isinstance(value, float) else value for name, value in score.items()}


def _as_object(found: Evaluation) -> dict[str, Any]:
    """An evaluation as one JSON object: with the shares that follow from the counts."""
    kinds = {
        kind: {**asdict(score), "precision": score.precision, "recall": score.recall, "f1": score.f1}
        for kind, score in found.kinds.items()
    }
    languages = {code: {"mails": mails, "exact": exact} for code, (mails, exact) in found.languages.items()}
    values = {"right": found.values[0], "asked": found.values[1]}
    return {**asdict(found), "kinds": kinds, "languages": languages, "values": values}


def _lines(found: Evaluation) -> Iterator[str]:
    """All but the table of kinds, for people."""
    yield f"mails {found.mails}, exact sets {found.exact:.3f}, macro F1 {found.macro_f1:.3f}"
    yield f"nothing read as nothing {found.nothing:.3f}, asking read as asking {found.asking:.3f}"
    yield f"language right {found.language_right:.3f}, on behalf right {found.on_behalf_right:.3f}"
    yield f"rectification values right {found.values[0]} of {found.values[1]}"
    yield f"dangerous {len(found.dangerous)}: {', '.join(found.dangerous) or 'none'}"
    yield f"coverage {found.coverage:.3f} of what a machine may act on"
    for code, (mails, exact) in found.languages.items():
        yield f"language {code or '-'}: {mails} mails, exact {exact:.3f}"
    for one in found.calibration:
        yield f"confidence {one.low:.2f} to {one.high:.2f}: {one.right} of {one.count} right"
    for mistake in found.confusions:
        wanted, read = ", ".join(mistake.wanted) or "nothing", ", ".join(mistake.read) or "nothing"
        told = f" ({'; '.join(mistake.evidence)})" if mistake.evidence else ""
        yield f"{mistake.id or '-'}: asks {wanted}, read {read}{told}"


# --- the corpus -------------------------------------------------------------------------------------------------------


def _rows(corpus: Path) -> list[Row]:
    """All labelled mails; ends with one line for each that is not one."""
    try:
        text = sys.stdin.buffer.read() if str(corpus) == "-" else corpus.read_bytes()
        lines = text.decode("utf-8-sig").split("\n")
    except OSError as fault:
        fail(f"{corpus}: cannot be read ({fault.strerror})")
    except UnicodeDecodeError as fault:
        fail(f"{corpus}: is not UTF-8 (byte {fault.start}): save it as UTF-8")
    rows, wrong = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            row, problem = _row(line)
            rows.append(row)
            wrong += [f"{corpus}, line {number}: {problem}"] if problem else []
    if wrong or not rows:
        fail(*(wrong or [f"{corpus} has no line"]))
    return rows


def _row(line: str) -> tuple[Row, str]:
    """One labelled mail, and what is wrong with it or nothing."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        return {}, f"is not JSON: {fault.msg} at character {fault.pos + 1}"
    if not isinstance(row, dict):
        return {}, "a JSON object is allowed"
    if missing := [name for name in _NEEDED if name not in row]:
        return {}, f"{', '.join(missing)} missing"
    if wrong := [name for name in _TEXTS if not isinstance(row.get(name, ""), str)]:
        return {}, f"{', '.join(wrong)}: a text is allowed"
    asks = row["asks"]
    if not isinstance(asks, list) or not all(isinstance(kind, str) and kind in set(Kind) for kind in asks):
        return {}, f"asks: a list of these is allowed: {', '.join(Kind)}"
    return row, _wrong_fields(row)


def _wrong_fields(row: Mapping[str, Any]) -> str:
    fields = row.get("fields", {})
    if not isinstance(fields, dict):
        return "fields: an object is allowed"
    changes = fields.get("changes", [])
    if not isinstance(changes, list) or not all(isinstance(one, dict) and "field" in one for one in changes):
        return "fields.changes: a list of objects with field, old and new is allowed"
    return ""


def _mail(row: Row) -> Mail:
    """The mail of a row: without headers, as a corpus has none."""
    address = row.get("from_address", "")
    sender = Address(row.get("from_name", ""), address) if address else None
    return Mail(
        sender=sender,
        sender_problem=None if sender else "no From",
        to=(),
        cc=(),
        reply_to=(),
        subject=row["subject"],
        message_id=None,
        in_reply_to=(),
        references=(),
        date=None,
        headers=(),
        text=row["body"],
    )
