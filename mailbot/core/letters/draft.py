"""A letter in words, from templates and facts: one section for each right that it answers, in one frame."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jinja2 import TemplateError

from mailbot.core.letters.facts import DOCUMENTS, FACTS
from mailbot.core.letters.markup import to_html
from mailbot.core.letters.shown import Lines
from mailbot.core.letters.wording import Wording
from mailbot.core.values import File, Kind, Letter, Organisation

_BLANKS = re.compile(r"\n{3,}")
_NAMELESS_KINDS = frozenset({Kind.HEIR, Kind.AUTHORITY})
_NAMELESS_OUTCOMES = frozenset({"neutral", "who", "mandate", "cannot_identify", "nothing_held"})

_DOUBTING = frozenset({"neutral", "who", "challenge"})


class MissingWording(Exception):
    """No text says this outcome in this language: staff answer; a letter never goes out in another language."""

    def __init__(self, language: str, kind: Kind | None, outcome: str, because: str = "there is no such text") -> None:
        """Say for what `language`, `kind` and `outcome` words are missing; `because` holds no personal data."""
        super().__init__(f"templates/{language}/{kind or 'general'}/{outcome}.txt: {because}")
        self.language = language
        self.kind = kind
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Section:
    """What became of one ask, with the facts that its text tells (names in `wording.FACTS`)."""

    kind: Kind | None  # None: the text concerns the request as a whole
    outcome: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every letter tells beside its sections."""

    reference: str
    arrived: date  # the day of arrival where the company sits
    due: date  # in force once this letter is read; told to people, so not rolled past holidays
    organisation: Organisation
    person_name: str | None = None  # only where the recipient is the person on file
    automatic: bool = True  # no human saw this letter before it left
    late: bool = False  # the day told for the answer is over: the letter says that we are sorry


def draft(
    wording: Wording,
    language: str,
    recipient: str,
    sections: Sequence[Section],
    frame: Frame,
    files: tuple[File, ...] = (),
) -> Letter:
    """Return the letter to `recipient` (the address on file) that tells `sections`, in `language` (ISO 639-1).

    A single section gives the subject, several take that of the frame. Raises MissingWording if a text or a fact is
    missing, ValueError without sections.
    """
    if not sections:
        raise ValueError("a letter needs at least one section")
    values = _frame_values(language, sections, frame, files)
    written = [_write(wording, language, section, values) for section in sections]
    told = [
        {"kind": section.kind, "outcome": section.outcome, "text": Lines(body)}
        for section, (_, body) in zip(sections, written, strict=True)
    ]
    subject, text = _render(wording, f"templates/{language}/letter.txt", values | {"sections": told}, sections[0])
    if len(sections) == 1:
        subject = written[0][0]
    return Letter(recipient, language, subject, text + "\n", to_html(text, language, subject), files)


def printed(wording: Wording, language: str, name: str, facts: Mapping[str, object], frame: Frame) -> tuple[str, str]:
    """Return title and text of a printed document (names in `wording.DOCUMENTS`). Raises MissingWording."""
    section = Section(None, name, facts)
    known = DOCUMENTS[f"documents/{name}"]
    values = _frame_values(language, [section], frame, ()) | dict.fromkeys(known.optional) | dict(facts)
    return _render(wording, f"templates/{language}/documents/{name}.txt", values, section)


def _frame_values(
    language: str, sections: Sequence[Section], frame: Frame, files: tuple[File, ...]
) -> dict[str, object]:
    nameless = any(section.outcome in _NAMELESS_OUTCOMES or section.kind in _NAMELESS_KINDS for section in sections)
    return {
        "reference": frame.reference,
        "arrived": frame.arrived,
        "due": frame.due,
        "late": frame.late,
        "organisation": frame.organisation,
        "person_name": None if nameless else frame.person_name,  # else a greeting would tell who is on file
        "automatic": frame.automatic,
        "suspended": any(_suspends(section) for section in sections),
        "language": language,
        "files": tuple(file.name for file in files),
        "kind": None,
        "outcome": None,
    }


def _suspends(section: Section) -> bool:
    """Whether a section says that the time for the answer stands until the person answers."""
    return section.outcome == "doubt" or (section.outcome in _DOUBTING and bool(section.facts.get("doubt")))


def _write(wording: Wording, language: str, section: Section, frame: Mapping[str, object]) -> tuple[str, str]:
    path = wording.path(language, section.kind, section.outcome)
    if path is None:
        raise MissingWording(language, section.kind, section.outcome)
    if blank := wording.blank_parts(path):
        raise MissingWording(language, section.kind, section.outcome, f"{', '.join(blank)} is blank")
    known = FACTS.get(path.split("/", 2)[2].removesuffix(".txt"))
    allowed: Mapping[str, object] = {}
    if known is not None:
        names = known.required | known.optional
        allowed = dict.fromkeys(known.optional) | {name: fact for name, fact in section.facts.items() if name in names}
    return _render(wording, path, {**frame, "kind": section.kind, "outcome": section.outcome, **allowed}, section)


def _render(wording: Wording, path: str, values: Mapping[str, object], section: Section) -> tuple[str, str]:
    """Return subject and body of one text."""
    try:
        text = wording.render(path, values)
    except Exception as error:  # a text may be the user's own: whatever fails in it, staff answer
        said = f": {error.message}" if isinstance(error, TemplateError) else ""  # others may repeat a value
        because = f"{path} cannot be written ({type(error).__name__}{said})"
        raise MissingWording(str(values["language"]), section.kind, section.outcome, because) from error
    subject, _, body = text.partition("\n")
    lines = "\n".join([line.rstrip(" \t") for line in body.split("\n")])
    return subject.strip(), _BLANKS.sub("\n\n", lines).strip()
