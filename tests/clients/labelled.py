"""Schemas in the manner of real systems, each column labelled: `--!` personal, `--?` either way, else not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from clients.bases import run, url_of

from mailbot.clients.survey import survey_url
from mailbot.content import Content
from mailbot.core.drafting.personal import personal
from mailbot.core.drafting.tables import Outline
from mailbot.core.drafting.vocabulary import Vocabulary
from mailbot.knowledge import read_vocabulary

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
KIND = {"sqlite": "sqlite", "postgres": "postgres", "mariadb": "mariadb"}
_TABLE = re.compile(r'CREATE TABLE ("[^"]+"|[\w.]+)')
_COLUMN = re.compile(r'\s+("[^"]+"|\w+)')

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Labels:
    """The columns of one schema that hold personal data, and those on which one may differ."""

    personal: frozenset[Place]
    either: frozenset[Place]


def labels(file: Path) -> Labels:
    """What the file says of its columns."""
    table, marked = "", {"--!": set[Place](), "--?": set[Place]()}
    for line in file.read_text(encoding="utf-8").splitlines():
        if found := _TABLE.match(line):
            table = found[1].replace('"', "")
        column = _COLUMN.match(line)
        for mark, places in marked.items():
            if column and line.endswith(mark):
                places.add((table, column[1].strip('"')))
    return Labels(frozenset(marked["--!"]), frozenset(marked["--?"]))


def vocabulary() -> Vocabulary:
    return read_vocabulary(Content(None))


def made_of(file: Path, folder: Path, request: pytest.FixtureRequest) -> tuple[str, Outline]:
    """A database of this schema, and what was found in it."""
    url = url_of(file.name.split(".")[1], folder, request)
    bare = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
    run(url, *(statement for statement in bare.split(";") if statement.strip()))
    return url, survey_url(url, vocabulary(), "FR")


def found(made: Outline) -> frozenset[Place]:
    """The columns that were taken for personal."""
    return frozenset((str(table).replace('"', ""), column) for table, column, _, _ in personal(made))
