"""Letters say what became of a request: all demanded parts, no word of a stranger as ours, never another language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.letters.draft import Frame, MissingWording, Section, draft
from mailbot.core.letters.wording import Wording
from mailbot.core.values import File, Kind, Letter, Organisation

TEMPLATES = {
    "templates/fr/letter.txt": (
        "Vos demandes – {{ reference }}\n\nBonjour {{ person_name or '' }},\n\n{% for section in sections %}\n"
        "{% if sections | length > 1 %}{{ (section.kind or '') | heading }}\n\n{% endif %}\n"
        "{{ section.text }}\n\n{% endfor %}\n"
        "{{ organisation.contact }}, {{ due | date }}"
    ),
    "templates/fr/date.txt": "{{ day }}/{{ month }}/{{ year }}",
    "templates/fr/general/manual.txt": "Réponse – {{ reference }}\n\n{{ text | block }}",
    "templates/fr/general/neutral.txt": "Message – {{ reference }}\n\nReçu.",
    "templates/fr/access/acknowledged.txt": "Accès – {{ reference }}\n\nReçu le {{ arrived | date }}.",
    "templates/fr/directive/registered.txt": (
        "Directives – {{ reference }}\n\nNuméro {{ number }} :\n\n{{ text | quote }}\n\n- {{ executor or 'personne' }}"
    ),
}
WORDING = Wording(TEMPLATES)
ORGANISATION = Organisation("Astrallys", "13002 Marseille", "M. Lorgeux", "direction@example.com")
FRAME = Frame("2026-00042", date(2026, 3, 5), date(2026, 4, 5), ORGANISATION, "Jean Martin")


def write(*sections: Section, frame: Frame = FRAME, wording: Wording = WORDING, language: str = "fr") -> Letter:
    return draft(wording, language, "jean@example.fr", sections, frame)


def manual(text: str) -> Letter:
    return write(Section(None, "manual", {"text": text}))


class Page(HTMLParser):
    """The tags and the text of a page, as a mail program would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "background", "onload"}

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {"html", "head", "meta", "title", "body", "div", "p", "h2", "ul", "li", "blockquote", "br"}


def test_a_single_section_gives_the_subject() -> None:
    letter = write(Section(Kind.ACCESS, "acknowledged"))
    assert letter.subject == "Accès – 2026-00042"
    assert letter.text == "Bonjour Jean Martin,\n\nReçu le 5/3/2026.\n\ndirection@example.com, 5/4/2026\n"
    assert letter.recipient == "jean@example.fr"


def test_several_sections_take_the_subject_of_the_frame_and_a_heading_each() -> None:
    letter = write(Section(Kind.ACCESS, "acknowledged"), Section(None, "manual", {"text": "Voilà."}))
    assert letter.subject == "Vos demandes – 2026-00042"
    assert "access\n------\n\nReçu le 5/3/2026." in letter.text
    assert '<h2 style="margin:28px 0 8px;font-size:18px;line-height:1.3">access</h2>' in letter.html


def test_a_kind_without_a_text_of_its_own_takes_the_general_one() -> None:
    assert "Voilà." in write(Section(Kind.ERASURE, "manual", {"text": "Voilà."})).text


def test_files_leave_with_the_letter() -> None:
    file = File("a.pdf", "application/pdf", b"%PDF")
    letter = draft(WORDING, "fr", "jean@example.fr", [Section(Kind.ACCESS, "acknowledged")], FRAME, (file,))
    assert letter.files == (file,)


def test_a_missing_text_is_never_said_in_another_language() -> None:
    with pytest.raises(MissingWording, match=r"templates/en/access/acknowledged\.txt") as raised:
        write(Section(Kind.ACCESS, "acknowledged"), language="en")
    assert (raised.value.language, raised.value.kind, raised.value.outcome) == ("en", Kind.ACCESS, "acknowledged")


def test_a_missing_fact_is_a_missing_text_not_a_gap_in_the_letter() -> None:
    with pytest.raises(MissingWording, match="'number' is undefined"):
        write(Section(Kind.DIRECTIVE, "registered", {"text": "x", "on": date(2026, 1, 1)}))


def test_an_optional_fact_may_be_left_out() -> None:
    letter = write(Section(Kind.DIRECTIVE, "registered", {"number": "D-1", "on": date(2026, 1, 1), "text": "x"}))
    assert "- personne" in letter.text


def test_a_letter_without_sections_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        write()


def test_a_letter_to_a_stranger_names_nobody_and_tells_no_fact() -> None:
    told = write(Section(Kind.ACCESS, "neutral", {"text": "Jean Martin", "name": "Jean"}))
    assert told == write(Section(Kind.ACCESS, "neutral"), frame=replace(FRAME, person_name=None))


HOSTILE = (
    "Effacez tout.\n\nNuméro D-666\n----------\n- {{ 7 * 7 }} {% include 'x' %}\n"
    "<img src=//x><script>x()</script>\n> fin"
)


def test_a_text_as_given_is_quoted_and_cannot_pass_for_ours() -> None:
    facts = {"number": "D-1", "on": date(2026, 1, 1), "text": HOSTILE, "executor": "Luc\n\n- Numéro D-2\n----"}
    letter = write(Section(Kind.DIRECTIVE, "registered", facts))
    assert "> Effacez tout.\n>\n> Numéro D-666\n> ----------\n> - {{ 7 * 7 }} {% include 'x' %}\n" in letter.text
    assert "\n- Luc - Numéro D-2 ----\n" in letter.text
    page = Page(letter.html)
    assert set(page.tags) <= OURS
    assert "h2" not in page.tags
    assert page.tags.count("li") == 1
    assert "<img src=//x><script>x()</script>" in page.text


def test_mail_text_is_never_a_template() -> None:
    assert "{{ 7 * 7 }} {% for %}" in manual("{{ 7 * 7 }} {% for %}").text


def test_control_and_direction_marks_of_a_value_are_taken_out() -> None:
    frame = replace(FRAME, person_name="Jean\x00\u202e\r\nMartin\x1b[2J\ud800")
    assert write(Section(Kind.ACCESS, "acknowledged"), frame=frame).text.startswith("Bonjour Jean Martin[2J,\n")


@given(st.text(max_size=200))
def test_any_text_stays_text_in_the_page(text: str) -> None:
    page = Page(manual(text).html)
    assert set(page.tags) <= OURS
    letters = {character for character in text if character.isalnum()}
    assert letters <= set(page.text)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Un\n\nDeux", ["p", "p"]),
        ("Un\nDeux", ["p", "br"]),
        ("Vous pouvez :\n- un\n- deux\n  suite\n\nFin", ["p", "ul", "li", "li", "br", "p"]),
        ("Titre\n-----\n\nTexte", ["h2", "p"]),
        ("Titre\n-----\nTexte", ["h2", "p"]),
        ("> un\n>\n> deux", ["blockquote", "br", "br"]),
        ("- un", ["ul", "li"]),
        ("Un\n-", ["p", "br"]),
    ],
)
def test_paragraphs_lists_headings_and_quotations_are_told_apart(text: str, page: list[str]) -> None:
    tags = Page(manual(text).html).tags
    assert tags[6 + 1 : -1] == page  # between the greeting and the contact


@pytest.mark.parametrize(
    "fault", ["{{ 1 / 0 }}", "{{ text | date }}", "{{ text.x }}", "{{ text + 1 }}", "{{ ''.__class__ }}", "{% if %}"]
)
def test_whatever_fails_in_a_text_staff_answer_and_no_value_is_told(fault: str) -> None:
    wording = Wording({**TEMPLATES, "templates/fr/general/manual.txt": f"R – {{{{ reference }}}}\n\n{fault}"})
    with pytest.raises(MissingWording, match=r"templates/fr/general/manual\.txt cannot be written") as raised:
        write(Section(None, "manual", {"text": "Jean Martin"}), wording=wording)
    assert "Martin" not in str(raised.value)


def test_a_text_of_staff_keeps_its_lines_and_loses_control_characters() -> None:
    assert "\n\nUn\n\n- deux\n- trois\n\n" in manual("\r\nUn\r\n\r\n- deux \x1b\u202e\r\n- trois\ud800").text
